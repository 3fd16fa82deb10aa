"""Good values of everything a review is made of; a test changes the one thing it is about.

Reviews are judged and decided by the real functions, so that no test shows what could never happen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from placet.approvals import ApprovalNeeds, OwnerSet
from placet.change import Edit, Status
from placet.controls import ControlStatus, Standing
from placet.decision import Facts, decide
from placet.digest import digest_of_text
from placet.findings import Finding, Position
from placet.judge import Outcome, judge
from placet.model.policy import (
    ApprovalPolicy,
    Control,
    Floor,
    GatePolicy,
    Inconclusive,
    Means,
    Phase,
    Policies,
    Settings,
    Tier,
    TierPolicy,
)
from placet.model.recording import Recording
from placet.model.register import Factors, Message, Model, Prompt, PromptUse, System, Waiver
from placet.model.run import Trial
from placet.model.suite import Case, Gate, ScorerSpec, Suite
from placet.plan import Ends, Plan, Touched
from placet.record import replace
from placet.results import Review, Spent
from placet.runs import Arm, PlannedRun
from placet.scorers import Output, build
from placet.subject import Subject, model_subject
from placet.substitute import variables_of

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
PROMPT = "prompts/support-triage/classify.prompt.yml"
ENDS = Ends(base="a1b2c3d" + 33 * "0", head="3f2c1ab" + 33 * "0", merge_base="a1b2c3d" + 33 * "0")
EARLIER = "77aa77a" + 33 * "0"
_LINES = {Tier.LOW: 7, Tier.MEDIUM: 24, Tier.HIGH: 41, Tier.CRITICAL: 58}
_GATES = GatePolicy(Floor.ESTIMATE, 0.05, 0.90, Inconclusive.OWNER_APPROVES, 0.02, False, 0.10)
_BY_TIER = {
    Tier.LOW: replace(_GATES, margin=0.10, inconclusive=Inconclusive.WARN, max_cost_increase=0.25),
    Tier.MEDIUM: _GATES,
    Tier.HIGH: replace(_GATES, floor=Floor.INTERVAL, margin=0.02, inconclusive=Inconclusive.RISK_APPROVES),
    Tier.CRITICAL: replace(_GATES, floor=Floor.INTERVAL, margin=0.02, inconclusive=Inconclusive.BLOCK),
}


def tier_policy(tier: Tier) -> TierPolicy:
    people = {Tier.LOW: 1, Tier.MEDIUM: 2, Tier.HIGH: 2, Tier.CRITICAL: 3}[tier]
    approvals = ApprovalPolicy(people, ("risk",) if tier >= Tier.HIGH else (), 1)
    return TierPolicy(tier, (), (), approvals, _BY_TIER[tier], 20, tier > Tier.LOW, 180, Position(_LINES[tier], 3))


POLICIES = Policies(
    settings=Settings("placet/evidence", "placet", "core", {"risk": ("@acme/ai-risk",)}),
    tiers={tier: tier_policy(tier) for tier in Tier},
    controls={},
    classification=(),
    providers={},
)


def prompt(text: str = "Classify the ticket.", path: str = PROMPT) -> Prompt:
    messages = (Message("system", text), Message("user", "<ticket>\n{{ticket}}\n</ticket>"))
    return Prompt(path, "Classify", "acme/stand-in", {"temperature": 0}, messages, None, None, frozenset({"ticket"}))


def system(id: str = "support-triage", tier: Tier = Tier.MEDIUM, **changes: Any) -> System:
    made = System(
        id=id,
        path=f"systems/{id}/system.yaml",
        title="Support ticket triage",
        lifecycle="production",
        owners={"business": ("@acme/support-leads",), "technical": ("@dana",)},
        tier=tier,
        factors=Factors(("advises",), ("personal",), ("customers",), (), ("moderate",)),
        models=(Model("acme/stand-in", "stand-in", "stand-in-2026-10-01", "2026-10-01", "primary"),),
        prompts=(PromptUse(PROMPT, ("ticket",)),),
        fields={},
    )
    return replace(made, **changes)


def case(number: int, **changes: Any) -> Case:
    kind = ("billing", "delivery", "account")[number % 3]
    made = Case(f"{kind}-{number:02}", {"ticket": f"Ticket {number} about {kind}."}, {"category": kind})
    return replace(made, **changes)


ACCURACY = ScorerSpec("accuracy", "json-path-equals", {"path": "$.category", "value": "{{expected.category}}"})
VALID = ScorerSpec("valid-json", "is-json", {})
LATENCY = ScorerSpec("latency", "latency", {"statistic": "p95"})


def suite(name: str = "core", cases: int | Iterable[Case] = 60, **changes: Any) -> Suite:
    made = Suite(
        name=name,
        title="Everyday tickets get the right category",
        path=f"systems/support-triage/evals/{name}.yaml",
        prompt=PROMPT,
        cases=tuple(case(number) for number in range(cases)) if isinstance(cases, int) else tuple(cases),
        trials=1,
        scorers=(VALID, ACCURACY),
        gates=(
            Gate("accuracy", min=0.90, max_regression=0.05, position=Position(31, 3)),
            Gate("valid-json", max_regression=0.05, position=Position(32, 3)),
        ),
        slices=(),
        cases_path=f"systems/support-triage/evals/cases/{name}.jsonl",
    )
    return replace(made, **changes)


def subject(prompt_: Prompt, system_: str | None = "support-triage") -> Subject:
    return Subject(system_, prompt_, "stand-in", "stand-in-2026-10-01", "2026-10-01")


BEFORE, AFTER = prompt(), prompt("Classify the ticket. Be brief.")


def run(suite_: Suite, system_: str | None = "support-triage", *, new: bool = False, same: bool = False) -> PlannedRun:
    """Head's prompt against base's; against nothing when `new`, against itself when `same`."""
    head = Arm(subject(AFTER, system_), suite_)
    base = None if new else Arm(subject(AFTER if same else BEFORE, system_), suite_)
    why = "new subject" if new else "suite has more to say" if same else "prompt changed"
    return PlannedRun(system_, PROMPT, suite_, head, base, why)


def claimed_run(suite_: Suite, system_: str, source: str = "recorded") -> PlannedRun:
    """A new model against the one before, by what a file of each tells."""
    folder = f"systems/{system_}/evals"
    told = replace(
        suite_,
        path=f"{folder}/{suite_.name}.yaml",
        prompt=None,
        source=source,
        recorded=f"{folder}/recorded/{suite_.name}.jsonl",
        subject="acme/outreach",
    )
    model = Model("acme/outreach", "", "outreach", "2026-11-20", "primary")
    sides = [replace(model, digest=f"sha256:{letter * 64}") for letter in "ab"]
    before, after = (model_subject(system(system_, models=(side,)), model.id) for side in sides)
    assert before is not None
    assert after is not None
    tool, path = "sklearn 1.9.1", told.recorded or ""
    arms = [Arm(one, told, Recording(path, "sha256:c", one.made_by, "2026-11-18", tool, ())) for one in (before, after)]
    return PlannedRun(system_, model.id, told, arms[1], arms[0], "model changed")


#: What a model says to a case. None: it doesn't answer.
Says = Callable[[Case], str | None]


def right(case_: Case) -> str:
    expected = case_.expected if isinstance(case_.expected, Mapping) else {}
    return f'{{"category": "{expected.get("category")}", "reply": "Thank you."}}'


def wrong_for(ids: Iterable[str], text: str = '{"category": "account", "reply": "Thank you."}') -> Says:
    """Right but for the cases named."""
    bad = frozenset(ids)
    return lambda case_: text if case_.id in bad else right(case_)


def silent_for(ids: Iterable[str]) -> Says:
    lost = frozenset(ids)
    return lambda case_: None if case_.id in lost else right(case_)


@dataclass
class Answers:
    """Collects what models said, by digest, as a ledger would."""

    texts: dict[str, str] = field(default_factory=dict)

    def trials(self, suite_: Suite, says: Says, cost: float | None = 0.0003) -> dict[str, tuple[Trial, ...]]:
        """One trial a case; three of a critical one."""
        return {
            case_.id: tuple(
                self._trial(suite_, case_, says(case_), cost)
                for _ in range(3 if case_.critical or case_.forbidden else suite_.trials)
            )
            for case_ in suite_.cases
        }

    def _trial(self, suite_: Suite, case_: Case, text: str | None, cost: float | None) -> Trial:
        if text is None:
            return Trial(error="timeout")
        digest = digest_of_text(text)
        self.texts[digest] = text
        output, variables = Output(text, 420.0, cost), variables_of(case_)
        scores = {spec.name: build(spec)(output, variables).value for spec in suite_.scorers}
        return Trial(scores, None, 420.0, 100, 20, cost, digest)


def control(id: str = "model-card", **changes: Any) -> Control:
    made = Control(id, id, "because", Phase.PR, Means.DOCUMENT, id, True, f"policies/controls/{id}.yaml")
    return replace(made, **changes)


CARD = "systems/support-triage/documents/model-card.md"
FRESH = ControlStatus(control(), Standing.MET, "judged today's registration and prompts", CARD)
STALE = ControlStatus(control(), Standing.STALE, "judged the prompts of 2026-11-02, which changed since", CARD)


def touched(runs: Sequence[PlannedRun] = (), **changes: Any) -> Touched:
    made = Touched(
        system=system(),
        tier=Tier.MEDIUM,
        base_tier=Tier.MEDIUM,
        head_tier=Tier.MEDIUM,
        why=(f"{PROMPT} (system message, 2 lines)",),
        runs=tuple(runs),
        controls=(FRESH,),
        relaxed=(),
        weakenings=(),
    )
    return replace(made, **changes)


NEEDS = ApprovalNeeds(2, (OwnerSet(("@acme/support-leads", "@dana"), "code owner", (PROMPT,)),))
EDIT = Edit(PROMPT, Status.EDITED, True, "system message, 2 lines")


def plan(systems: Iterable[Touched] = (), **changes: Any) -> Plan:
    made = Plan(ENDS, (EDIT,), tuple(systems), (), NEEDS)
    return replace(made, **changes)


@dataclass(frozen=True)
class Happened:
    """How one run went: what each side said, and what a call cost there."""

    run: PlannedRun
    head: Says = right
    base: Says = right
    head_cost: float | None = 0.00029
    base_cost: float | None = 0.00031


def review(happened: Sequence[Happened], **changes: Any) -> Review:
    """A review of one change, as judged and decided. Keys of `Facts`, `Review` and `systems`/`plan` may be changed."""
    answers = Answers()
    runs = [each.run for each in happened]
    findings = changes.pop("findings", ())
    loose = tuple(run_ for run_ in runs if run_.system is None)
    systems = changes.pop("systems", None) or [touched([run_ for run_ in runs if run_.system])] * (
        len(loose) < len(runs)
    )
    planned = changes.pop("plan", None) or plan(systems, unregistered=loose)
    rollbacks = changes.get("rollbacks", {})
    outcomes = tuple(_outcome(each, answers, rollbacks) for each in happened)
    tiers = {each.system.id: each.tier for each in planned.systems}
    new = frozenset(each.system.id for each in planned.systems if each.base_tier is None)
    judged = judge(outcomes, POLICIES, tiers, new)
    facts = Facts(
        findings=findings,
        judged=judged,
        waivers=changes.get("waivers", ()),
        policies=POLICIES,
        today=TODAY,
        rollbacks=rollbacks,
        incomplete=changes.pop("incomplete", ()),
    )
    made = Review(
        base_name="main",
        plan=planned,
        outcomes=outcomes,
        judged=judged,
        decision=decide(planned, facts),
        spent=Spent(calls=195, cached=0, reused=0, cost_usd=0.06, errors={}),
        rollbacks={},
        rolled_back_to={},
        evidence=("sha256:51c0" + 60 * "a",),
        answers=answers.texts,
        policy="9d8e7f6" + 33 * "0",
        left_out=(),
        notes=(),
        at=NOW,
        tiers=POLICIES.tiers,
        findings=findings,
    )
    return replace(made, **changes)


def _outcome(each: Happened, answers: Answers, rollbacks: Mapping[str, str]) -> Outcome:
    head = answers.trials(each.run.head.suite, each.head, each.head_cost)
    base = answers.trials(each.run.base.suite, each.base, each.base_cost) if each.run.base else {}
    if each.run.same_subject:
        base = head
    return Outcome(each.run, base, head, each.run.head.subject.digest in rollbacks)


def waiver(**changes: Any) -> Waiver:
    made = Waiver(
        path="systems/support-triage/waivers/accuracy.yaml",
        system="support-triage",
        control="core.accuracy",
        reason="the new categories ship with the next help desk",
        owner="@dana",
        approver="@lee",
        until=date(2026, 12, 1),
    )
    return replace(made, **changes)


def finding(**changes: Any) -> Finding:
    from placet.findings import Severity

    made = Finding(
        "SYS008", Severity.ERROR, "systems/x/system.yaml", Position(31, 5), "no prompt at prompts/x.prompt.yml"
    )
    return replace(made, **changes)
