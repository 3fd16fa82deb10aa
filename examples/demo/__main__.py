"""`python -m examples.demo [--out DIR]`: set the stage, play the scenes, clean up whatever happens."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from examples.demo.scenes import play
from examples.demo.show import DemoError, Show
from examples.demo.stage import ROOT, stage

SECONDS = 180.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m examples.demo", description="The whole loop, offline.")
    parser.add_argument(
        "--out", type=Path, default=ROOT / "build" / "demo", help="where the comments stay (default: build/demo)"
    )
    options = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        with stage(options.out.absolute()) as props:
            play(props, Show(props.clone, SECONDS))
    except KeyboardInterrupt:
        print("\ninterrupted; the clone and the model server are gone", file=sys.stderr)
        return 130
    except DemoError as error:
        print(f"\nthe demo stops here: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # whoever read along has left
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
