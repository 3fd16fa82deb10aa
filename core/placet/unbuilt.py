"""Scorers that a change brings and that can't be built, such as a pattern that is no regular expression.

A change of a suite alone runs nothing, so that without this the first to notice would be the next change.
"""

from __future__ import annotations

from collections.abc import Iterator

from placet.findings import Finding, Severity
from placet.model.suite import ScorerSpec
from placet.parse.snapshot import Snapshot
from placet.scorers import ScorerError, build
from placet.scorers.judge import JUDGES

_RULE = "FIL007"


def unbuilt(base: Snapshot, merged: Snapshot) -> Iterator[Finding]:
    """One finding for each such scorer, in suites of systems and shared ones. Judges are bound to a model first."""
    before = {**base.suites, **base.shared}
    for path, suite in {**merged.suites, **merged.shared}.items():
        known = [_said(spec) for spec in before[path].scorers] if path in before else []
        for spec in suite.scorers:
            if spec.type not in JUDGES and _said(spec) not in known and (error := _trouble(spec)):
                yield Finding(_RULE, Severity.ERROR, suite.path, spec.position, error.what, help=error.help)


def _said(spec: ScorerSpec) -> tuple[object, ...]:
    return spec.name, spec.type, spec.parameters


def _trouble(spec: ScorerSpec) -> ScorerError | None:
    try:
        build(spec)
    except ScorerError as error:
        return error
    except ModuleNotFoundError:  # whoever only plans may lack what scorers need
        return None
    return None
