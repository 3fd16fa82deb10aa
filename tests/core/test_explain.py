"""`placet explain`: a decision as a tree, as canonical JSON and back, and what evidence alone knows of a change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.core.factories import POLICIES, TODAY, finding
from tests.golden.golden import assert_golden
from tests.golden.scenarios import SCENARIOS
from tests.model_server import ModelServer, Reply, Seen
from tests.repository import PROMPT, Repo, governed, sorter, waiver

from placet.cli.explain import explain
from placet.cli.main import COMMANDS
from placet.decided import Decided, decided, of
from placet.decided_record import as_value, differences, from_bytes, to_bytes
from placet.decision import Answer, Facts
from placet.digest import canonical
from placet.policy_tests.case import ENDS
from placet.policy_tests.request import document
from placet.reasons import Excluded, Node, Status
from placet.record import replace
from placet.report.explained import as_markdown, as_text, headline
from placet.report.in_depth import in_depth
from placet.report.paint import Paint
from placet.results import Review

SCHEMA = json.loads((Path(__file__).parents[2] / "core/placet/schemas/records/decision.schema.json").read_text("utf-8"))
#: As experience.md has it: one counts, one pushed, one is no person.
COUNTED = Node(
    "approvals",
    Status.PENDING,
    "1 of 2",
    children=(
        Node("code owners of prompts/support-triage/", Status.MET, "", counts=("dana",)),
        Node(
            "2 independent people",
            Status.PENDING,
            "1 of 2",
            counts=("dana",),
            excluded=(
                Excluded("lee", "pusher", "pushed f00ba42"),
                Excluded("placet[bot]", "person", "not a person"),
            ),
            unblock=("one approval by anybody with write access except @ari, @lee",),
        ),
    ),
)


def facts_of(review: Review, **changes: Any) -> Facts:
    made = Facts(review.findings, review.judged, review.waivers, POLICIES, TODAY, review.rollbacks)
    return replace(made, **changes)


def explained(name: str, approvals: Node | None = None) -> Decided:
    review = SCENARIOS[name]()
    return decided(review.plan, facts_of(review), review.decision, approvals)


@pytest.mark.parametrize("name", ["regression", "inconclusive", "nothing", "broken", "waived", "strict", "hostile"])
def test_the_tree(name: str) -> None:
    found = explained(name)
    assert_golden(f"explain-{name}.txt", as_text(found, Paint()) + "\n")
    assert_golden(f"explain-{name}.md", as_markdown(found) + "\n")


def test_the_tree_with_approvals_counted() -> None:
    found = explained("regression", COUNTED)
    assert found.answer is Answer.NON_PLACET
    assert_golden("explain-counted.txt", as_text(found, Paint()) + "\n")
    assert_golden("explain-people.txt", in_depth(of(found.requirements, "2 independent people"), Paint()) + "\n")
    assert_golden("explain-gate.txt", in_depth(of(found.requirements, "core.accuracy"), Paint()) + "\n")
    assert_golden("explain-counted.json", json.dumps(as_value(found), indent=2, ensure_ascii=True) + "\n")


def test_a_missing_person_blocks_only_where_people_are_counted() -> None:
    assert explained("good").answer is Answer.PLACET
    assert headline(explained("good")).startswith("placet: 2 open")
    counted = explained("good", COUNTED)
    assert counted.answer is Answer.NON_PLACET
    assert [one.id for one in counted.unmet] == ["2 independent people"]
    failed = replace(COUNTED, children=(replace(COUNTED.children[0], status=Status.ERROR),))
    assert explained("good", failed).answer is Answer.ERROR


def test_what_is_waived_or_cannot_be_told_never_looks_met() -> None:
    for name, status, sign in (("waived", Status.WAIVED, "waived gate"), ("inconclusive", Status.UNSURE, "? gate")):
        found = explained(name)
        assert any(one.status is status for one in found.requirements)
        assert sign in as_text(found, Paint())


def test_a_finding_is_a_part_of_its_own() -> None:
    review = SCENARIOS["broken"]()
    found = decided(review.plan, facts_of(review, findings=(finding(), finding(rule="SYS009"))), review.decision)
    parts = of(found.requirements, "files valid")[0].children
    assert [one.id.split()[0] for one in parts] == ["SYS008", "SYS009"]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        pytest.param("gate core.accuracy", ["gate core.accuracy"], id="the whole id"),
        pytest.param("core.accuracy", ["gate core.accuracy"], id="its end"),
        pytest.param(
            "Core.Accuracy [LANG",
            ["gate core.accuracy [language=de]", "gate core.accuracy [language=en]"],
            id="a part of it, in any case",
        ),
        pytest.param("model-card", ["control model-card"], id="a control"),
        pytest.param("nothing like it", [], id="none"),
    ],
)
def test_a_requirement_is_found_by_name(wanted: str, ids: list[str]) -> None:
    assert [one.id for one in of(explained("regression").requirements, wanted)] == ids


# -- as JSON ----------------------------------------------------------------------------------------------------------

TEXTS = st.text(max_size=20).filter(lambda text: text.isprintable())
NODES = st.recursive(
    st.builds(
        Node,
        TEXTS,
        st.sampled_from(Status),
        TEXTS,
        rule=TEXTS,
        counts=st.lists(TEXTS, max_size=2).map(tuple),
        excluded=st.lists(st.builds(Excluded, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
        places=st.lists(TEXTS, max_size=2).map(tuple),
        numbers=st.dictionaries(TEXTS, st.integers(-9, 9), max_size=2),
    ),
    lambda inner: st.builds(
        Node, TEXTS, st.sampled_from(Status), TEXTS, children=st.lists(inner, max_size=3).map(tuple)
    ),
    max_leaves=8,
)
DECISIONS = st.builds(
    Decided,
    st.sampled_from(Answer),
    st.booleans(),
    st.just("2026-11-20"),
    st.lists(NODES, max_size=3).map(tuple),
    st.dictionaries(TEXTS, TEXTS, max_size=3),
)


@given(DECISIONS)
def test_a_decision_comes_back_as_it_was_written(found: Decided) -> None:
    data = to_bytes(found)
    assert from_bytes(data) == found
    assert canonical(json.loads(data)) == data


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_written_is_what_the_schema_says(name: str) -> None:
    found = explained(name, COUNTED if name == "regression" else None)
    value = json.loads(to_bytes(found))
    assert list(Draft202012Validator(SCHEMA).iter_errors(value)) == []
    assert as_value(from_bytes(to_bytes(found))) == value


def test_the_schema_is_sound_and_published() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    published = Path(__file__).parents[2] / "docs/schemas/records/decision.schema.json"
    assert json.loads(published.read_text("utf-8")) == SCHEMA


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b'{"kind": "run", "version": 1}', id="another kind"),
        pytest.param(b"[" * 100_000, id="nested too deeply"),
        pytest.param(b"\xff", id="not UTF-8"),
    ],
)
def test_what_is_no_decision_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_bytes(data)


def test_a_status_that_its_requirements_do_not_give_is_refused() -> None:
    value = as_value(explained("regression")) | {"status": "met"}
    with pytest.raises(ValueError, match="its requirements come to failed"):
        from_bytes(canonical(value))


def test_its_inputs_tell_two_decisions_apart() -> None:
    review = SCENARIOS["regression"]()
    one = decided(review.plan, facts_of(review), review.decision)
    other = decided(review.plan, facts_of(review, incomplete=("a call is missing",)), review.decision)
    assert list(differences(one, one)) == []
    assert list(differences(one, other)) == ["made of other inputs: missing"]
    gone = replace(one, requirements=one.requirements[:-1])
    assert any("asked anew" in text for text in differences(gone, one))
    assert any("no longer asked" in text for text in differences(one, gone))


# -- from evidence ----------------------------------------------------------------------------------------------------


CALLS: list[str] = []


def counting(seen: Seen) -> Reply:
    CALLS.append(seen.prompt)
    return sorter(seen)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(counting) as running:
        yield running


@pytest.fixture
def repo(tmp_path: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = governed(tmp_path / "shop", server.base_url, tier="medium")
    made.branch("worse")
    made.edit(PROMPT, "one word", "one word. Get 9 wrong.")
    made.commit("Worse")
    monkeypatch.chdir(made.path)
    return made


def said(*arguments: str) -> str:
    done = CliRunner().invoke(explain, arguments, catch_exceptions=False, standalone_mode=False)
    return done.output


def test_without_a_review_it_says_what_evidence_lacks_and_calls_nothing(repo: Repo) -> None:
    before = len(CALLS)
    text = said()
    assert text.startswith("error: ")
    assert "evidence lacks 34 of 34 trials of head and 34 of 34 trials of base in core of sorter" in text
    assert "to unblock: placet review" in text
    assert len(CALLS) == before


def test_after_a_review_it_is_the_same_decision_without_a_call(repo: Repo) -> None:
    review = repo.review()
    before = len(CALLS)
    text = said()
    assert len(CALLS) == before
    assert "✗ gate core.accuracy    70 % (55.1 … 81.6), floor 90 %; loss 30 pp, margin 5 pp" in text
    found = json.loads(said("--format", "json"))
    assert found["evidence"] == sorted(review.evidence)
    assert {one["id"]: one["status"] for one in found["requirements"] if "owners" not in one["id"]} == {
        **{one.id: one.outcome.label for one in review.decision.reasons},
        "2 independent people": "pending",
    }


def test_one_requirement_in_depth_names_the_lines_and_the_numbers(repo: Repo) -> None:
    repo.review()
    text = said("core.accuracy")
    for part in ("evals/core.yaml:12", "policies/tiers.yaml:29", "30 cases", "exact McNemar p", "fix or waive"):
        assert part in text
    assert "- ❌ gate core.accuracy" in said("core.accuracy", "--format", "markdown")


def test_a_recorded_decision_holds_until_something_changes(repo: Repo, tmp_path: Path) -> None:
    repo.review()
    file = tmp_path / "decision.json"
    file.write_text(said("--format", "json"))
    assert said("--recorded", str(file)).startswith("it still holds: non placet")
    repo.switch("main")
    repo.commit("Accept it", waiver("core.accuracy"))
    repo.switch("worse")
    told = said("--recorded", str(file))
    assert "it no longer holds" in told
    assert "gate core.accuracy was failed and is waived" in told
    assert "made of other inputs: base" in told


def facts_for(repo: Repo, *events: dict[str, Any], **said: Any) -> str:
    """A facts document about the repository's change, as a file."""
    base, head = repo.git("rev-parse", "main"), repo.head
    policies = repo.gather().base.policies
    assert policies is not None
    text = json.dumps(document({"events": list(events), **said}, policies, TODAY))
    path = repo.path / ".git/facts.json"
    path.write_text(text.replace(ENDS.head, head).replace(ENDS.base, base))
    return str(path)


