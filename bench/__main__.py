"""`make bench`, or `python -m bench check` for one of them."""

import sys

from bench import calibration, check, evals, hooks, owners

BENCHES = {
    "calibration": calibration.main,
    "check": check.main,
    "evals": evals.main,
    "hooks": hooks.main,
    "owners": owners.main,
}

for name in sys.argv[1:] or BENCHES:
    BENCHES[name]()
