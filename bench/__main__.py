"""`make bench`, or `python -m bench check` for one of them."""

import sys

from bench import check, evals

BENCHES = {"check": check.main, "evals": evals.main}

for name in sys.argv[1:] or BENCHES:
    BENCHES[name]()