TEAMS = {"@acme/authors": ["dana", "kim"], "@acme/desk": ["dana"]}


def test_facts_are_counted_for_what_the_plan_needs(repo: Repo) -> None:
    repo.edit(PROMPT, " Get 9 wrong.", " Be kind.")
    repo.commit("Better")
    repo.review()
    one = said("--facts", facts_for(repo, {"kind": "approve", "actor": "dana"}, teams=TEAMS))
    assert one.startswith("non placet: 1 of")
    assert "1 of 3 distinct, independent people approve: dana" in one  # two, and one more for a gate that can't tell
    assert "✓ owners @acme/authors" in one
    all_three = [{"kind": "approve", "actor": actor} for actor in ("dana", "lee", "kim")]
    found = json.loads(said("--facts", facts_for(repo, *all_three, teams=TEAMS), "--format", "json"))
    assert (found["answer"], found["approvals"]) == ("placet", "counted")
    assert found["inputs"]["facts"].startswith("sha256:")
    assert list(Draft202012Validator(SCHEMA).iter_errors(found)) == []


def test_facts_can_ask_for_less_in_vain(repo: Repo) -> None:
    repo.edit(PROMPT, " Get 9 wrong.", " Be kind.")
    repo.commit("Better")
    repo.review()
    file = facts_for(repo, {"kind": "approve", "actor": "dana"}, teams=TEAMS, needs={"people": 0, "roles": []})
    assert "1 of 3 distinct, independent people approve" in said("--facts", file)


