"""The example of a system without prompts: what is committed is what its model says, and it doesn't count unsigned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from examples.care_outreach.model import ARTIFACT, load
from examples.care_outreach.record import artifact_digest, recorded
from examples.care_outreach.rows import edge_cases, lines
from tests.repository import Repo

from placet.decision import Answer, Outcome
from placet.gate.verdicts import Code
from placet.results import Review

ROOT = Path(__file__).parents[2]
SYSTEM = ROOT / "systems/care-outreach"
NAMES = ["edge", "held-out"]
USUAL = {"age": "50", "sex": "1", "bmi": "26", "bp": "95", "s1": "190", "s2": "115", "s3": "50", "s4": "4", "s5": "4.6"}


def test_the_registration_names_the_model_that_is_committed() -> None:
    (model,) = yaml.safe_load((SYSTEM / "system.yaml").read_text("utf-8"))["models"]
    assert model["digest"] == artifact_digest(ARTIFACT)


@pytest.mark.parametrize("name", NAMES)
def test_the_recorded_outputs_are_what_the_model_answers(name: str) -> None:
    again = recorded(SYSTEM / f"evals/cases/{name}.jsonl", load(), artifact_digest())
    assert (SYSTEM / f"evals/recorded/{name}.jsonl").read_text("utf-8") == again


def test_the_edge_cases_are_made_from_the_model() -> None:
    assert (SYSTEM / "evals/cases/edge.jsonl").read_text("utf-8") == lines(edge_cases(load()))


@pytest.mark.parametrize(
    ("change", "because"),
    [
        pytest.param({"s6": "90"}, None, id="an ordinary row"),
        pytest.param({"s6": ""}, "s6 is missing", id="an empty value"),
        pytest.param({}, "s6 is missing", id="no value at all"),
        pytest.param({"s6": "ninety"}, "s6 is not a number", id="a word"),
        pytest.param({"s6": "nan"}, "s6 is not a number", id="a number that is none"),
        pytest.param({"s6": "9" * 1000}, "s6 is not a number", id="a number without end"),
        pytest.param({"s6": "90", "age": "7"}, "age is outside 19 to 79", id="a child"),
        pytest.param({"s6": "90", "sex": "3"}, "sex is outside 1 to 2", id="a sex that the study doesn't know"),
    ],
)
def test_what_it_was_not_trained_on_goes_to_a_person(change: dict[str, str], because: str | None) -> None:
    answer = json.loads(load().answer({**USUAL, **change}))
    assert answer.get("because") == because
    assert (answer["outreach"] == "refer", "score" in answer) == (because is not None, because is None)


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Review:
    """This repository's policies, and a pull request that registers the system."""
    repo = Repo(tmp_path_factory.mktemp("care"))
    governed = [path for name in ("policies", ".github", "systems", "prompts") for path in (ROOT / name).rglob("*")]
    texts = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in governed if path.is_file()}
    own = {name: data for name, data in texts.items() if name.startswith("systems/care-outreach/")}
    repo.commit("Govern", {name: data for name, data in texts.items() if name not in own})
    repo.branch("care-outreach")
    repo.commit("Register care-outreach", own)
    return repo.review()


def test_its_files_are_valid_and_its_controls_are_met(review: Review) -> None:
    assert review.findings == ()
    unmet = [one.id for one in review.decision.unmet() if not one.judged]
    assert unmet == []


def test_its_unsigned_claims_do_not_count_yet(review: Review) -> None:
    gates = [one for one in review.decision.reasons if one.judged]
    assert {one.id.partition(" [")[0] for one in gates} >= {
        "gate core.accuracy",
        "gate bias.accuracy",
        "gate edge.critical",
    }
    assert {one.outcome for one in gates} == {Outcome.FAILED}
    codes = {one.judged.result.reasons[0].code for one in gates if one.judged}
    assert codes == {Code.UNSIGNED_CLAIM}
    assert review.decision.answer is Answer.NON_PLACET
    assert review.spent.calls == 0


def test_its_numbers_are_shown_for_every_group_all_the_same(review: Review) -> None:
    found = {one.result.slice: one.result.head for one in review.judged if one.result.id == "bias.accuracy"}
    assert set(found) == {None, "sex=1", "sex=2", "age=under 40", "age=40 to 59", "age=60 and over"}
    assert all(estimate is not None and 0.5 < estimate.value < 0.9 for estimate in found.values())
