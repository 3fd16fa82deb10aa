"""Policy tests with a decision: what they give, what comes of it, what they exercise, and the reasons written back."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.factories import NOW
from tests.golden.golden import assert_golden
from tests.governed import ROOT, Files, added, base, file
from tests.repository import Repo, governed

from placet.cli.policy import policy
from placet.model.policy import Floor
from placet.parse.snapshot import Snapshot, read_snapshot
from placet.policy_tests.coverage import Item, Sort, coverage
from placet.policy_tests.golden import updated
from placet.policy_tests.run import Tried, run
from placet.record import replace
from placet.report.paint import Paint
from placet.report.policy_tests import as_json, as_junit, as_text

PATH = "policies/tests/decisions.yaml"
HIGH = "risk: {factors: {data: [sensitive]}}"
OWNERS = 'owners: {business: ["@boss"]}'


def tried(files: Files) -> tuple[Tried, ...]:
    snapshot = read_snapshot(files)
    assert snapshot.policies is not None
    assert not snapshot.findings, snapshot.findings
    return run(snapshot, snapshot.policies)


def files_with(text: str) -> Files:
    """The small base, with tiers as shipped: sensitive data is high there too."""
    return added(classified(), PATH, text)


def classified() -> Files:
    path = "policies/classification.yaml"
    value = yaml.safe_load(base()[path].data)
    value["rules"] = [
        {"id": "acts", "when": {"autonomy": ["acts"]}, "tier": "critical", "because": "nobody stands between"},
        {"id": "sensitive", "when": {"data": ["sensitive"]}, "tier": "high", "because": "it hurts"},
        {"id": "advises", "when": {"autonomy": ["advises"]}, "tier": "medium", "because": "a person acts on it"},
    ]
    return {**base(), path: file(path, yaml.safe_dump(value, sort_keys=False))}


def missed(given_: str, expect: str) -> list[str]:
    text = f"version: 1\ntests:\n  - name: it holds\n    given: {given_}\n    expect: {expect}\n"
    return [one.text for test in tried(files_with(text)) for one in test.missed]


def registration(inner: str = "", **given_: str) -> str:
    rest = "".join(f", {key}: {value}" for key, value in given_.items())
    return f"{{registration: {{{inner}}}{rest}}}"


TEAMS = '{"@acme/ai-risk": [rosa]}'


@pytest.mark.parametrize(
    ("given_", "expect"),
    [
        pytest.param(registration(), "{verdict: placet, reasons: {}}", id="nothing is wrong"),
        pytest.param(
            registration(evidence="{core.a: fail}"),
            "{verdict: non placet, reasons: {gate core.a: failed}}",
            id="a gate fails",
        ),
        pytest.param(
            registration(evidence="{core.a: missing}"),
            "{verdict: error, reasons: {gate core.a: error}}",
            id="answers are missing",
        ),
        pytest.param(
            registration(evidence="{core.a: inconclusive}"),
            "{verdict: placet, reasons: {gate core.a: unsure}}",
            id="low: a doubt is a warning",
        ),
        pytest.param(
            registration("risk: {factors: {autonomy: acts}}", evidence="{core.a: inconclusive}"),
            "{verdict: non placet, reasons: {gate core.a: failed}}",
            id="critical: a doubt blocks",
        ),
        pytest.param(
            registration(controls="{owned: missing}"),
            "{verdict: non placet, reasons: {control owned: failed}}",
            id="a control isn't met",
        ),
        pytest.param(
            registration(
                "risk: {factors: {autonomy: advises}}",
                controls="{evaluation: empty}",
                waivers="{evaluation: 2099-01-01}",
            ),
            "{verdict: placet, reasons: {control evaluation: waived}}",
            id="a waiver covers it, and is shown as one",
        ),
        pytest.param(
            registration(evidence="{core.a: fail}", waivers="{core.a: 2026-11-20}", today="2026-11-20"),
            "{verdict: placet, reasons: {gate core.a: waived}}",
            id="a gate is waived on the last day",
        ),
        pytest.param(
            registration(evidence="{core.a: fail}", waivers="{core.a: 2026-11-20}", today="2026-11-21"),
            "{verdict: non placet}",
            id="and not on the day after",
        ),
        pytest.param(
            registration(events="[]"),
            "{verdict: non placet, counted: [], reasons: {people: pending}}",
            id="nobody has approved",
        ),
        pytest.param(
            registration(events="[{kind: approve, actor: dana}]"),
            "{verdict: placet, counted: [dana]}",
            id="somebody has",
        ),
        pytest.param(
            registration(events="[{kind: approve, actor: author}]"),
            "{verdict: non placet, counted: []}",
            id="the author",
        ),
        pytest.param(
            registration(events='[{kind: approve, actor: "app[bot]"}]'),
            "{verdict: non placet, counted: []}",
            id="a bot",
        ),
        pytest.param(
            registration(events="[{kind: approve, actor: dana}]", people="{dana: read}"),
            "{verdict: non placet, counted: []}",
            id="who may only read",
        ),
        pytest.param(
            registration(HIGH, events="[{kind: approve, actor: a}, {kind: approve, actor: b}]", teams=TEAMS),
            "{verdict: non placet, counted: [a, b], reasons: {owners @acme/ai-risk: pending}}",
            id="high: none of the risk role",
        ),
        pytest.param(
            registration(HIGH, events="[{kind: approve, actor: a}, {kind: approve, actor: rosa}]", teams=TEAMS),
            "{verdict: placet, counted: [a, rosa]}",
            id="high: one of the risk role",
        ),
        pytest.param(
            registration(HIGH, events="[{kind: approve, actor: a}, {kind: approve, actor: rosa}]"),
            "{verdict: error, counted: []}",
            id="a team that is not given is not known, and nothing is decided",
        ),
        pytest.param(
            registration(
                before=f"{{{HIGH}}}", events="[{kind: approve, actor: a}, {kind: approve, actor: b}]", teams=TEAMS
            ),
            "{verdict: non placet, reasons: {owners @acme/ai-risk: pending}}",
            id="what lowers the tier is judged at the tier before",
        ),
        pytest.param(
            registration(new="true", events="[{kind: approve, actor: a}]"),
            "{verdict: placet, counted: [a]}",
            id="a new system",
        ),
        pytest.param(
            registration(events="[{kind: approve, actor: a}]", facts="{pull_request: {draft: true}}"),
            "{verdict: non placet, reasons: {ready: pending}}",
            id="a draft, by facts put over",
        ),
        pytest.param(
            registration(events="[{kind: approve, actor: a}]", facts='{pull_request: {head: {sha: "c0ffee"}}}'),
            "{verdict: error}",
            id="facts about another head count for nothing",
        ),
        pytest.param(
            registration(events="[{kind: approve, actor: a, head: deadbeef}]"),
            "{verdict: error}",
            id="an approval of a head that nobody pushed",
        ),
        pytest.param(
            registration(events="[{kind: approved, actor: a}]"), "{verdict: error}", id="an event that there is none of"
        ),
        pytest.param(
            registration(events="[{kind: request_changes, actor: kim}, {kind: approve, actor: a}]"),
            "{verdict: non placet, reasons: {vetoes: failed}}",
            id="a veto",
        ),
        pytest.param(
            registration(
                evidence="{core.a: {cases: 60, newly_failing: 8, newly_passing: 1, min: 0.9, max_regression: 0.05}}"
            ),
            "{verdict: non placet, reasons: {gate core.a: failed}}",
            id="counts that lose more than the margin",
        ),
        pytest.param(
            registration(evidence="{core.a: {cases: 60, failing: 2, min: 0.9, max_regression: 0.1}}"),
            "{verdict: placet, reasons: {gate core.a: met}}",
            id="counts that lose nothing",
        ),
        pytest.param(
            registration(evidence="{core.a: {cases: 60, errors: 10, min: 0.9}}"),
            "{verdict: error, reasons: {gate core.a: error}}",
            id="more without an answer than the budget of errors",
        ),
        pytest.param(registration(evidence="{core.a: {cases: 0, min: 0.9}}"), "{verdict: error}", id="no case at all"),
    ],
)
def test_what_holds(given_: str, expect: str) -> None:
    assert missed(given_, expect) == []


@pytest.mark.parametrize(
    ("given_", "expect", "said"),
    [
        pytest.param(
            registration(evidence="{core.a: fail}"),
            "{verdict: placet}",
            ["expected placet, found non placet: gate core.a: given as failed"],
            id="the verdict, with why",
        ),
        pytest.param(
            registration(events="[{kind: approve, actor: dana}, {kind: approve, actor: author}]"),
            "{counted: [author]}",
            ["expected author to count, found dana (not counted: author, opened the pull request)"],
            id="who counts, with why not",
        ),
        pytest.param(
            registration(evidence="{core.a: fail}"),
            "{reasons: {gate core.b: met}}",
            [
                "expected `gate core.b` to be met, and nothing of that name is asked",
                "`gate core.a` is failed, and the test doesn't expect it: given as failed",
            ],
            id="reasons that are missing, and one too many",
        ),
        pytest.param(
            registration(evidence="{core.a: fail}"),
            "{reasons: {gate core.a: waived}}",
            ["expected `gate core.a` to be waived, found failed: given as failed"],
            id="a reason that stands otherwise",
        ),
        pytest.param(
            registration(),
            "{tier: high, verdict: placet}",
            ["expected tier high, found low (no classification rule matches)"],
            id="what hangs on files",
        ),
        pytest.param(
            registration(),
            "{controls: [ownde], verdict: placet}",
            ["no control `ownde`"],
            id="a name that there is none of",
        ),
        pytest.param(
            registration(before="{risk: {tier: huge}}"),
            "{verdict: placet}",
            ["this is no registration: "],
            id="a base that can't be read",
        ),
    ],
)
def test_what_is_missed_and_why(given_: str, expect: str, said: list[str]) -> None:
    found = missed(given_, expect)
    assert len(found) == len(said), found
    for one, wanted in zip(found, said, strict=True):
        assert one.startswith(wanted)


def test_counts_that_are_more_than_the_cases_are_refused() -> None:
    given_ = registration(evidence="{core.a: {cases: 3, failing: 2, errors: 2}}")
    assert missed(given_, "{verdict: error}")[0] == "4 cases fail or get no answer, and there are 3"


# -- this repository's own policies -----------------------------------------------------------------------------------


def ours() -> Files:
    files: Files = {}
    for folder in ("policies", "systems", "prompts"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file():
                name = path.relative_to(ROOT).as_posix()
                files[name] = file(name, path.read_bytes())
    return files


@pytest.fixture(scope="module")
def own() -> Snapshot:
    return read_snapshot(ours())


def covered(snapshot: Snapshot) -> tuple[Item, ...]:
    assert snapshot.policies is not None
    return coverage(snapshot, snapshot.policies, run(snapshot, snapshot.policies))


def test_our_own_policies_hold_and_are_exercised_in_full(own: Snapshot) -> None:
    assert own.policies is not None
    assert [
        (one.test.name, [missed.text for missed in one.missed]) for one in run(own, own.policies) if one.missed
    ] == []
    assert [f"{one.sort.value} {one.id}" for one in covered(own) if not one.tests] == []


def mutants(snapshot: Snapshot) -> dict[str, Snapshot]:
    """The same policies, each without one of the things that the tests are said to exercise."""
    found: dict[str, Snapshot] = {}
    for tier, policy_ in snapshot.tiers.items():
        for control in policy_.controls:
            less = replace(policy_, controls=tuple(id for id in policy_.controls if id != control))
            found[f"control {control}"] = replace(snapshot, tiers={**snapshot.tiers, tier: less})
        people = replace(policy_.approvals, people=policy_.approvals.people - 1)
        fewer = replace(policy_, approvals=people)
        found[f"approvals of tier {tier.label}"] = replace(snapshot, tiers={**snapshot.tiers, tier: fewer})
        kinds = [kind for kind in type(policy_.gates.inconclusive) if kind is not policy_.gates.inconclusive]
        wider = replace(policy_, gates=replace(policy_.gates, margin=2 * policy_.gates.margin))
        found[f"margin of tier {tier.label}"] = replace(snapshot, tiers={**snapshot.tiers, tier: wider})
        floor = next(kind for kind in Floor if kind is not policy_.gates.floor)
        other = replace(policy_, gates=replace(policy_.gates, floor=floor))
        found[f"floor of tier {tier.label}"] = replace(snapshot, tiers={**snapshot.tiers, tier: other})
        laxer = replace(policy_, gates=replace(policy_.gates, inconclusive=kinds[0]))
        found[f"inconclusive at tier {tier.label}"] = replace(snapshot, tiers={**snapshot.tiers, tier: laxer})
    for rule in snapshot.classification or ():
        rest = tuple(one for one in snapshot.classification or () if one is not rule)
        found[f"classification rule {rule.id}"] = replace(snapshot, classification=rest)
    return found


def test_without_any_one_thing_that_is_exercised_some_test_fails(own: Snapshot) -> None:
    names = {f"{one.sort.value} {one.id}" for one in covered(own)}
    survived = []
    for name, mutant in mutants(own).items():
        assert name in names
        assert mutant.policies is not None
        if all(one.holds for one in run(mutant, mutant.policies)):
            survived.append(name)
    assert survived == []
    assert names == mutants(own).keys()


def test_what_no_test_exercises_is_named() -> None:
    text = "version: 1\ntests:\n  - {name: n, given: {registration: {}}, expect: {controls: [owned]}}\n"
    snapshot = read_snapshot(files_with(text))
    found = {(one.sort, one.id): one.tests for one in covered(snapshot)}
    assert found[Sort.CONTROL, "owned"] == ("n",)
    assert found[Sort.CONTROL, "evaluation"] == ()
    assert found[Sort.CLASSIFICATION, "acts"] == ()
    assert all(found[Sort.APPROVALS, tier] == () for tier in ("low", "medium", "high", "critical"))


def test_a_test_that_fails_exercises_nothing() -> None:
    text = "version: 1\ntests:\n  - {name: n, given: {registration: {}}, expect: {tier: high, controls: [owned]}}\n"
    assert all(one.tests == () for one in covered(read_snapshot(files_with(text))))


# -- shown ------------------------------------------------------------------------------------------------------------

SHOWN = f"""\
version: 1
tests:
  - name: One other person is enough at low
    given: {registration(events="[{kind: approve, actor: dana}]")}
    expect: {{verdict: placet, counted: [dana]}}
  - name: A failed gate is let through <b>&amp;
    given: {registration(evidence="{core.a: fail}")}
    expect: {{verdict: placet, reasons: {{}}}}
  - name: Sensitive data is high
    given: {registration(HIGH)}
    expect: {{tier: high, controls: [owned]}}
