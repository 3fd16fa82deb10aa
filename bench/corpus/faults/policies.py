"""Faults of waivers, controls, policies and CODEOWNERS."""

from __future__ import annotations

from bench.corpus.damage import Damage
from bench.corpus.faults.kind import Kind, Plant, anyone, excused, file, policy, whole
from bench.corpus.plan import Plan
from bench.corpus.policies import CODEOWNERS, INJECTION, INJECTION_TEXT

_WAIVER = "waivers/legacy-logging.yaml"
_TIERS, _RULES, _PROVIDERS = "policies/tiers.yaml", "policies/classification.yaml", "policies/providers.yaml"


def _excuse_over(damage: Damage, plan: Plan) -> None:
    damage.edit(f"systems/{plan.id}/waivers/risk-assessment.yaml", "^until: .*$", "until: ¦2024-12-31", "WAI001")


def _owners(line: str) -> Kind:
    def plant(damage: Damage, _: Plan) -> None:
        damage.append(CODEOWNERS, f"{line}\n", "OWN001")

    return Kind(f"an owners line that GitHub skips: {line}", plant, anyone, once=True)


def _nobodys(damage: Damage, plan: Plan) -> None:
    """A line without owners gives its paths to nobody."""
    damage.append(CODEOWNERS, f"/{plan.registration}\n")
    damage.whole(plan.registration, "OWN002")


WAIVERS: tuple[Kind, ...] = (
    Kind("a waiver that has ended", file(_WAIVER, "^until: .*$", "until: ¦2024-12-31", "WAI001"), excused),
    Kind(
        "a waiver of what is demanded that has ended",
        _excuse_over,
        lambda plan: whole(plan) and plan.waives_document,
    ),
    Kind("a waiver of no control", file(_WAIVER, "^control: .*$", "control: ¦legacy-loging", "WAI002"), excused),
    Kind("a waiver of no gate", file(_WAIVER, "^control: .*$", "control: ¦core.acuracy", "WAI002"), excused),
    Kind("a waiver for another system", file(_WAIVER, "^system: .*$", "system: ¦nobody-answers", "WAI002"), excused),
    Kind("a waiver of what can't be waived", file(_WAIVER, "^control: .*$", "control: ¦owned", "WAI003"), excused),
    Kind(
        "a waiver of what nobody demands",
        file(_WAIVER, "^control: .*$", "control: ¦works-council", "WAI005"),
        excused,
    ),
    Kind(
        "a waiver of what is met",
        file(_WAIVER, "^control: .*$", "control: ¦limits-known", "WAI004"),
        excused,
    ),
    Kind("a reason that says nothing", file(_WAIVER, r"^reason:.*\n(  .*\n)*", "reason: ¦Later.\n", "FIL007"), excused),
)


def _idle_control(damage: Damage, _: Plan) -> None:
    text = damage.text("policies/controls/carbon-report.yaml")
    damage.put("policies/controls/idle.yaml", text)
    damage.edit("policies/controls/idle.yaml", "^id: .*$", "id: ¦idle", "POL009")


def _rule(line: str, rule: str) -> Plant:
    def plant(damage: Damage, _: Plan) -> None:
        damage.append(_RULES, f"  - {{{line}, because: somebody said so}}\n", rule)

    return plant


def _toothless(damage: Damage, _: Plan) -> None:
    damage.edit(INJECTION, r"^gates:\n(  .*\n)+", "")
    damage.edit(INJECTION, "^name: ", "name: ¦", "POL015")


def _idle_suite(damage: Damage, _: Plan) -> None:
    path = "policies/suites/idle.yaml"
    damage.put(path, INJECTION_TEXT)
    damage.edit(path, "^name: .*$", "name: ¦idle", "POL016")


