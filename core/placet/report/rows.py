"""A review's results as rows of a table: what gated, what is only shown, and what became of each. Judges nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from placet.claims import labelled
from placet.decision import Outcome, Reason
from placet.gate.samples import Statistic
from placet.gate.verdicts import MetricResult, Verdict
from placet.judge import ALL, Judged
from placet.model.suite import Case, ScorerSpec
from placet.parse.misplaced import PREFIX
from placet.record import record, replace
from placet.report.escape import tick
from placet.report.failures import failed_by
from placet.report.naming import unsigned
from placet.report.numbers import NONE, asked, count, difference, listed, sides
from placet.results import Review
from placet.runs import PlannedRun
from placet.scorers.measures import MEASURES, statistic


class Mark(StrEnum):
    """What became of a requirement, in the words of a reader."""

    GOOD = "met"
    WAIVED = "waived"
    UNSURE = "unsure"
    BLOCKED = "unsure, which blocks"
    UNSIGNED = "claimed and not signed, which blocks"
    BAD = "not met"
    ERROR = "no answer"
    SHOWN = "shown"


_MARKS = {
    Outcome.MET: Mark.GOOD,
    Outcome.WAIVED: Mark.WAIVED,
    Outcome.UNSURE: Mark.UNSURE,
    Outcome.PENDING: Mark.UNSURE,
    Outcome.FAILED: Mark.BAD,
    Outcome.ERROR: Mark.ERROR,
}


@record
class Row:
    """One result, its numbers written out."""

    system: str | None
    suite: str
    metric: str
    slice: str
    base: str
    head: str
    change: str
    interval: str
    asked: str
    gated: bool
    mark: Mark
    result: MetricResult

    @property
    def name(self) -> str:
        return f"{self.suite}.{self.metric}{f' [{self.slice}]' if self.slice else ''}"


@record
class Group:
    """The rows of one system, or of one prompt that no system uses."""

    system: str | None
    prompt: str  # of an unregistered group
    tier: str
    main: tuple[Row, ...]  # gated metrics, and the cost of a request
    shared: tuple[Row, ...]  # gates of shared suites that are met, where there are others to look at first
    slices: tuple[Row, ...]
    shown: tuple[Row, ...]  # metrics without a gate
    cases: tuple[str, ...] = ()  # of each suite, in words

    @property
    def confidence(self) -> float | None:
        """That of most intervals; the others say theirs."""
        rows = (*self.main, *self.shared) or self.shown
        levels = Counter(row.result.bounds.confidence for row in rows if row.interval)
        return levels.most_common(1)[0][0] if levels else None

    def own_level(self, row: Row) -> float | None:
        """That of the row's interval, if it isn't the one of most."""
        level = row.result.bounds.confidence
        return level if row.interval and level != self.confidence else None


def groups(review: Review) -> tuple[Group, ...]:
    """Systems by id, then prompts that no system uses."""
    systems = [
        replace(
            _group(touched.system.id, "", touched.tier.label, _rows(review, touched.system.id)),
            cases=_cases(touched.runs, _ambiguous(review, touched.system.id)),
        )
        for touched in review.plan.systems
    ]
    prompts = dict.fromkeys(run.prompt for run in review.plan.unregistered)
    loose = [
        replace(
            _group(None, prompt, "", _unregistered(review, prompt)),
            cases=_cases([run for run in review.plan.unregistered if run.prompt == prompt], frozenset()),
        )
        for prompt in prompts
    ]
    return tuple(group for group in (*systems, *loose) if group.main or group.slices or group.shown)


def _group(system: str | None, prompt: str, tier: str, rows: Iterable[Row]) -> Group:
    known = list(rows)
    whole = [row for row in known if not row.slice]
    main = [row for row in whole if row.gated or row.suite == ALL]
    shown = sorted((row for row in whole if row not in main), key=_order)
    met = [row for row in main if row.suite.startswith(PREFIX) and row.mark is Mark.GOOD]
    rest = [row for row in main if row not in met]
    slices = tuple(row for row in known if row.slice)
    return Group(system, prompt, tier, tuple(rest or met), tuple(met if rest else ()), slices, tuple(shown))


def of_shared(group: Group) -> str:
    """How many gates of shared suites are met, and of how many suites."""
    suites = {row.suite for row in group.shared}
    return f"{count(len(group.shared), 'gate')} of {count(len(suites), 'shared suite')}"


def _cases(runs: Iterable[PlannedRun], several: frozenset[str]) -> tuple[str, ...]:
    """How many cases each suite has, and how many of them are critical."""
    return tuple(f"{tick(_suite(run, several))} {_size(run.suite.cases)}" for run in runs)


def _size(cases: Sequence[Case]) -> str:
    critical = sum(case.critical or case.forbidden for case in cases)
    which = f", {'all' if critical == len(cases) else critical} critical" if critical else ""
    return f"{len(cases)}{which}"


def _suite(run: PlannedRun, several: frozenset[str]) -> str:
    """The suite's name, with its prompt where more than one suite has it."""
    name = labelled(run.suite)
    return f"{name} ({run.prompt.rpartition('/')[2]})" if run.suite.name in several else name


