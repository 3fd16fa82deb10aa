"""Controls: what files can show, and what they can't."""

from __future__ import annotations

import pytest
from tests.repository import CARD, CASES, PROMPT, SUITE, SYSTEM, files

from placet.controls import Standing, status_of
from placet.judged import judged_digests
from placet.model.policy import Control, Means, Phase
from placet.parse.snapshot import File, Snapshot, read_snapshot


def read(whole: dict[str, str]) -> Snapshot:
    return read_snapshot({path: File(path, "100644", "", text.encode()) for path, text in whole.items()})


def stamped(whole: dict[str, str]) -> dict[str, str]:
    of = read(whole)
    scope = judged_digests(of.systems[SYSTEM], of)["registration"]
    return whole | {CARD: whole[CARD].replace(f"sha256:{'0' * 64}", scope)}


GOOD = stamped(files())
BODY = GOOD[CARD].split("---\n", 2)[2]
FRONT = GOOD[CARD].removesuffix(BODY)


def standing(means: Means, name: str, changed: dict[str, str]) -> tuple[Standing, str]:
    of = read(GOOD | changed)
    control = Control("c", "C", "R", Phase.PR, means, name, True, "policies/controls/c.yaml")
    found = status_of(control, of.systems[SYSTEM], of)
    assert found.control is control
    return found.standing, f"{found.text} ({found.path})"


@pytest.mark.parametrize(
    ("changed", "expected", "text"),
    [
        pytest.param({}, Standing.MET, "judged today's registration", id="a document that judged today's content"),
        pytest.param(
            {SYSTEM: GOOD[SYSTEM].replace("7 days", "8 days")},
            Standing.STALE,
            "judged the registration of 2026-11-02, which changed since",
            id="the content changed since",
        ),
        pytest.param(
            {SYSTEM: GOOD[SYSTEM].replace("title: Ticket", "title: The ticket")},
            Standing.MET,
            "judged",
            id="an immaterial edit outdates nothing",
        ),
        pytest.param(
            {PROMPT: GOOD[PROMPT].replace("one word", "two words")}, Standing.MET, "judged", id="another scope changed"
        ),
        pytest.param({CARD: FRONT + "# Model card\n\nTODO\n"}, Standing.EMPTY, "a template", id="a template"),
        pytest.param(
            {CARD: FRONT + "## " + BODY.replace("\n", " ")}, Standing.EMPTY, "0 words", id="headings are no content"
        ),
        pytest.param(
            {CARD: FRONT + "<describe what it is for> " * 60}, Standing.EMPTY, "0 words", id="blanks are no content"
        ),
        pytest.param(
            {CARD: FRONT.replace("registration:", "everything:") + BODY},
            Standing.MISSING,
            "no document",
            id="a scope that nobody knows makes the document invalid",
        ),
        pytest.param(
            {CARD: GOOD[CARD].replace("kind: model-card", "kind: risk-assessment")},
            Standing.MISSING,
            f"no document of kind `model-card` ({CARD})",
            id="a document of another kind",
        ),
        pytest.param(
            {CARD.replace("model", "newer"): files()[CARD].replace("2026-11-02", "2026-11-03")},
            Standing.STALE,
            "judged the registration of 2026-11-03",
            id="the newest of several counts",
        ),
        pytest.param(
            {"systems/other/documents/model-card.md": GOOD[CARD], CARD: ""},
            Standing.MISSING,
            "no document",
            id="another system's document",
        ),
    ],
)
def test_a_document(changed: dict[str, str], expected: Standing, text: str) -> None:
    found, said = standing(Means.DOCUMENT, "model-card", changed)
    assert found is expected
    assert text in said


@pytest.mark.parametrize(
    ("name", "changed", "expected", "text"),
    [
        pytest.param("owners", {}, Standing.MET, "`owners` is filled in", id="a field that is filled in"),
        pytest.param("tools", {}, Standing.MISSING, "has no `tools`", id="a field that isn't there"),
        pytest.param(
            "limitations",
            {SYSTEM: GOOD[SYSTEM].replace("limitations:\n- It knows two categories.", "limitations: []")},
            Standing.EMPTY,
            "`limitations` is empty",
            id="a field without content",
        ),
        pytest.param("rollout", {}, Standing.MET, "filled in", id="a staged rollout"),
        pytest.param(
            "rollout",
            {
                SYSTEM: GOOD[SYSTEM].split("rollout:")[0]
                + "rollout: {strategy: all-at-once}\nlimitations:"
                + GOOD[SYSTEM].split("limitations:")[1]
            },
            Standing.EMPTY,
            "all at once",
            id="all at once is no rollout",
        ),
    ],
)
def test_a_field(name: str, changed: dict[str, str], expected: Standing, text: str) -> None:
    found, said = standing(Means.FIELD, name, changed)
    assert found is expected
    assert text in said


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("sorted-right", Standing.MET, id="by name"),
        pytest.param("quality", Standing.MET, id="by group"),
        pytest.param("audit", Standing.MISSING, id="not there"),
    ],
)
def test_a_monitor(name: str, expected: Standing) -> None:
    assert standing(Means.MONITOR, name, {})[0] is expected


@pytest.mark.parametrize(
    ("name", "changed", "expected", "text"),
    [
        pytest.param("core", {}, Standing.MET, "suite `core`, 30 cases", id="a suite with gates"),
        pytest.param("bias", {}, Standing.MISSING, "systems/sorter/evals/bias.yaml", id="no such suite"),
        pytest.param(
            "core",
            {SUITE: GOOD[SUITE].split("gates:")[0]},
            Standing.MET,
            "30 cases",
            id="critical cases are a gate",
        ),
        pytest.param(
            "core",
            {SUITE: GOOD[SUITE].split("gates:")[0], CASES: GOOD[CASES].replace(', "critical": true', "")},
            Standing.EMPTY,
            "has no gate",
            id="a suite that gates nothing",
        ),
        pytest.param("core", {SUITE: "not: valid"}, Standing.MISSING, "no suite", id="a suite that can't be read"),
    ],
)
def test_a_suite(name: str, changed: dict[str, str], expected: Standing, text: str) -> None:
    found, said = standing(Means.SUITE, name, changed)
    assert found is expected
    assert text in said


def test_an_approval_is_decided_elsewhere() -> None:
    assert standing(Means.APPROVAL, "risk", {})[0] is Standing.LATER
