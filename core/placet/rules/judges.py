"""Rules about judges: a scorer's model is one that its system registers to judge, pinned like any other."""

from __future__ import annotations

from placet.model.register import floating_key
from placet.parse.kinds import Kind, system_of
from placet.rules.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from placet.model.register import System
    from placet.model.suite import ScorerSpec, Suite
    from placet.rules.problem import Check

_TYPES = frozenset({"judge", "pairwise"})
_ROLE = "judge"


def registered(check: Check) -> Iterator[Problem]:
    for suite in check.snapshot.suites.values():
        system = check.snapshot.systems.get(f"systems/{system_of(suite.path)}/system.yaml")
        if system is not None and not check.has_unread(Kind.SYSTEM, suite.path):
            for index, spec in enumerate(suite.scorers):
                if spec.type in _TYPES:
                    yield from _of_scorer(check, system, suite, (index, spec))


def _of_scorer(check: Check, system: System, suite: Suite, scorer: tuple[int, ScorerSpec]) -> Iterator[Problem]:
    index, spec = scorer
    wanted = spec.parameters["model"]
    position = check.snapshot.at(suite.path, "scorers", index, "model")
    model = next((model for model in system.models if model.id == wanted and model.role == _ROLE), None)
    if model is None:
        judges = [model.id for model in system.models if model.role == _ROLE]
        message = f"{system.path} has no model `{wanted}` with `role: judge`"
        otherwise = f"it has {', '.join(judges)}" if judges else "register the judge there, with its version"
        yield Problem(suite.path, position, message, help=check.did_you_mean(suite.path, wanted, judges, otherwise))
    elif floating_key(model.name, model.version) is not None:
        message = f"the judge `{wanted}` isn't pinned: tomorrow another model may give its verdicts"
        advice = f"give it a dated name and `version:` in {system.path}"
        yield Problem(suite.path, position, message, help=advice)
