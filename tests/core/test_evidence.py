"""Records: the same bytes for the same run, and nothing believed that isn't what its key says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from placet.digest import canonical, digest
from placet.evidence import CaseRun, RunRecord, counting, from_bytes, pooled, to_bytes, to_json
from placet.model.run import Trial
from placet.moments import moment, stamp
from placet.record import replace

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PASSED = Trial({"accuracy": 1.0}, None, 12.5, 10, 5, 0.00002, "sha256:aa")
FAILED = Trial({"accuracy": 0.0}, None, 9.0, 10, 5, 0.00002, "sha256:bb")
LOST = Trial(error="timeout")
RECORD = RunRecord(
    system="sorter",
    prompt="prompts/sorter/sort.prompt.yml",
    subject="sha256:subject",
    provider="stand-in",
    model="one-2026-10-01",
    version="2026-10-01",
    suite="core",
    scoring="sha256:scoring",
    started="2026-11-20T08:59:00Z",
    finished="2026-11-20T09:00:00Z",
    tool="placet 0.1",
    cases=(CaseRun("one", "sha256:1", (PASSED,)), CaseRun("two", "sha256:2", (FAILED, LOST, PASSED))),
)

numbers = st.floats(0, 1e9) | st.integers(0, 10**9)
texts = st.text(max_size=20)
trials = st.builds(
    Trial,
    scores=st.dictionaries(texts, st.none() | numbers, max_size=3),
    error=st.none() | texts,
    latency_ms=st.none() | numbers,
    input_tokens=st.none() | st.integers(0, 10**6),
    output_tokens=st.none() | st.integers(0, 10**6),
    cost_usd=st.none() | numbers,
    output=st.none() | texts,
)
cases = st.lists(
    st.builds(CaseRun, texts, texts, st.lists(trials, max_size=3).map(tuple)),
    max_size=4,
    unique_by=lambda case: case.id,
)
instants = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
moments = instants.map(stamp)
records = st.builds(
    RunRecord,
    system=st.none() | texts,
    prompt=texts,
    subject=texts,
    provider=texts,
    model=texts,
    version=st.none() | texts,
    suite=texts,
    scoring=texts,
    started=moments,
    finished=moments,
    tool=texts,
    cases=cases.map(tuple),
)


@given(records)
def test_a_record_survives_the_way_there_and_back(record: RunRecord) -> None:
    data = to_bytes(record)
    assert from_bytes(data) == record
    assert to_bytes(from_bytes(data)) == data


@given(records)
def test_a_record_is_canonical_json(record: RunRecord) -> None:
    assert to_bytes(record) == rfc8785.dumps(json.loads(to_bytes(record)))


def test_the_format_of_a_record_is_an_interface() -> None:
    """Whoever changes this changes what is signed: raise FORMAT."""
    one = replace(RECORD, cases=(CaseRun("one", "sha256:1", (PASSED,)),))
    assert json.loads(to_bytes(one)) == {
        "kind": "run",
        "format": 1,
        "key": one.key,
        "system": "sorter",
        "prompt": "prompts/sorter/sort.prompt.yml",
        "subject": {
            "digest": "sha256:subject",
            "provider": "stand-in",
            "model": "one-2026-10-01",
            "version": "2026-10-01",
        },
        "suite": {"name": "core", "scoring": "sha256:scoring"},
        "started": "2026-11-20T08:59:00Z",
        "finished": "2026-11-20T09:00:00Z",
        "tool": "placet 0.1",
        "cases": [
            {
                "id": "one",
                "digest": "sha256:1",
                "trials": [
                    {
                        "scores": {"accuracy": 1},
                        "error": None,
                        "latency_ms": 12.5,
                        "input_tokens": 10,
                        "output_tokens": 5,
                        "cost_usd": 0.00002,
                        "output": "sha256:aa",
                    }
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param(lambda r: replace(r, subject="sha256:other"), False, id="another subject"),
        pytest.param(lambda r: replace(r, scoring="sha256:other"), False, id="other scorers"),
        pytest.param(lambda r: replace(r, cases=r.cases[:1]), False, id="fewer cases"),
        pytest.param(
            lambda r: replace(r, cases=(replace(r.cases[0], digest="sha256:x"), r.cases[1])), False, id="another case"
        ),
        pytest.param(
            lambda r: replace(r, cases=(replace(r.cases[0], trials=(PASSED, PASSED)), r.cases[1])),
            False,
            id="more trials",
        ),
        pytest.param(
            lambda r: replace(r, finished="2026-11-20T09:00:01Z", tool="placet 9"), True, id="when and by what"
        ),
        pytest.param(lambda r: replace(r, prompt="prompts/moved.prompt.yml"), True, id="where the prompt is"),
        pytest.param(lambda r: replace(r, suite="renamed"), True, id="what the suite is called"),
        pytest.param(lambda r: replace(r, cases=tuple(reversed(r.cases))), True, id="the order of cases"),
    ],
)
def test_the_key_is_of_all_that_can_change_the_result(change: Callable[[RunRecord], RunRecord], same: bool) -> None:
    assert (change(RECORD).key == RECORD.key) is same
    assert change(RECORD).id != RECORD.id


def tampered(change: Callable[[dict[str, Any]], object], *, rekey: bool = True) -> bytes:
    """A record after an edit by somebody who knows how to write canonical JSON, and how keys are made."""
    value = json.loads(to_bytes(RECORD))
    change(value)
    if rekey:
        counts = {case["id"]: [case["digest"], len(case["trials"])] for case in value["cases"]}
        value["key"] = digest(
            {"subject": value["subject"]["digest"], "scoring": value["suite"]["scoring"], "cases": counts}
        )
    return canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"null", id="null"),
        pytest.param(b"\xff\xfe", id="bytes that are no text"),
        pytest.param(b"[" * 100_000, id="a deep hole"),
        pytest.param(to_bytes(RECORD) + b"\n", id="a line feed more"),
        pytest.param(to_bytes(RECORD)[:-1], id="the end cut off"),
        pytest.param(json.dumps(to_json(RECORD)).encode(), id="the same in another layout"),
        pytest.param(tampered(lambda v: v.update(kind="approval")), id="another kind"),
        pytest.param(tampered(lambda v: v.update(format=2)), id="another format"),
        pytest.param(tampered(lambda v: v.update(extra=1)), id="a key more"),
        pytest.param(tampered(lambda v: v["suite"].update(scoring="x"), rekey=False), id="a key of other content"),
        pytest.param(tampered(lambda v: v["cases"].pop(), rekey=False), id="a case less under the old key"),
        pytest.param(tampered(lambda v: v.update(finished="yesterday")), id="a time that is none"),
        pytest.param(tampered(lambda v: v["cases"][0]["trials"][0].update(scores=None)), id="no scores"),
        pytest.param(tampered(lambda v: v["cases"][0]["trials"][0]["scores"].update(accuracy="1")), id="a word"),
        pytest.param(
            tampered(lambda v: v["cases"][0]["trials"][0]["scores"].update(accuracy=True)), id="a truth value"
        ),
        pytest.param(tampered(lambda v: v["cases"][0]["trials"][0].update(latency_ms=[1])), id="a list of latencies"),
        pytest.param(tampered(lambda v: v["cases"][0]["trials"][0].update(output=7)), id="an output that is no digest"),
        pytest.param(tampered(lambda v: v["cases"][0]["trials"][0].update(surprise=7)), id="an unknown field"),
    ],
)
def test_what_is_no_sound_record_is_refused_with_one_kind_of_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        from_bytes(data)


@given(st.integers(0, len(to_bytes(RECORD)) - 1), st.integers(1, 255))
def test_a_flipped_byte_never_passes_for_the_record(at: int, flip: int) -> None:
    data = bytearray(to_bytes(RECORD))
    data[at] ^= flip
    try:
        read = from_bytes(bytes(data))
    except ValueError:
        return
    assert read.id != RECORD.id  # a score that still is one: the ledger's file name gives it away


@pytest.mark.parametrize(
    ("age", "counts"),
    [
        pytest.param(timedelta(0), True, id="just now"),
        pytest.param(timedelta(days=30), True, id="on its last day"),
        pytest.param(timedelta(days=30, seconds=1), False, id="a second later"),
    ],
)
def test_evidence_has_an_age_limit(age: timedelta, counts: bool) -> None:
    old = replace(RECORD, finished=stamp(NOW - age))
    assert counting([old], "sha256:scoring", NOW, 30) == ([old] if counts else [])


@pytest.mark.parametrize(
    ("ahead", "counts"),
    [
        pytest.param(timedelta(minutes=5), True, id="by clocks that differ a little"),
        pytest.param(timedelta(minutes=5, seconds=1), False, id="by more than clocks differ"),
        pytest.param(timedelta(days=300_000), False, id="by centuries"),
    ],
)
def test_evidence_from_the_future_does_not_count(ahead: timedelta, counts: bool) -> None:
    """It would never grow old."""
    planted = replace(RECORD, finished=stamp(NOW + ahead))
    assert counting([planted], "sha256:scoring", NOW, 30) == ([planted] if counts else [])


def test_evidence_of_other_scorers_does_not_count() -> None:
    assert counting([RECORD], "sha256:other", NOW, 30) == []


def test_all_records_are_pooled_and_none_is_chosen() -> None:
    """Running again until it is green gains nothing."""
    later = replace(RECORD, finished="2026-11-20T09:30:00Z", cases=(CaseRun("one", "sha256:1", (FAILED,)),))
    found = counting([later, RECORD], "sha256:scoring", NOW + timedelta(days=1), 30)
    assert pooled(found) == {"sha256:1": (PASSED, FAILED), "sha256:2": (FAILED, PASSED)}
    assert pooled(reversed(found))["sha256:1"] == (FAILED, PASSED)


def test_a_renamed_case_of_the_same_digest_finds_its_trials_and_an_error_is_no_trial() -> None:
    assert pooled([replace(RECORD, cases=(CaseRun("renamed", "sha256:2", (LOST,)),))]) == {"sha256:2": ()}


@given(instants)
def test_a_moment_survives(at: datetime) -> None:
    assert moment(stamp(at)) == at
