"""`python -m examples.care_outreach [--train]`: write the edge cases, and what the model answers to every case."""

from __future__ import annotations

import argparse

from examples.care_outreach.model import load
from examples.care_outreach.record import artifact_digest, record_all
from examples.care_outreach.rows import CASES, edge_cases, lines


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m examples.care_outreach", description=__doc__)
    parser.add_argument("--train", action="store_true", help="train first (see requirements.txt)")
    if parser.parse_args().train:
        from examples.care_outreach.train import train

        train()
    (CASES / "edge.jsonl").write_text(lines(edge_cases(load())), "utf-8")
    record_all()
    print(f"model {artifact_digest()}")


main()
