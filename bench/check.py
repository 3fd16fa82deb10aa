"""`placet check` on this repository, against importing what it is made of."""

from __future__ import annotations

import sys

from bench.timing import in_turn, table

FLOOR = "import click, ruamel.yaml, jsonschema"


def main() -> None:
    commands = {
        FLOOR: [sys.executable, "-c", FLOOR],
        "placet check": [sys.executable, "-m", "placet", "check"],
        "placet check --staged": [sys.executable, "-m", "placet", "check", "--staged"],
    }
    print("placet check, this repository")
    print(table(in_turn(commands, runs=9), FLOOR))
