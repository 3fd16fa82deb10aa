"""What git is given by us, and what not: no variable that sends it elsewhere, no program of a repository's choosing."""

from __future__ import annotations

import os

#: Variables that a hook inherits and that would send git elsewhere. The index file stays: `git commit FILE` checks in
#: from a temporary index, and that is the one to judge.
_KEPT = (
    "GIT_INDEX_FILE",
    "GIT_EXEC_PATH",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_VALUE_",
    "GIT_CONFIG_GLOBAL",
)
#: In a partial clone git would fetch what is missing, over the network and by programs that the configuration names.
#: A replacement of this clone (git replace) would show other content than what is pushed and merged.
_QUIET = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "LC_ALL": "C",
}
NO_PROGRAMS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "merge.renormalize=false")
#: A .gitmodules could have a submodule left out of every difference.
SUBMODULES = "--ignore-submodules=none"
#: What `git add -N` announced is no part of the next commit.
COMMITTED = "--ita-invisible-in-index"


def environment() -> dict[str, str]:
    """This process's variables without git's own, and with those that keep it quiet and offline."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key.startswith(_KEPT)}
    return kept | _QUIET
