"""Other tools' files as they wrote them (promptfoo 0.121.20, Inspect 0.3.285, pytest 9.2.0), and broken ones.

Of Inspect's logs the transcripts and tracebacks were taken out before they were packed again, once as Inspect packs
them (Zstandard) and once as every Python can unpack them.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.errors import PlacetError
from placet.imports import inspect, junit, promptfoo
from placet.imports.archive import LARGEST_MEMBER, Archive
from placet.imports.files import Source, Target, cases_text, recorded_text, suite_text
from placet.imports.told import Imported, Told, case_name, metric_name, score_of, whole
from placet.model.recording import Recording
from placet.model.suite import Suite
from placet.parse.facts import File, read_facts

FOLDER = Path(__file__).parents[1] / "examples/imports"
SOURCE = Source("results.json", "sha256:" + "0" * 64, "sha256:" + "1" * 64, "2026-11-20")
READS_ZSTANDARD = sys.version_info >= (3, 14) or find_spec("zstandard") is not None
Read = Callable[[bytes], Imported]


def fixture(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def scores(imported: Imported) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for trial in imported.trials:
        found.setdefault(trial.case, []).append(trial.error or dict(trial.scores))
    return found


def refused(read: Read, data: bytes) -> str:
    with pytest.raises(PlacetError) as caught:
        read(data)
    assert caught.value.help
    return caught.value.what


class TestPromptfoo:
    def test_tells_every_test_with_its_scores(self) -> None:
        found = promptfoo.read(fixture("promptfoo.json"))
        assert (found.tool, found.version, found.made) == ("promptfoo", "0.121.20", "2026-11-20")
        assert found.model == "openai:chat:stand-in-2026-10-01"
        assert scores(found) == {
            "billing-01": [{"pass": 1.0, "score": 1.0, "accuracy": 1.0, "short": 1.0}],
            "delivery-01": [{"pass": 1.0, "score": 1.0, "accuracy": 1.0}],
            "account-01": [{"pass": 0.0, "score": 0.5, "accuracy": 0.0}],
            "broken-01": ["no answer"],
        }
        first = found.trials[0]
        assert (first.inputs, first.output) == ({"ticket": "I was charged twice."}, "billing")

    def test_repeats_are_trials_of_one_case(self) -> None:
        value = json.loads(fixture("promptfoo.json"))
        value["results"]["results"] *= 3
        found = promptfoo.read(json.dumps(value).encode())
        assert {case: len(each) for case, each in scores(found).items()} == dict.fromkeys(
            ["billing-01", "delivery-01", "account-01", "broken-01"], 3
        )

    def test_tests_without_a_name_have_one_of_their_content(self) -> None:
        value = json.loads(fixture("promptfoo.json"))
        for row in value["results"]["results"]:
            del row["testCase"]["description"]
        once, again = (promptfoo.read(json.dumps(value).encode()) for _ in range(2))
        assert len(scores(once)) == 4
        assert list(scores(once)) == list(scores(again))

    def test_refuses_results_of_two_models(self) -> None:
        value = json.loads(fixture("promptfoo.json"))
        value["results"]["results"][0]["provider"]["id"] = "openai:other"
        assert "2 subjects" in refused(promptfoo.read, json.dumps(value).encode())


class TestInspect:
    @pytest.mark.parametrize("name", ["inspect-deflate.eval", "inspect.json"])
    def test_tells_every_epoch_with_its_scores(self, name: str) -> None:
        found = inspect.read(fixture(name))
        assert (found.tool, found.version, found.made) == ("Inspect", "0.3.285", "2026-11-20")
        assert found.model == "openai/stand-in-2026-10-01"
        good, bad = {"exact": 1.0, "includes": 1.0}, {"exact": 0.0, "includes": 0.0}
        assert scores(found) == {
            "billing-01": [good, good],
            "delivery-01": [good, good],
            "account-01": [bad, bad],
            "broken-01": ["no answer", "no answer"],
        }
        assert {trial.expected for trial in found.trials if trial.case == "billing-01"} == {"billing"}

    def test_reads_what_is_packed_with_zstandard_or_says_how_to_get_by(self) -> None:
        if READS_ZSTANDARD:
            assert scores(inspect.read(fixture("inspect.eval"))) == scores(inspect.read(fixture("inspect.json")))
        else:
            assert "Zstandard" in refused(inspect.read, fixture("inspect.eval"))

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            pytest.param("C", {"m": 1.0}, id="correct"),
            pytest.param("P", {"m": 0.5}, id="partial"),
            pytest.param("I", {"m": 0.0}, id="incorrect"),
            pytest.param(True, {"m": 1.0}, id="true"),
            pytest.param(0.25, {"m": 0.25}, id="a share"),
            pytest.param(7, {"m": None}, id="a number on another scale"),
            pytest.param("A+", {"m": None}, id="a grade that nobody knows"),
            pytest.param({"tone": 1, "facts": "I"}, {"m-tone": 1.0, "m-facts": 0.0}, id="several values"),
        ],
    )
    def test_turns_every_value_into_a_score_or_says_that_it_cannot(
        self, value: object, expected: dict[str, float | None]
    ) -> None:
        log = {"status": "success", "eval": {"model": "m"}, "samples": [{"id": 1, "scores": {"m": {"value": value}}}]}
        (trial,) = inspect.read(json.dumps(log).encode()).trials
        assert trial.scores == expected

    def test_a_log_whose_run_was_cancelled_is_imported_with_a_note(self) -> None:
        value = json.loads(fixture("inspect.json")) | {"status": "cancelled"}
        assert "ended as cancelled" in inspect.read(json.dumps(value).encode()).notes[0]

    def test_a_log_without_its_header_is_not_finished(self) -> None:
        assert "finished" in refused(inspect.read, archive({"samples/a_epoch_1.json": b"{}"}))


class TestJunit:
    def test_tells_every_test(self) -> None:
        found = junit.read(fixture("pytest.xml"))
        assert (found.tool, found.made, found.model) == ("pytest", "2026-11-20", "")
        assert scores(found) == {
            "test_contract.test_answers_in_json": [{"pass": 1.0}],
            "test_contract.test_names_a_category": [{"pass": 0.0}],
            "test_contract.test_in_french": [{"pass": None}],
            "test_contract.test_in_german": ["the test ended in an error"],
            "test_contract.test_short-1": [{"pass": 1.0}],
            "test_contract.test_short-2": [{"pass": 1.0}],
        }

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(b'<!DOCTYPE a [<!ENTITY x "y">]><testsuite name="&x;"/>', id="an entity"),
            pytest.param(
                b'<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><testsuite>&b;</testsuite>', id="a bomb"
            ),
            pytest.param(b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><testsuite/>', id="an entity from outside"),
        ],
    )
    def test_refuses_a_document_type(self, data: bytes) -> None:
        assert "document type" in refused(junit.read, data)

    def test_refuses_what_nests_without_end(self) -> None:
        assert "nests deeper" in refused(junit.read, b"<testsuite>" * 1000)


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as writer:
        for name, content in members.items():
            writer.writestr(name, content)
    return packed.getvalue()


class TestArchives:
    def test_a_member_that_unpacks_to_too_much_is_refused_before_it_is(self) -> None:
        bomb = Archive(archive({"header.json": b" " * (LARGEST_MEMBER + 1)}))
        with pytest.raises(PlacetError, match="unpacks to"):
            bomb.read("header.json")

    def test_a_member_that_lies_about_its_size_is_refused(self) -> None:
        data = bytearray(archive({"header.json": b" " * (LARGEST_MEMBER + 1)}))
        for at in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
            data[at : at + 4] = (9).to_bytes(4, "little")
        with pytest.raises(PlacetError):
            Archive(bytes(data)).read("header.json")

    def test_a_damaged_member_is_refused(self) -> None:
        data = bytearray(archive({"header.json": b"{}" * 5_000}))
        data[60] ^= 0xFF
        with pytest.raises(PlacetError):
            Archive(bytes(data)).read("header.json")

    @given(changes=st.lists(st.tuples(st.integers(0, 8_903), st.integers(0, 255)), min_size=1, max_size=6))
    def test_whatever_is_damaged_is_refused_or_read(self, changes: list[tuple[int, int]]) -> None:
        data = bytearray(fixture("inspect-deflate.eval"))
        for at, byte in changes:
            data[at] = byte
        with suppress(PlacetError):
            inspect.read(bytes(data))


@pytest.mark.parametrize("read", [promptfoo.read, inspect.read, junit.read])
class TestWhateverComesIn:
    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(b"", id="nothing"),
            pytest.param(b"{}", id="an empty object"),
            pytest.param(b"[" * 100_000, id="a pit"),
            pytest.param(b'{"results": {"version": 3, "results": []}}', id="no result of promptfoo"),
            pytest.param(b'{"eval": {"model": "m"}, "samples": []}', id="no sample of Inspect"),
            pytest.param(b"<testsuites/>", id="no test"),
            pytest.param(b"<html></html>", id="a web page"),
            pytest.param(b"\xff\xfe\x00", id="no text"),
            pytest.param(b"PK\x03\x04 and no more", id="half a zip file"),
            pytest.param(b'{"a": ' + b"9" * 10_000 + b"}", id="a number without end"),
        ],
    )
    def test_is_refused_with_a_next_step(self, read: Read, data: bytes) -> None:
        refused(read, data)

    @given(data=st.binary(max_size=300))
    def test_never_raises_anything_else(self, read: Read, data: bytes) -> None:
        with suppress(PlacetError):
            read(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "testCase": st.fixed_dictionaries({}, optional={"description": JSON, "vars": JSON}),
                "vars": JSON,
                "response": st.fixed_dictionaries({}, optional={"output": JSON}),
                "namedScores": JSON,
                "success": JSON,
                "score": JSON,
                "failureReason": JSON,
                "latencyMs": JSON,
            },
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_is_imported_is_a_valid_suite_with_valid_cases(rows: list[dict[str, Any]]) -> None:
    data = json.dumps({"results": {"version": 3, "results": rows}}).encode("utf-8", "surrogatepass")
    try:
        imported = promptfoo.read(data)
    except PlacetError:
        return
    suite, recording, cases = written(imported)
    assert {row.id for row in recording.rows} == {case.id for case in cases}
    assert len({(row.id, row.trial) for row in recording.rows}) == len(imported.trials)
    assert {spec.name for spec in suite.scorers} == set(imported.metrics) or not imported.metrics


def written(imported: Imported) -> tuple[Suite, Recording, Any]:
    """The three files, read as governed ones; none of them may have a finding."""
    folder = "systems/sorter/evals"
    texts = {
        f"{folder}/quality.yaml": suite_text(imported, Target("quality", "subject", "acme/sorter")),
        f"{folder}/recorded/quality.jsonl": recorded_text(imported, SOURCE, outputs=True),
        f"{folder}/cases/quality.jsonl": cases_text(imported),
    }
    facts = [read_facts(File(path, "100644", "", text.encode())) for path, text in texts.items()]
    assert [finding for fact in facts for finding in fact.findings] == []
    return facts[0].value, facts[1].value, facts[2].value


@pytest.mark.parametrize(
    ("read", "name"),
    [
        pytest.param(promptfoo.read, "promptfoo.json", id="promptfoo"),
        pytest.param(inspect.read, "inspect.json", id="Inspect"),
        pytest.param(junit.read, "pytest.xml", id="JUnit"),
    ],
)
def test_the_real_files_become_governed_ones(read: Read, name: str) -> None:
    suite, recording, cases = written(read(fixture(name)))
    assert (suite.source, suite.recorded) == ("import", "systems/sorter/evals/recorded/quality.jsonl")
    assert recording.source_digest == SOURCE.digest
    assert {case.id for case in cases} == {row.id for row in recording.rows}


def test_outputs_can_be_left_out() -> None:
    text = recorded_text(promptfoo.read(fixture("promptfoo.json")), SOURCE, outputs=False)
    assert "billing" not in text.replace("billing-01", "")


def test_two_tests_of_one_name_are_two_cases() -> None:
    told = (Told("a", {"x": "1"}, scores={"m": 1.0}), Told("a", {"x": "2"}, scores={"m": 0.0}))
    found = whole(Imported("t", "1", "", "", told))
    assert len({trial.case for trial in found.trials}) == 2


@given(text=st.text(max_size=120))
def test_names_are_ids(text: str) -> None:
    assert metric_name(text)
    assert metric_name(metric_name(text)) == metric_name(text)
    assert not case_name(text) or case_name(text)[0].isalnum()


@given(value=JSON)
def test_a_score_is_from_0_to_1_or_is_none(value: object) -> None:
    found = score_of(value)
    assert found is None or 0 <= found <= 1