def _order(row: Row) -> tuple[str, str]:
    return row.suite, row.metric


def _rows(review: Review, system: str) -> Iterator[Row]:
    """Gated results with what the decision made of them, then the others; the cost of a request comes last of all."""
    several = _ambiguous(review, system)
    gated = [reason for reason in review.decision.reasons if reason.judged and reason.system == system]
    shown = [judged for judged in review.judged if judged.system == system and not judged.gated]
    rows = [_of_reason(reason, review, several) for reason in gated]
    rows += [_row(judged, Mark.SHOWN, review, several) for judged in shown]
    yield from sorted(rows, key=lambda row: row.suite == ALL)


def _of_reason(reason: Reason, review: Review, several: frozenset[str]) -> Row:
    if reason.judged is None:
        msg = f"{reason.id} rests on no result"
        raise ValueError(msg)
    blocked = reason.outcome is Outcome.FAILED and reason.judged.result.verdict is Verdict.INCONCLUSIVE
    why = Mark.UNSIGNED if unsigned(reason) else Mark.BLOCKED
    return _row(reason.judged, why if blocked else _MARKS[reason.outcome], review, several)


def _unregistered(review: Review, prompt: str) -> Iterator[Row]:
    for judged in review.judged:
        if judged.system is None and judged.run is not None and judged.run.prompt == prompt:
            yield _row(judged, Mark.SHOWN, review, frozenset())


def _ambiguous(review: Review, system: str) -> frozenset[str]:
    """Names that more than one suite of the system has: the inline suites of several prompts."""
    names = [outcome.run.suite.name for outcome in review.outcomes if outcome.run.system == system]
    return frozenset(name for name in names if names.count(name) > 1)


def _row(judged: Judged, mark: Mark, review: Review, several: frozenset[str]) -> Row:
    result = judged.result
    base, head = sides(result)
    change, interval = difference(result)
    if result.total is not None and NONE not in {base, head}:
        change = "0" if base == head else f"{(result.passed or 0) - int(base.partition('/')[0]):+d}"
    wanted = asked(result)
    return Row(
        system=judged.system,
        suite=_suite(judged.run, several) if judged.run else result.suite,
        metric=_metric(judged, review),
        slice=result.slice or "",
        base=base,
        head=head,
        change=change,
        interval=interval,
        asked=wanted if judged.gated else "",
        gated=judged.gated,
        mark=mark if wanted else Mark.SHOWN,
        result=result,
    )


def _figure(spec: ScorerSpec) -> str:
    """Which figure of the whole set the metric is, where it is one. Of a gap, less is better, which no name says."""
    if spec.type == "fairness":
        return "odds gap" if spec.parameters.get("statistic") == Statistic.EQUALIZED_ODDS else "parity gap"
    is_f1 = spec.type == "classification" and spec.parameters.get("statistic") == Statistic.MACRO_F1
    return "macro-f1" if is_f1 else ""


def _metric(judged: Judged, review: Review) -> str:
    """The metric's name, with what the name alone leaves open: which number it is, or by what critical cases fail."""
    name = judged.result.metric
    spec = next((spec for spec in judged.run.suite.scorers if spec.name == name), None) if judged.run else None
    if spec is not None and spec.type in MEASURES:
        which = statistic(spec)
        return name if which in name else f"{name} ({which})"
    if spec is not None and (which := _figure(spec)) and which not in name.lower():
        return f"{name} ({which})"
    lost = failed_by(judged, review)
    return f"{name} (fails {'scorer' if len(lost) == 1 else 'scorers'} {listed(lost, 2)})" if lost else name
