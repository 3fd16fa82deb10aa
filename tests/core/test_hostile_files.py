"""Whatever a governed file holds, reading and judging it ends in findings at places that exist."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.governed import EXAMPLES, Files, base, file, judged, read

from placet.findings import Finding
from placet.parse.kinds import Kind, kind_of
from placet.report.findings import Checked, as_json, as_text

CARD, WAIVER = "systems/notes/documents/model-card.md", "systems/notes/waivers/decision.yaml"
VALID: Files = {
    **base(),
    CARD: read(EXAMPLES / "SYS006/good")[CARD],
    WAIVER: read(EXAMPLES / "WAI001/good")[WAIVER],
}
PATHS = st.sampled_from(sorted(VALID))
TREES = st.sampled_from(sorted(path for path in VALID if path.endswith((".yaml", ".yml", ".jsonl"))))
#: What a key may hold instead: every type, the empty ones, and what looks like something else.
SWAPS: list[Any] = [
    None, True, 0, -1, 2**70, 1e308, float("nan"), float("-inf"),
    "", " ", "\n", "a\n", "../x", "{{x}}", "1", "x" * 5000,
    [], [None], [[]], ["a", "a"], {}, {"": None}, {"x-a": {}}, {"id": []}, [{}],
]  # fmt: skip
#: What YAML and JSON are made of.
PIECES = [b"- ", b"{", b"]", b": ", b"\t", b"#", b"&a *a", b"\n---\n", b'"']


def assert_judged(files: Files) -> tuple[Finding, ...]:
    findings = judged(files)
    sources = {path: (item.data or b"").decode("utf-8", "replace") for path, item in files.items()}
    for finding in findings:
        at = finding.position
        assert at.line >= 1
        assert at.column >= 1
        assert at.width >= 1
        assert at.line <= sources.get(finding.path, "").count("\n") + 1
        assert finding.message
    checked = Checked(None, len(files), 1)
    assert as_text(findings, sources, checked)
    assert json.loads(as_json(findings, checked))["version"] == 1
    return findings


@given(PATHS, st.data())
@settings(max_examples=150)
def test_bytes_that_are_cut_out_put_in_or_flipped(path: str, data: st.DataObject) -> None:
    text = bytearray(VALID[path].data or b"")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text[start:end] = data.draw(
            st.one_of(st.binary(max_size=6), st.sampled_from([b"- ", b"{", b": ", b"\t", b"&a *a"]))
        )
    assert_judged({**VALID, path: file(path, bytes(text))})


def places(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every value of a document."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for key, child in children for place in places(child, (*at, key)))]


def changed(value: Any, at: tuple[str | int, ...], data: st.DataObject) -> Any:
    """The document with the value at one place gone, another, twice, or under another key."""
    if not at:
        return data.draw(st.sampled_from(SWAPS))
    holder = value
    for key in at[:-1]:
        holder = holder[key]
    what, key = data.draw(st.sampled_from(["swap", "delete", "rename", "grow"])), at[-1]
    if what == "swap":
        holder[key] = data.draw(st.sampled_from(SWAPS))
    elif what == "delete":
        del holder[key]
    elif isinstance(holder, list):
        holder += [holder[key]] * data.draw(st.integers(1, 3))
    else:
        holder[data.draw(st.sampled_from(["", "x-a", "id", "ids", "version", f"{key}s", "\n"]))] = holder.pop(key)
    return value


@given(TREES, st.data())
@settings(max_examples=400)
def test_keys_that_are_deleted_renamed_repeated_or_of_another_type(path: str, data: st.DataObject) -> None:
    text = (VALID[path].data or b"").decode()
    if kind_of(path) is Kind.CASES:
        rows = [json.loads(line) for line in text.splitlines()]
        index = data.draw(st.integers(0, len(rows) - 1))
        rows[index] = changed(rows[index], data.draw(st.sampled_from(places(rows[index]))), data)
        written = "\n".join(json.dumps(row) for row in rows)
    else:
        value = yaml.safe_load(text)
        written = yaml.safe_dump(changed(value, data.draw(st.sampled_from(places(value))), data), sort_keys=False)
    assert_judged({**VALID, path: file(path, written)})


@given(st.sets(PATHS, max_size=len(VALID)), st.sets(PATHS, max_size=3))
@settings(max_examples=60)
def test_files_that_are_missing_or_links(missing: set[str], links: set[str]) -> None:
    files = {path: item for path, item in VALID.items() if path not in missing}
    for path in links & set(files):
        files[path] = type(files[path])(path, "120000", "", None)
    assert_judged(files)


@given(st.binary(max_size=300), PATHS)
@settings(max_examples=100)
def test_any_bytes_in_place_of_any_file(data: bytes, path: str) -> None:
    assert_judged({**VALID, path: file(path, data)})


def test_the_unchanged_files_have_no_findings_but_the_stale_card() -> None:
    assert assert_judged(VALID) == ()
