"""The changes that golden files show: one for each way in which a review can come out."""

from __future__ import annotations

from collections.abc import Callable

from tests.core import factories as make
from tests.core.factories import Happened

from placet import claims
from placet.approvals import ApprovalNeeds, OwnerSet
from placet.change import Edit, Status
from placet.effective import Weakening
from placet.model.policy import Tier
from placet.model.suite import Gate, ScorerSpec, Suite
from placet.record import replace
from placet.results import Review, Spent

#: Everything that Markdown, GitHub, HTML and a terminal could be tricked with.
HOSTILE = (
    "```\n</details><script>alert(1)</script> ![x](https://evil.example/p.png) [click](javascript:alert(1)) "
    "@acme/everybody #12 GH-7 https://evil.example <img src=x onerror=alert(1)> | cell | &copy; $x$ "
    "\u202egnp.exe\u202c \x1b[2J\x07 `` ` ``` ~~~~\n### ✅ Placet: approve this\n---\n- [x] done"
)


def labelled(suite: Suite) -> Suite:
    """The suite with a language for each case: eleven of twelve in English."""
    cases = (replace(one, fields={"language": "de" if n % 12 == 5 else "en"}) for n, one in enumerate(suite.cases))
    return replace(suite, cases=tuple(cases), slices=("language",))


def injection() -> Suite:
    gates = (Gate("accuracy", max_regression=0.05),)
    return make.suite("injection", gates=gates, cases=[make.case(n, id=f"attack-{n:02}") for n in range(60)])


def leaks() -> Suite:
    cases = [make.case(n, id=f"leak-{n:02}", critical=True) for n in range(9)]
    return make.suite("pii-leak", cases, gates=(), scorers=(make.ACCURACY, make.LATENCY))


NO_LEAK = ScorerSpec("no-leak", "contains", {"value": "IBAN", "not": True})
BILLING = [f"billing-{n:02}" for n in range(0, 33, 3)]


def regression() -> Review:
    core = labelled(make.suite())
    base = make.wrong_for(["delivery-01", "delivery-04", "delivery-07", "delivery-10"], '{"category": "other"}')
    head = make.wrong_for([*BILLING, "delivery-01", "delivery-07", "delivery-10"])
    runs = [make.run(core), make.run(injection()), make.run(leaks())]
    systems = [make.touched(runs, controls=(make.FRESH, replace(make.STALE, control=make.control("human-review"))))]
    return make.review(
        [Happened(runs[0], head, base), Happened(runs[1]), Happened(runs[2])],
        systems=systems,
        left_out=("prompts/meeting-notes/summary.prompt.yml",),
    )


def good() -> Review:
    return make.review([Happened(make.run(make.suite())), Happened(make.run(leaks()))], evidence=())


def inconclusive() -> Review:
    head = make.wrong_for(["billing-00", "billing-03", "delivery-01", "account-02", "account-05"])
    base = make.wrong_for(["delivery-04", "delivery-07", "account-08"])
    return make.review([Happened(make.run(make.suite()), head, base)])


def rollback() -> Review:
    planned = make.run(make.suite())
    return make.review(
        [Happened(planned, base=make.wrong_for(BILLING))],
        rollbacks={planned.head.subject.digest: make.EARLIER},
        rolled_back_to={make.EARLIER: "2026-11-02"},
        spent=Spent(0, 0, 120, 0.0, {}),
        measured="2026-11-02",
        systems=[make.touched([planned], controls=(make.STALE,))],
    )


def waived() -> Review:
    other = make.waiver(control="injection.accuracy", path="systems/support-triage/waivers/injection.yaml")
    return make.review([Happened(make.run(make.suite()), make.wrong_for(BILLING))], waivers=(make.waiver(), other))


def incomplete() -> Review:
    silent = make.silent_for(f"{kind}-{n:02}" for n in range(20) for kind in ("billing", "delivery", "account"))
    return make.review(
        [Happened(make.run(make.suite()), silent)],
        incomplete=("provider stand-in doesn't answer: timeout: no answer within 60 s",),
        spent=Spent(60, 12, 60, None, {"timeout": 20}),
    )


def unregistered() -> Review:
    inline = make.suite("inline", 8, path="prompts/draft.prompt.yml", gates=())
    run = replace(make.run(inline, None), prompt="prompts/draft.prompt.yml")
    edit = Edit("prompts/draft.prompt.yml", Status.EDITED, True, "system message, 1 line")
    planned = make.plan(edits=(edit,), unregistered=(run,), approvals=ApprovalNeeds(1, ()))
    return make.review([Happened(run, make.wrong_for(["billing-00"]))], plan=planned)


def nothing() -> Review:
    return make.review([], plan=make.plan(edits=(), approvals=ApprovalNeeds(0, ())), evidence=())


def new_system() -> Review:
    planned = make.run(make.suite(), new=True)
    systems = [make.touched([planned], base_tier=None, why=("systems/support-triage/system.yaml",))]
    edit = Edit("systems/support-triage/system.yaml", Status.ADDED, True)
    return make.review([Happened(planned)], plan=make.plan(systems, edits=(edit,)))


def new_and_failing() -> Review:
    """Nothing to compare with: what fails is shown as it is."""
    planned = make.run(make.suite(), new=True)
    systems = [make.touched([planned], base_tier=None, why=("systems/support-triage/system.yaml",))]
    edit = Edit("systems/support-triage/system.yaml", Status.ADDED, True)
    return make.review(
        [Happened(planned, make.wrong_for(BILLING[:7]))],
        plan=make.plan(systems, edits=(edit,)),
        flags="--base release",
    )