"""


def test_the_table_the_json_and_the_junit() -> None:
    snapshot = read_snapshot(files_with(SHOWN))
    assert snapshot.policies is not None
    found = run(snapshot, snapshot.policies)
    items = coverage(snapshot, snapshot.policies, found)
    assert_golden("policy-tests.txt", as_text(found, items, Paint()) + "\n")
    assert_golden("policy-tests.json", as_json(found, items) + "\n")
    assert_golden("policy-tests.xml", as_junit(found, NOW) + "\n")
    root = ET.fromstring(as_junit(found, NOW))
    assert [suite.get("failures") for suite in root] == ["1"]


# -- written back -----------------------------------------------------------------------------------------------------

WRITTEN = """\
# What decides, and who.
version: 1

tests:
  # the first
  - name: "A gate fails"   # really
    given: {registration: {}, evidence: {core.a: fail}, controls: {owned: missing}}
    expect:
      verdict: non placet
      reasons:
        # kept: it is what the test is about
        gate core.a: met
        gate core.gone: failed   # nobody asks for it
        files valid: met
  - name: Nothing is expected of reasons here
    given: {registration: {}}
    expect: {verdict: placet}
"""


def test_reasons_are_written_and_everything_else_is_kept() -> None:
    found = tried(files_with(WRITTEN))
    data = updated(WRITTEN.encode(), found)
    assert data.decode() == WRITTEN.replace("gate core.a: met", "gate core.a: failed").replace(
        "        gate core.gone: failed   # nobody asks for it\n        files valid: met\n",
        "        files valid: met\n        control owned: failed\n",
    )
    assert all(one.holds for one in tried(files_with(data.decode())))
    assert updated(data, tried(files_with(data.decode()))) == data


def test_line_ends_of_windows_are_kept() -> None:
    text = WRITTEN.replace("\n", "\r\n")
    data = updated(text.encode(), tried(files_with(WRITTEN)))
    assert b"\r\n" in data
    assert b"\n" not in data.replace(b"\r\n", b"")


GATES = st.dictionaries(
    st.sampled_from(["core.a", "core.b", "safety.c"]),
    st.sampled_from(["pass", "fail", "inconclusive", "missing"]),
    max_size=3,
)
VOICES = st.lists(st.sampled_from(["dana", "kim", "rosa", "author", "app[bot]"]), max_size=4)


@settings(max_examples=40, deadline=None)
@given(evidence=GATES, voices=VOICES, tier=st.sampled_from(["", HIGH, "risk: {factors: {autonomy: acts}}"]))
def test_after_an_update_every_test_holds(evidence: dict[str, str], voices: list[str], tier: str) -> None:
    events = json.dumps([{"kind": "approve", "actor": voice} for voice in voices])
    given_ = registration(tier, evidence=json.dumps(evidence), events=events, teams=TEAMS)
    text = f"version: 1\ntests:\n  - name: n\n    given: {given_}\n    expect:\n      reasons: {{}}\n"
    data = updated(text.encode(), tried(files_with(text)))
    assert all(one.holds for one in tried(files_with(data.decode())))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "dana", "@acme/ai-risk", "approve", "head"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "actor", "login", "head", "sha", "author", "dana", "base"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
PARTS = (
    "pull_request",
    "events",
    "people",
    "teams",
    "commits",
    "diffs",
    "tier",
    "needs",
    "evidence",
    "now",
    "policies",
    "x",
)


@settings(max_examples=60, deadline=None)
@given(facts=st.dictionaries(st.sampled_from(PARTS), JSON, max_size=4))
def test_whatever_facts_say_a_test_fails_or_holds_and_never_breaks(facts: dict[str, object]) -> None:
    given_ = registration(events="[{kind: approve, actor: dana}]", facts=json.dumps(facts))
    text = f"version: 1\ntests:\n  - name: n\n    given: {given_}\n    expect: {{verdict: error}}\n"
    (found,) = tried(files_with(text))
    assert found.found is not None


# -- the command ------------------------------------------------------------------------------------------------------


def invoked(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(policy, ["test", *arguments], catch_exceptions=False, standalone_mode=False)
    return done.return_value, done.output


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = governed(tmp_path / "shop")
    made.write({PATH: WRITTEN.replace("owned: missing", "model-card: missing")})
    monkeypatch.chdir(made.path)
    return made


def test_it_fails_updates_and_then_holds(repo: Repo) -> None:
    code, text = invoked()
    assert (code, "1 hold, 1 fail" in text) == (1, True)
    code, text = invoked("--update")
    assert (code, "2 hold, 0 fail" in text) == (0, True)
    assert "control model-card: failed" in repo.read(PATH)
    assert "# really" in repo.read(PATH)
    assert invoked("policies/tests")[0] == 0


def test_coverage_makes_it_fail_until_everything_is_exercised(repo: Repo) -> None:
    invoked("--update")
    code, text = invoked("--coverage")
    assert code == 1
    assert "no test for" in text


def test_it_says_what_it_cannot_run(repo: Repo) -> None:
    from placet.errors import PlacetError

    with pytest.raises(PlacetError, match="no policy test in systems"):
        invoked("systems")
    with pytest.raises(PlacetError, match="outside this repository"):
        invoked("/")
    repo.write({PATH: "version: 1\ntests: []\n"})
    with pytest.raises(PlacetError, match=r"decisions\.yaml:2"):
        invoked()
    repo.remove(PATH)
    assert invoked()[1].strip() == "no policy test: there is none to run"
    repo.remove("policies/tiers.yaml")
    with pytest.raises(PlacetError, match="can't be read whole"):
        invoked()
