"""One metric of one run, as every way of looking at it has to allow: with head's additions and without, alone and
together with what the same content gave before. Of several results the worst counts.

Pure. Compares no metric with another; `judge` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from placet.counted import Outcome, Trials, checks_of, flaky, groups_of, samples_of, wanted
from placet.gate.critical import judge_critical
from placet.gate.metric import judge_metric, judge_slices
from placet.gate.samples import LEAST_GROUP, Pair, Samples, Side, Terms
from placet.gate.verdicts import Code, MetricResult, Reason, Verdict
from placet.model.suite import Case, Gate, ScorerSpec, Suite
from placet.record import replace

#: The samples that a gate has to hold on, each with what sets it apart from the first, which is all that there is.
Views = Sequence[tuple[Samples, Reason | None]]


def views_of(outcome: Outcome, spec: ScorerSpec, own: frozenset[str]) -> Views:
    """Base's own cases have to hold without those that head adds, and head has to hold with what it tried before."""
    every = samples_of(outcome, spec)
    views: list[tuple[Samples, Reason | None]] = [(every, None)]
    added = len(every.pairs) - len(own)
    if added and own:
        text = f"judged by the {len(own)} cases that base has; the {added} that this change adds count once merged"
        views.append((every.of(own), Reason(Code.BASE_CASES, text)))
    if again := tuple(attempt for attempt in outcome.again if attempt.tells(spec.name)):
        pooled = samples_of(replace(outcome, attempts=again).with_attempts(), spec)
        times = "once" if len(again) == 1 else f"{len(again)} times"
        text = f"judged with what the same content gave before, white space, seeds and names apart: evaluated {times}"
        views.append((pooled.of(own or pooled.pairs.keys()), Reason(Code.EARLIER_ATTEMPTS, text)))
    return views


def judged_metric(views: Views, gate: Gate, terms: Terms, sliced: Suite | None) -> Iterator[MetricResult]:
    """The metric over all cases, and over each slice; of several views the one that looks worst."""
    yield _worst([_marked(judge_metric(samples, gate, terms), reason) for samples, reason in views])
    for name in sliced.slices if sliced else ():
        for group, ids in sorted(groups_of(sliced, name).items()) if sliced else ():
            parts = [(samples.of(ids), reason) for samples, reason in views]
            enough = [(part, reason) for part, reason in parts if not reason or len(part.pairs) >= LEAST_GROUP]
            yield _worst([_marked(_slice(part, gate, terms, group), reason) for part, reason in enough])


def _slice(samples: Samples, gate: Gate, terms: Terms, group: str) -> MetricResult:
    (result,) = judge_slices(samples, gate, terms, {group: list(samples.pairs)})
    return result


def _worst(results: Sequence[MetricResult]) -> MetricResult:
    order = [None, *Verdict]

    def badness(result: MetricResult) -> tuple[int, int, float]:
        """Of two that fail, the surer one: chance among all comparisons must not explain the other away."""
        return order.index(result.verdict), order.index(result.regression), -(result.p_worse or 0.0)

    return max(results, key=badness)


def _marked(result: MetricResult, reason: Reason | None) -> MetricResult:
    return replace(result, reasons=(*result.reasons, reason)) if reason else result


def with_unsteady(result: MetricResult, outcome: Outcome, metric: str) -> MetricResult:
    """Names the cases that one side answers now right and now wrong. That alone decides nothing."""
    ids = flaky(outcome, [metric]) if result.slice is None else ()
    if not ids:
        return result
    shown = [
        f"{id} (base {_right(outcome.base, id, metric)}, head {_right(outcome.head, id, metric)})" for id in ids[:3]
    ]
    named = ", ".join(shown) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
    what = "1 case disagrees with itself" if len(ids) == 1 else f"{len(ids)} cases disagree with themselves"
    return replace(result, flaky=ids, reasons=(*result.reasons, Reason(Code.UNSTEADY, f"{what}: {named}")))


def _right(trials: Trials, id: str, metric: str) -> str:
    scores = [trial.scores.get(metric) for trial in trials.get(id, ()) if trial.error is None]
    return f"{scores.count(1)} of {len(scores)}"


def judged_critical(outcome: Outcome, listed: Mapping[str, Case], terms: Terms) -> MetricResult:
    """The planned trials decide. More of them may show a failure, and never undo one; nor does trying again."""
    suite = outcome.run.suite
    planned = {case.id: outcome.head.get(case.id, ())[: wanted(case, suite)] for case in listed.values()}
    first = _critical_of(replace(outcome, head=planned), listed, terms)
    if first.verdict is Verdict.FAIL:
        return first
    more = _critical_of(outcome, listed, terms)
    if more.verdict is Verdict.FAIL:
        return more
    text = "failed when the same content was evaluated before, apart from white space, seeds or names"
    before = (_critical_of(replace(outcome, head=one.trials), listed, terms) for one in outcome.again)
    failed = next((result for result in before if result.verdict is Verdict.FAIL), None)
    return _marked(failed, Reason(Code.EARLIER_ATTEMPTS, text)) if failed else first


def _critical_of(outcome: Outcome, listed: Mapping[str, Case], terms: Terms) -> MetricResult:
    suite = outcome.run.suite
    names = [spec.name for spec in checks_of(suite)]
    base, head = outcome.base, outcome.head
    pairs = {
        id: Pair(Side.of_critical(base.get(id, ()), names), Side.of_critical(head.get(id, ()), names)) for id in listed
    }
    return judge_critical(suite.name, list(listed.values()), pairs, terms)