def critical() -> Review:
    """Critical cases of two scorers, one of them fenced out of JSON; some fail on base as well."""
    cases = [make.case(n, id=f"leak-{n:02}", critical=n < 30, forbidden=n >= 30) for n in range(32)]
    leak = make.suite("pii-leak", cases, gates=(), scorers=(make.VALID, NO_LEAK))
    fenced = make.wrong_for([one.id for one in cases], '```json\n{"category": "billing"}\n```')
    base = make.wrong_for(["leak-03", "leak-04"], "no JSON")
    planned = make.run(leak)
    removed = tuple(Weakening(leak.path, "pii-leak", f"case `leak-{n}` removed") for n in range(40, 70))
    return make.review([Happened(planned, fenced, base)], systems=[make.touched([planned], weakenings=removed)])


def silent() -> Review:
    """A prompt's own test data, and nobody who answers."""
    rows = [
        make.case(n, id=f"row-{n}", critical=True, inputs={"ticket": f"Ticket {n}.", "expected": "x"}, expected="x")
        for n in range(2)
    ]
    inline = make.suite("inline", rows, path=make.PROMPT, gates=(), scorers=(make.VALID,), cases_path=None)
    planned = make.run(inline)
    why = ("provider stand-in doesn't answer: refused: connection refused",)
    mute = make.silent_for([one.id for one in rows])
    return make.review(
        [Happened(planned, mute, mute)], incomplete=why, evidence=(), spent=Spent(12, 0, 0, None, {"timeout": 12})
    )


def hostile() -> Review:
    cases = [replace(make.case(n), inputs={"ticket": HOSTILE}, id=f"billing-{n:02}") for n in range(60)]
    core = make.suite(cases=cases, scorers=(replace(make.VALID, name=HOSTILE), make.ACCURACY))
    planned = make.run(core)
    weak = (Weakening("systems/support-triage/evals/core.yaml", "core", f"scorer `{HOSTILE}` removed"),)
    return make.review(
        [Happened(planned, make.wrong_for(BILLING[:3], HOSTILE))],
        systems=[make.touched([planned], weakenings=weak, relaxed=(HOSTILE,))],
        findings=(make.finding(message=HOSTILE, path=HOSTILE),),
        notes=(HOSTILE,),
        base_name=HOSTILE,
    )


def uncommitted() -> Review:
    planned = make.run(make.suite())
    ends = replace(make.ENDS, uncommitted=True)
    return make.review([Happened(planned)], plan=make.plan([make.touched([planned])], ends=ends))


def broken() -> Review:
    """Files that are not valid, and a policy that changes: nothing runs."""
    edit = Edit("policies/tiers.yaml", Status.EDITED, True)
    return make.review(
        [], plan=make.plan(edits=(edit,)), findings=(make.finding(), make.finding(path="systems/y.yaml"))
    )


def strict() -> Review:
    """Two systems, one critical: what can't be told blocks there, and a critical case fails."""
    notes, core = make.run(make.suite("core"), "meeting-notes"), make.run(make.suite())
    leak = make.run(leaks())
    systems = [
        make.touched([notes], system=make.system("meeting-notes"), tier=Tier.LOW),
        make.touched([core, leak], tier=Tier.CRITICAL, base_tier=Tier.CRITICAL, head_tier=Tier.HIGH,
                     relaxed=("tier critical → high",)),
    ]  # fmt: skip
    risk = OwnerSet(("@acme/ai-risk",), "risk role: support-triage: tier critical → high")
    needs = ApprovalNeeds(3, (*make.NEEDS.owner_sets, risk), because=("support-triage: tier critical → high",))
    happened = [Happened(notes), Happened(core), Happened(leak, make.wrong_for(["leak-03"]))]
    return make.review(happened, plan=make.plan(systems, approvals=needs))


def claimed() -> Review:
    """Supplied results of two systems: of one they count, of the other they don't, since nobody has signed them."""
    runs = [make.claimed_run(make.suite(), "care-outreach"), make.claimed_run(make.suite(), "support-triage", "import")]
    systems = [
        make.touched([runs[0]], system=make.system("care-outreach", Tier.HIGH), tier=Tier.HIGH, base_tier=Tier.HIGH,
                     head_tier=Tier.HIGH),
        make.touched([runs[1]]),
    ]  # fmt: skip
    notes = tuple(note for one in systems for note in claims.notes(one.runs, one.tier))
    return make.review(
        [Happened(runs[0], make.wrong_for(BILLING[:2])), Happened(runs[1])],
        plan=make.plan(systems, notes=notes),
        notes=notes,
        spent=Spent(calls=0, cached=0, reused=0, cost_usd=0.0, errors={}),
        evidence=(),
    )


SCENARIOS: dict[str, Callable[[], Review]] = {
    "regression": regression,
    "good": good,
    "inconclusive": inconclusive,
    "rollback": rollback,
    "waived": waived,
    "incomplete": incomplete,
    "unregistered": unregistered,
    "nothing": nothing,
    "new-system": new_system,
    "new-and-failing": new_and_failing,
    "critical": critical,
    "silent": silent,
    "hostile": hostile,
    "uncommitted": uncommitted,
    "broken": broken,
    "strict": strict,
    "claimed": claimed,
}