SHARED: tuple[Kind, ...] = (
    Kind(
        "a tier with a control that isn't there",
        policy(_TIERS, r"^( +- )registered$", r"\1registered\n\1¦model-crad", "POL002"),
        anyone,
        once=True,
    ),
    Kind(
        "a control with another id than its file",
        policy("policies/controls/carbon-report.yaml", "^id: .*$", "id: ¦carbon-reports", "POL003"),
        anyone,
        once=True,
    ),
    Kind(
        "a demanded control with another id than its file",
        policy("policies/controls/cost-watched.yaml", "^id: .*$", "id: ¦cost-watch", "POL003"),
        anyone,
        once=True,
    ),
    Kind(
        "an approval by a role that nobody holds",
        policy("policies/controls/works-council.yaml", r"^met_by: .*$", "met_by: {approval: ¦works-council}", "POL004"),
        anyone,
        once=True,
    ),
    Kind("a rule's id twice", policy(_RULES, "id: safety", "id: ¦acts-alone", "POL005"), anyone, once=True),
    Kind(
        "a control with a key misspelt",
        policy("policies/controls/vendor-contract.yaml", "^waivable:", "¦waiveable:", "FIL008"),
        anyone,
        once=True,
    ),
    Kind(
        "a tier that demands less than the one below",
        policy(_TIERS, r"^(  high:[\s\S]*?margin: )[\d.]+", r"\1¦0.06", "POL006"),
        anyone,
        once=True,
    ),
    Kind(
        "a demanded control for a key that there isn't",
        policy("policies/controls/fallback-planned.yaml", "field: fallback", "field: ¦falback", "POL007"),
        anyone,
        once=True,
    ),
    Kind(
        "a control for a monitor that is nearly a group",
        policy("policies/controls/latency-audit.yaml", "monitor: performance", "monitor: ¦performances", "POL008"),
        anyone,
        once=True,
    ),
    Kind("a control that no tier demands", _idle_control, anyone, once=True),
    Kind(
        "a key that is sent in the clear",
        policy(_PROVIDERS, '"https://mainz', '¦"http://mainz', "POL010"),
        anyone,
        once=True,
    ),
    Kind(
        "a key where the name of a variable belongs",
        policy(_PROVIDERS, "credential: TURIN_KEY", "credential: ¦LLMK7Q2XV9T4B8Z3W6J1P5", "POL012"),
        anyone,
        once=True,
    ),
    Kind(
        "prompts that are sent in the clear",
        policy(
            _PROVIDERS,
            '"https://overseas',
            '¦"http://overseas',
            "POL011",
            ("credential: OVERSEAS_KEY", "credential: null"),
        ),
        anyone,
        once=True,
    ),
    Kind(
        "a rule that never counts",
        _rule("id: idle, when: {autonomy: [acts], exposure: [public]}, tier: ¦high", "POL013"),
        anyone,
        once=True,
    ),
    Kind(
        "a rule by which more risk is less",
        _rule("id: odd, when: {regulation: [dora], exposure: [¦internal]}, tier: high", "POL014"),
        anyone,
        once=True,
    ),
    Kind("a shared suite that can't fail", _toothless, anyone, once=True),
    Kind(
        "a crosswalk to what there isn't",
        policy("policies/controls/owned.yaml", "GOVERN 1.6", "¦GOVERN 1.66", "POL017"),
        anyone,
        once=True,
    ),
    Kind(
        "a tier's thresholds that nobody looked at again",
        policy(_TIERS, "review_by: 2099-01", "review_by: ¦2025-01", "POL018"),
        anyone,
        once=True,
    ),
    Kind(
        "a tier's thresholds agreed with nobody",
        policy(
            _TIERS, r"agreed_with: on-call, review_by: 2099-02", r"agreed_with: ¦on-cal, review_by: 2099-02", "POL019"
        ),
        anyone,
        once=True,
    ),
    Kind(
        "a tier's thresholds that one party agreed with itself",
        policy(
            _TIERS, r"agreed_with: on-call, review_by: 2099-03", r"agreed_with: ¦risk, review_by: 2099-03", "POL019"
        ),
        anyone,
        once=True,
    ),
    Kind(
        "a shared suite's thresholds that nobody looked at again",
        policy(INJECTION, "review_by: 2099", "review_by: ¦2025", "SUI021"),
        anyone,
        once=True,
    ),
    Kind(
        "a shared suite's thresholds agreed with nobody",
        policy(INJECTION, "agreed_with: on-call", "agreed_with: ¦works-council", "SUI022"),
        anyone,
        once=True,
    ),
    _owners("/docs/  ¦docs-team"),
    _owners("¦!/prompts/private/  @acme/ai-risk"),
    _owners("/docs/  @acme/ai-risk  ¦@acme/"),
    Kind("a file that nobody owns", _nobodys, anyone),
    Kind(
        "an owners line that decides nothing",
        policy(CODEOWNERS, "^/policies/ ", "¦/policies/controls/  @acme/platform\n/policies/ ", "OWN003"),
        anyone,
        once=True,
    ),
    Kind(
        "an owner misspelt",
        policy(CODEOWNERS, r"\Z", "/notes/  ¦@acme/ai-rsik\n", "OWN004"),
        anyone,
        once=True,
    ),
    Kind(
        "owners that nobody guards",
        policy(CODEOWNERS, r"\Z", "¦/.github/CODEOWNERS\n", "OWN005"),
        anyone,
        once=True,
    ),
)


def _policy_gone(damage: Damage, _: Plan) -> None:
    damage.remove(_PROVIDERS)
    damage.whole(_PROVIDERS, "POL001")


#: Each hides other findings until it is mended, as nothing can be judged without it, or is hidden so: planted alone.
ALONE: tuple[Kind, ...] = (
    Kind("tiers that don't parse", policy(_TIERS, "^version: 1$", "version: 1¦: 1", "FIL001"), anyone, once=True),
    Kind(
        "a tier's setting misspelt",
        policy(_TIERS, "error_budget: 0.02", "¦eror_budget: 0.02", "FIL008"),
        anyone,
        once=True,
    ),
    Kind(
        "providers that aren't what their schema asks for",
        policy(_PROVIDERS, "wire: openai", "wire: ¦grpc", "FIL007"),
        anyone,
        once=True,
    ),
    Kind("a policy that was deleted", _policy_gone, anyone, once=True),
    Kind("a shared suite that no tier demands", _idle_suite, anyone, once=True),
    Kind(
        "settings of the future",
        policy("policies/placet.yaml", "^version: 1$", "version: ¦9", "FIL006"),
        anyone,
        once=True,
    ),
    Kind(
        "a rule of a tier that there isn't",
        policy(_RULES, "tier: critical", "tier: ¦extreme", "FIL007"),
        anyone,
        once=True,
    ),
)
