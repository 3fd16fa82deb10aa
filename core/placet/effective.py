"""Which suite judges a change: the suite as it stands on base, plus what head adds to it.

Pure. What head removes or loosens still counts as base has it, and is listed as a weakening, so that a change never
lowers its own bar unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from placet.digest import case_digest
from placet.model.suite import RUN, Case, Gate, Suite
from placet.record import record, replace


@record
class Weakening:
    """Something that would make a suite easier to pass. `path` is the file, `what` a phrase."""

    path: str
    suite: str
    what: str


def effective(base: Suite | None, head: Suite | None) -> Suite:
    """Base's suite with head's additions. At least one of the two exists."""
    if base is None or head is None:
        whole = base or head
        if whole is None:
            msg = "a suite of neither side"
            raise ValueError(msg)
        return whole
    return replace(
        base,
        title=head.title,
        trials=max(base.trials, head.trials),
        cases=(*base.cases, *_added(base.cases, head.cases)),
        scorers=(
            *base.scorers,
            *(spec for spec in head.scorers if spec.name not in {own.name for own in base.scorers}),
        ),
        gates=(*base.gates, *(gate for gate in head.gates if gate.metric not in {own.metric for own in base.gates})),
        slices=tuple(dict.fromkeys((*base.slices, *head.slices))),
        **_outputs(base, head),
    )


def _outputs(base: Suite, head: Suite) -> dict[str, str | None]:
    """Where outputs come from: base's way, unless head has them made instead of supplied."""
    if base.claims and not head.claims:
        return {"source": RUN, "recorded": None, "subject": None, "prompt": head.prompt or base.prompt}
    return {}


def adapted(suite: Suite, head: Suite | None, variables: frozenset[str]) -> Suite:
    """`suite` for head's arm: where a case lacks a variable that head's prompt has, head's inputs beside base's.

    A prompt that gains or renames a variable can't run on base's cases; the edit shows as a weakening all the same.
    What base's case says already stays what it says.
    """
    if head is None:
        return suite
    newer = {case.id: case for case in reversed(head.cases)}  # the first of two with one id, as `Suite.case` has it
    return replace(suite, cases=tuple(_adapted(case, newer.get(case.id), variables) for case in suite.cases))


def _adapted(case: Case, newer: Case | None, variables: frozenset[str]) -> Case:
    if newer is None or variables <= set(case.inputs) or not variables <= set(newer.inputs):
        return case
    return replace(case, inputs={**newer.inputs, **case.inputs})


def _added(base: Iterable[Case], head: Iterable[Case]) -> Iterator[Case]:
    known = {case.id for case in base}
    return (case for case in head if case.id not in known)


def weakenings(base: Suite, head: Suite | None) -> tuple[Weakening, ...]:
    """Everything in which `head` asks less than `base`."""
    if head is None:
        return (Weakening(base.path, base.name, "suite removed"),)
    found = [*_of_cases(base, head), *_of_scorers(base, head), *_of_gates(base, head)]
    if head.claims and not base.claims:
        found.append(f"outputs {head.source}, no longer run")
    if base.subject and head.subject != base.subject:
        found.append(f"no longer evaluates {base.subject}")
    if head.trials < base.trials:
        found.append(f"trials {base.trials} → {head.trials}")
    if head.cluster != base.cluster:
        old, new = (f"`{name}`" if name else "none" for name in (base.cluster, head.cluster))
        found.append(f"cluster {old} → {new}")
    found += [f"slice `{name}` removed" for name in base.slices if name not in head.slices]
    return tuple(Weakening(head.path, base.name, what) for what in found)


def _of_cases(base: Suite, head: Suite) -> Iterator[str]:
    after = {case.id: case for case in head.cases}
    for case in base.cases:
        newer = after.get(case.id)
        if newer is None:
            yield f"case `{case.id}` removed"
        elif case_digest(newer) != case_digest(case):
            yield f"case `{case.id}` edited"
        elif _relabelled(case, newer, base.cluster):
            yield f"case `{case.id}` in other slices"
        if newer and case.forbidden and not newer.forbidden:
            yield f"case `{case.id}` no longer forbidden"
        elif newer and case.critical and not (newer.critical or newer.forbidden):
            yield f"case `{case.id}` no longer critical"


def _relabelled(before: Case, after: Case, cluster: str | None) -> bool:
    """Whether a field by which slices are made was taken away or changed, or the case is now one of a cluster."""
    old, new = before.fields or {}, after.fields or {}
    return any(new.get(name) != value for name, value in old.items()) or (cluster in new and cluster not in old)


def _of_scorers(base: Suite, head: Suite) -> Iterator[str]:
    after = {spec.name: (spec.type, spec.parameters) for spec in head.scorers}
    for spec in base.scorers:
        if spec.name not in after:
            yield f"scorer `{spec.name}` removed"
        elif after[spec.name] != (spec.type, spec.parameters):
            yield f"scorer `{spec.name}` edited"


def _of_gates(base: Suite, head: Suite) -> Iterator[str]:
    after = {gate.metric: gate for gate in head.gates}
    for gate in base.gates:
        newer = after.get(gate.metric)
        if newer is None:
            yield f"gate `{gate.metric}` removed"
        elif _looser(gate, newer):
            yield f"gate `{gate.metric}` loosened"


def _looser(before: Gate, after: Gate) -> bool:
    """Whether any bound of `after` lets more pass than `before` does; an absent bound lets everything pass."""
    floors = ((before.min, after.min), (before.confidence, after.confidence))
    ceilings = ((before.max, after.max), (before.max_regression, after.max_regression))
    lower = any(old is not None and (new is None or new < old) for old, new in floors)
    return lower or any(old is not None and (new is None or new > old) for old, new in ceilings)
