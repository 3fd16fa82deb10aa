"""`python -m placet`."""

from placet.cli.main import run

run()
