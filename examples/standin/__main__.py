"""`python -m examples.standin --port N [--latency-ms 20]`: the stand-in model as a process of its own."""

from __future__ import annotations

import argparse
import signal
import sys

from examples.standin.server import WHAT, serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m examples.standin", description=WHAT)
    parser.add_argument("--port", type=int, default=8377, help="0 chooses a free one (default: 8377)")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="wait this long before each answer")
    options = parser.parse_args()
    try:
        server = serve(options.port, options.latency_ms)
    except OSError as error:
        print(f"stand-in model: cannot listen on 127.0.0.1:{options.port}: {error.strerror}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with server:
        print(f"stand-in model on http://127.0.0.1:{server.server_address[1]}/v1", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