@pytest.mark.parametrize(
    ("old", "told"),
    [
        pytest.param("head", "the facts are about head", id="another head"),
        pytest.param("main", "the facts are about base", id="another base"),
    ],
)
def test_facts_about_something_else_are_an_error(repo: Repo, old: str, told: str) -> None:
    repo.review()
    file = Path(facts_for(repo, {"kind": "approve", "actor": "dana"}, teams=TEAMS))
    sha = repo.head if old == "head" else repo.git("rev-parse", "main")
    file.write_text(file.read_text().replace(sha, "f" * 40))
    text = said("--facts", str(file))
    assert text.startswith("error: ")
    assert told in text


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param("{", "is no JSON", id="no JSON"),
        pytest.param('{"version": 1, "version": 1}', "stands twice", id="a key twice"),
    ],
)
def test_a_file_that_is_no_facts_document_is_refused(repo: Repo, data: str, told: str) -> None:
    from placet.errors import PlacetError

    file = repo.path / ".git/facts.json"
    file.write_text(data)
    with pytest.raises(PlacetError, match=told):
        said("--facts", str(file))
    with pytest.raises(PlacetError, match="can't be read"):
        said("--facts", "nowhere.json")


@pytest.mark.parametrize("data", ["[]", "7", '"x"', "{}", '{"version": 2}', '{"pull_request": 7}'])
def test_json_that_is_no_facts_document_is_an_error_and_never_a_pass(repo: Repo, data: str) -> None:
    file = repo.path / ".git/facts.json"
    file.write_text(data)
    assert said("--facts", str(file)).startswith("error: ")


def test_an_unknown_requirement_is_answered_with_those_that_there_are(repo: Repo) -> None:
    from placet.errors import PlacetError

    with pytest.raises(PlacetError, match="no requirement `nope`"):
        said("nope")
    with pytest.raises(PlacetError, match="--recorded compares a whole decision"):
        said("core", "--recorded", "x")


def test_it_is_listed() -> None:
    assert "explain" in COMMANDS
