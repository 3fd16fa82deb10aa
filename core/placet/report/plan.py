"""A plan for people and scripts: what changed, which systems that touches and why, what will run, who must approve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from placet.claims import labelled
from placet.controls import ControlStatus, Standing
from placet.gate.critical import TRIALS
from placet.plan import Plan, Touched
from placet.report.changed import edited, one_by_one, tier
from placet.report.escape import plain, tick
from placet.report.footer import commits
from placet.report.json_report import approvals as approvals_json
from placet.report.json_report import dumped, edits, ends, run, systems
from placet.report.needs import NOT_ENFORCED, approvals, left_out, lowered, owner_sets, people, weaker
from placet.report.numbers import count, duration, listed, money
from placet.report.paint import Paint
from placet.report.shifted import shifted, shifted_branches, shifted_json
from placet.report.templating import rendered
from placet.report.trees import MOST, Branch, bounded, drawn
from placet.results import Expected
from placet.runs import PlannedRun

NOTHING = "Nothing governed changed"
UNCOMMITTED = "not committed: the working tree as it is, untracked files included"


def as_text(plan: Plan, base_name: str, expected: Expected | None, left: tuple[str, ...], paint: Paint) -> str:
    """A tree: what changed, each system with its runs and controls, the approvals."""
    if not plan.edits:
        return "\n".join([f"{NOTHING} between {plain(_between(plan, base_name))}.", *_outside(left)])
    title = f"{plain(_title(plan))}: {plain(commits(plan.ends, base_name))}"
    if plan.ends.uncommitted:
        title = f"{title}\n{paint.unsure(UNCOMMITTED)}"
    branches = [
        Branch("changed", bounded(Branch(plain(edited(edit))) for edit in plan.edits)),
        *bounded(_system(touched, paint) for touched in plan.systems),
        *_unregistered(plan),
        *([Branch(f"in all: {plain(_calls(expected))}")] if expected else []),
        *shifted_branches(plan, paint),
        _approvals(plan, paint),
    ]
    notes = [f"note: {branch.text}" for branch in bounded(Branch(plain(note)) for note in plan.notes)]
    return "\n".join([title, *drawn(branches), *notes, *_outside(left)])


def _title(plan: Plan) -> str:
    if not plan.systems:
        return "the policies that judge every system change" if plan.changes_policy else "no system is touched"
    return f"{count(len(plan.systems), 'system')} touched ({_tiers(plan.systems)})"


def _tiers(systems: Iterable[Touched]) -> str:
    return ", ".join(dict.fromkeys(touched.tier.label for touched in sorted(systems, key=lambda one: -one.tier)))


def _between(plan: Plan, base_name: str) -> str:
    head = "the working tree" if plan.ends.uncommitted else plan.ends.head[:7]
    return f"{tick(base_name)} {tick(plan.ends.base[:7])} and {tick(head)}"


def _outside(left: tuple[str, ...]) -> list[str]:
    return [f"not included: {plain(text)}" for text in left_out(left)]


def _system(touched: Touched, paint: Paint) -> Branch:
    parts = [Branch(f"because of {plain(listed([why.partition(' (')[0] for why in touched.why], 3))}")]
    if touched.runs:
        parts.append(Branch("runs", bounded(Branch(plain(_run(one))) for one in touched.runs)))
    if touched.controls:
        parts.append(Branch("controls due", bounded(_control(one, paint) for one in touched.controls)))
    lower = [*touched.relaxed, *weaker(touched)]
    if lower:
        parts.append(Branch(paint.unsure("lowers the bar"), bounded(Branch(plain(text)) for text in lower)))
    return Branch(f"{plain(touched.system.id)} ({tier(touched)})", tuple(parts))


def _run(planned: PlannedRun) -> str:
    suite = planned.suite
    critical = sum(case.critical or case.forbidden for case in suite.cases)
    size = count(len(suite.cases), "case")
    if critical:
        which = "all" if critical == len(suite.cases) else f"{critical} of them"
        size += f", {which} critical ({TRIALS} times)"
    return f"{tick(labelled(suite))}: {size} · {_sides(planned)} · {planned.why}"


def _sides(planned: PlannedRun) -> str:
    if planned.base is None:
        return "head only: base has nothing to compare with"
    return "head only: base has the same content" if planned.same_answers else "head against base"


def _control(status: ControlStatus, paint: Paint) -> Branch:
    signs = {Standing.MET: paint.good("✓"), Standing.UNREACHED: "-", Standing.LATER: " "}
    place = f" ({status.path})" if status.path and status.standing is not Standing.MET else ""
    return Branch(f"{signs.get(status.standing, paint.bad('✗'))} {plain(f'{status.control.id}: {status.text}{place}')}")


def _unregistered(plan: Plan) -> Iterator[Branch]:
    if plan.unregistered:
        runs = bounded(Branch(plain(f"{tick(one.prompt)}: {_run(one)}")) for one in plan.unregistered)
        yield Branch("no system uses these prompts: run and shown, gated by nothing", runs)


def _calls(expected: Expected) -> str:
    """What is left to call, and what is known already."""
    if not expected.calls:
        return (
            f"no model call: {count(expected.known, 'answer')} known from evidence"
            if expected.known
            else "no model call"
        )
    if expected.at_least:
        cost = expected.cost_usd
        parts = [f"at least {count(expected.calls, 'model call')}", f"{money(cost)} or more" if cost else money(cost)]
    else:
        parts = [f"about {count(expected.calls, 'model call')}", at_most(expected.cost_usd)]
    parts += ["time not known before a first run" if expected.seconds is None else duration(expected.seconds)]
    known = f"; {count(expected.known, 'answer')} known from evidence" if expected.known else ""
    more = f"; up to {expected.second_looks:,} more if gates can't tell" if expected.second_looks else ""
    return f"{', '.join(parts)}{known}{more}"


def at_most(cost: float | None) -> str:
    """An estimate reckons with the longest answers that a prompt allows."""
    return money(cost) if cost is None or cost == 0 else f"at most {money(cost)}"


def _approvals(plan: Plan, paint: Paint) -> Branch:
    needs = plan.approvals
    parts = bounded(Branch(plain(text)) for text in owner_sets(needs))
    errors = bounded(Branch(paint.bad(plain(f"CODEOWNERS of base, {error}"))) for error in needs.errors)
    return Branch(f"approvals needed: {people(needs)}", (*parts, *errors))


def as_markdown(plan: Plan, base_name: str, expected: Expected | None, left: tuple[str, ...]) -> str:
    """What stands on the pull request while its review runs."""
    return rendered(
        "plan.md.j2",
        {
            "title": _title(plan).replace(" touched", "") if plan.systems else _title(plan),
            "running": bool(plan.runs),
            "nothing": f"{NOTHING} between {_between(plan, base_name)}." if not plan.edits else "",
            "uncommitted": UNCOMMITTED if plan.ends.uncommitted else "",
            "changed": one_by_one(plan, MOST),
            "more": max(0, len(plan.edits) - MOST),
            "runs": [_short_run(one, len(plan.systems) > 1) for one in plan.runs[:MOST]],
            "calls": _calls(expected) if expected else "",
            "unmet": [text for touched in plan.systems for text in _unmet(touched)][:MOST],
            "lowered": lowered(plan)[:MOST],
            "shifted": shifted(plan)[:MOST],
            "approvals": approvals(plan.approvals),
            "unenforced": NOT_ENFORCED,
            "left_out": left_out(left),
            "notes": plan.notes[:MOST],
            "commits": commits(plan.ends, base_name),
        },
    )


def _short_run(planned: PlannedRun, several: bool) -> str:
    system = f"{tick(planned.system)} " if several and planned.system else ""
    return f"{system}{tick(labelled(planned.suite))} {count(len(planned.suite.cases), 'case')}"


def _unmet(touched: Touched) -> list[str]:
    return [
        f"{tick(one.control.id)}: {one.text}"
        for one in touched.controls
        if one.standing not in {Standing.MET, Standing.UNREACHED, Standing.LATER}
    ]


def as_json(plan: Plan, base_name: str, expected: Expected | None, left: tuple[str, ...]) -> str:
    """The plan for scripts; keys are added, never renamed, while `version` stays 1."""
    estimate = None
    if expected is not None:
        estimate = {
            "calls": expected.calls, "at_least": expected.at_least, "known": expected.known,
            "cost_usd": expected.cost_usd, "seconds": expected.seconds, "second_looks": expected.second_looks,
        }  # fmt: skip
    return dumped(
        {
            "version": 1,
            "kind": "plan",
            "change": ends(plan.ends, base_name),
            "edits": edits(plan),
            "systems": systems(plan),
            "unregistered": [run(one) for one in plan.unregistered],
            "expected": estimate,
            "approvals": approvals_json(plan.approvals),
            "shifted": shifted_json(plan),
            "left_out": left,
            "notes": plan.notes,
        }
    )
