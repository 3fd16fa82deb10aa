"""Bad input, of every kind of file: it ends in findings at places that exist, within bounds that are counted.

`make fuzz` goes on from here by what code an input reaches.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.governed import EXAMPLES, ROOT, TODAY, Files, base, edited, file, judged, read

from placet.fixes import mend
from placet.parse.compose import DEEPEST, MOST_NODES
from placet.parse.facts import read_facts
from placet.parse.kinds import Kind, kind_of, limit_of
from placet.parse.snapshot import File, read_snapshot
from placet.report.findings import Checked, as_json, as_text
from placet.rules.catalogue import check


def good(rule: str, path: str) -> Files:
    return {path: read(EXAMPLES / rule / "good")[path]}


#: Valid files, one of each kind at least.
VALID: Files = {
    **base(),
    **good("SYS006", "systems/notes/documents/model-card.md"),
    **good("WAI001", "systems/notes/waivers/decision.yaml"),
    **good("INC001", "systems/notes/incidents/2026-10-14-lost-decision.yaml"),
    **good("LAB001", "systems/notes/labels/core.jsonl"),
    **good("REC001", "systems/notes/evals/core.yaml"),
    **good("REC001", "systems/notes/evals/recorded/core.jsonl"),
    "policies/prices.json": file("policies/prices.json", (ROOT / "policies/prices.json").read_bytes()),
    **good("RUL003", "policies/rules/acme.yaml"),
    **good("TST002", "policies/tests/tiers.yaml"),
    **good("KEY001", "policies/keys/ci.pub"),
    **good("WFL001", ".github/workflows/placet.yml"),
}
#: Judged beside another file these start programs or judge the register again, and so stand by themselves.
APART = frozenset({Kind.OWN_RULES, Kind.POLICY_TEST, Kind.KEY, Kind.WORKFLOW})
BESIDE = {path: one for path, one in VALID.items() if kind_of(path) not in APART}
BY_KIND = {kind_of(path): path for path in sorted(VALID)}
EVERY_KIND = pytest.mark.parametrize("path", [pytest.param(path, id=f"{kind}") for kind, path in BY_KIND.items()])
YAML = [path for path in BY_KIND.values() if path.endswith((".yaml", ".yml"))]
#: Pieces that have a meaning to one of the parsers, or had one for some parser once.
PIECES = [
    b"\0", b"\r", b"\t", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", "\u2028".encode(), "\u202e".encode(), b"\x1b[31m",
    b"- ", b"? ", b": ", b"{", b"}", b"[", b"]", b"&a ", b"*a", b"<<: *a\n", b"!!python/name:os.system ", b"!<x> ",
    b"%YAML 1.1\n", b"---\n", b"...\n", b"|\n", b">-\n", b"'", b'"', b"\\", b"#", b"{{x}}", b"${{ secrets.A }}",
    b".nan", b"1e999", b"0" * 200, b"-----BEGIN PRIVATE KEY-----", b"\\ud800", b"..", b"/", b"`",
]  # fmt: skip


def test_there_is_a_valid_file_of_every_kind() -> None:
    assert set(BY_KIND) == set(Kind)


def assert_findings(files: Files) -> int:
    """How many findings there are, each at a place that exists and printable."""
    findings = judged(files)
    sources = {path: (item.data or b"").decode("utf-8", "replace") for path, item in files.items()}
    for finding in findings:
        at = finding.position
        assert min(at.line, at.column, at.width) >= 1
        assert at.line <= sources.get(finding.path, "").count("\n") + 1
    checked = Checked(None, len(files), 1)
    text = as_text(findings, sources, checked)
    assert not re.search("[\0-\x08\x0b-\x1f\x7f]", text)
    assert json.loads(as_json(findings, checked))["version"] == 1
    return len(findings)


@EVERY_KIND
@given(data=st.binary(max_size=400))
@settings(max_examples=20, deadline=None)
@example(data=b"")
@example(data=b"\0")
def test_any_bytes(path: str, data: bytes) -> None:
    facts = read_facts(file(path, data))
    assert all(finding.path == path for finding in facts.findings)
    assert_findings({**BESIDE, path: file(path, data)})


@EVERY_KIND
@given(cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), st.sampled_from(PIECES)), min_size=1, max_size=5))
@settings(max_examples=25, deadline=None)
def test_a_valid_file_with_pieces_cut_out_and_put_in(path: str, cuts: list[tuple[float, int, bytes]]) -> None:
    data = VALID[path].data
    for where, length, piece in cuts:
        start = int(where * len(data))
        data = data[:start] + piece + data[start + length :]
    files = {**BESIDE, path: file(path, data)}
    assert_findings(files)
    mend(path, data, judged(files))


@EVERY_KIND
@given(order=st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_a_valid_file_with_its_lines_in_any_order_and_number(path: str, order: object) -> None:
    lines = VALID[path].data.split(b"\n")
    drawn = [lines[order.randrange(len(lines))] for _ in range(order.randrange(1, 2 * len(lines) + 1))]  # type: ignore[attr-defined]
    assert_findings({**BESIDE, path: file(path, b"\n".join(drawn))})


# -- each kind of bad input, by name ----------------------------------------------------------------------------------


def rules(files: Files, path: str) -> set[str]:
    return {finding.rule for finding in judged(files) if finding.path == path}


@EVERY_KIND
def test_ten_megabytes_are_one_finding_or_read(path: str) -> None:
    data = VALID[path].data + b"\n# " + b"x" * (10 * 2**20)
    kept = data if len(data) <= limit_of(path) else None  # as loading hands it over
    rows = (Kind.CASES, Kind.RECORDED)  # of which more is read
    expected = {"FIL001", "FIL003"} if kind_of(path) in rows else {"FIL003"}
    assert rules({**BESIDE, path: File(path, "100644", "", kept)}, path) & expected
    read = (*rows, Kind.LABELS, Kind.KEY, Kind.WORKFLOW)
    assert read_facts(file(path, data)).value is None or kind_of(path) in read


@pytest.mark.parametrize("path", YAML)
@pytest.mark.parametrize(
    "nested",
    [
        pytest.param("[" * 1000 + "]" * 1000, id="lists in brackets"),
        pytest.param("{a: " * 1000 + "1" + "}" * 1000, id="mappings in braces"),
        pytest.param("\n" + "".join(" " * level + "a:\n" for level in range(1, 1001)), id="mappings by indentation"),
        pytest.param("- " * 1000 + "1", id="lists on one line"),
        pytest.param("? " * 1000 + "1", id="keys of keys"),
    ],
)
def test_a_thousand_levels_are_refused(path: str, nested: str) -> None:
    """A workflow is GitHub's to refuse."""
    found = rules({**BESIDE, path: file(path, f"x-deep: {nested}\n".encode())}, path)
    assert found <= {"FIL001", "FIL003"}
    assert found or kind_of(path) is Kind.WORKFLOW


def test_what_is_nested_as_deep_as_may_be_is_read() -> None:
    path = "systems/notes/system.yaml"
    deep = "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)
    assert judged({**base(), path: file(path, base()[path].data + f"x-deep: {deep}\n".encode())}) == ()


@pytest.mark.parametrize("path", YAML)
def test_aliases_that_multiply_are_refused(path: str) -> None:
    """A billion laughs: each level holds the one before it ten times."""
    levels = "".join(f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    found = rules({**BESIDE, path: file(path, f"x-0: &a0 [ha]\n{levels}".encode())}, path)
    assert found == {"FIL003"} or kind_of(path) is Kind.WORKFLOW


@pytest.mark.parametrize("path", YAML)
def test_an_alias_within_itself_is_refused(path: str) -> None:
    found = rules({**BESIDE, path: file(path, b"x-a: &a [*a]\n")}, path)
    assert found == {"FIL003"} or kind_of(path) is Kind.WORKFLOW


def test_more_values_than_are_read_are_refused() -> None:
    path = "systems/notes/system.yaml"
    data = base()[path].data + b"x-many: [" + b"1," * MOST_NODES + b"1]\n"
    assert rules({**base(), path: file(path, data)}, path) == {"FIL003"}


def test_anchors_and_aliases_mean_what_they_stand_for() -> None:
    path = "policies/tiers.yaml"
    shared = edited(base(), path, ("    approvals: {people: 1,", "    approvals: &one {people: 1,"))
    text = (
        shared[path].data.decode().replace("approvals: {people: 2, roles: [], rollback_people: 1}", "approvals: *one")
    )
    assert judged({**base(), path: file(path, text)}) == ()


@EVERY_KIND
def test_a_nul_byte_is_a_finding(path: str) -> None:
    """Where Placet judges the text; a workflow is GitHub's to refuse, and in CODEOWNERS it is part of a pattern."""
    data = VALID[path].data
    half = data.index(b"\n") + 1
    found = rules({**BESIDE, path: file(path, data[:half] + b"\0" + data[half:])}, path)
    assert found or kind_of(path) in (Kind.WORKFLOW, Kind.CODEOWNERS)


def said(files: Files) -> list[tuple[str, str, int, int, str]]:
    return [(one.path, one.rule, one.position.line, one.position.column, one.message) for one in judged(files)]


def with_faults(path: str) -> bytes:
    """The file with a fault near its end, so that places are compared that have lines above them."""
    data = VALID[path].data
    return data + (b"x\n" if path.endswith((".jsonl", ".pub")) else b"x-fault: [\n" if path in YAML else b"# x\n")


@EVERY_KIND
@pytest.mark.parametrize("faulty", [False, True], ids=["valid", "with a fault"])
def test_crlf_reads_as_lf_with_the_same_places(path: str, faulty: bool) -> None:
    data = with_faults(path) if faulty else VALID[path].data
    crlf = data.replace(b"\n", b"\r\n")
    assert said({**BESIDE, path: file(path, crlf)}) == said({**BESIDE, path: file(path, data)})


@EVERY_KIND
@pytest.mark.parametrize("faulty", [False, True], ids=["valid", "with a fault"])
def test_a_byte_order_mark_is_no_part_of_a_file(path: str, faulty: bool) -> None:
    data = with_faults(path) if faulty else VALID[path].data
    marked = said({**BESIDE, path: file(path, b"\xef\xbb\xbf" + data)})
    assert marked == said({**BESIDE, path: file(path, data)}) or kind_of(path) is Kind.KEY


def test_a_name_in_another_normal_form_is_another_name_and_is_suggested() -> None:
    """Git keeps the bytes of a name; macOS may write `é` as two characters where Linux writes one."""
    composed, decomposed = (unicodedata.normalize(form, "prompts/notes/résumé.prompt.yml") for form in ("NFC", "NFD"))
    assert composed != decomposed
    prompt = "prompts/notes/summarise.prompt.yml"
    files = {path: one for path, one in base().items() if path != prompt}
    files = edited(files, "systems/notes/system.yaml", (prompt, composed))
    files = edited(files, "systems/notes/evals/core.yaml", (prompt, composed))
    files[decomposed] = file(decomposed, base()[prompt].data)
    found = judged(files)
    assert {one.rule for one in found} == {"SYS008"}
    assert decomposed in found[0].help


def test_a_folder_in_another_normal_form_is_no_id() -> None:
    folder = unicodedata.normalize("NFD", "systems/café")
    data = base()["systems/notes/system.yaml"].data.replace(b"id: notes", "id: café".encode())
    found = judged({**base(), f"{folder}/system.yaml": file(f"{folder}/system.yaml", data)})
    assert {one.path for one in found if one.rule == "FIL007"} == {f"{folder}/system.yaml"}


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", "\u202egnp", "a" * 5000, "..", "-rf", "%00", "a\\b", "\udcff"])
def test_a_file_of_any_name_is_a_finding_that_can_be_printed(name: str) -> None:
    path = f"systems/{name}/system.yaml"
    data = base()["systems/notes/system.yaml"].data
    files = {**base(), path: file(path, data)}
    text = as_text(judged(files), {}, Checked(None, len(files), 1))
    assert "\x1b" not in text
    assert "\u202e" not in text


class _Many(Mapping[str, File]):
    """A hundred thousand registrations, each made when somebody asks for it."""

    def __init__(self, count: int) -> None:
        text = base()["systems/notes/system.yaml"].data.decode()
        text = re.sub(r"prompts:\n.*", "prompts: []\n", text, flags=re.DOTALL)
        self._before, self._after = (part.encode() for part in text.split("notes", 1))
        self._rest = {path: one for path, one in base().items() if not path.startswith("systems/")}
        self._rest = {path: one for path, one in self._rest.items() if not path.startswith("prompts/")}
        self._count = count

    def __iter__(self) -> Iterator[str]:
        yield from self._rest
        yield from (f"systems/s{number}/system.yaml" for number in range(self._count))

    def __len__(self) -> int:
        return len(self._rest) + self._count

    def __getitem__(self, path: str) -> File:
        if path in self._rest:
            return self._rest[path]
        name = path.split("/")[1] if path.startswith("systems/s") and path.endswith("/system.yaml") else ""
        if not name[1:].isdigit() or int(name[1:]) >= self._count:
            raise KeyError(path)
        id = "wrong" if int(name[1:]) % 40_000 == 7 else name
        return file(path, self._before + id.encode() + self._after)


@pytest.mark.slow
def test_a_hundred_thousand_systems_are_judged_and_each_fault_found() -> None:
    snapshot = read_snapshot(_Many(100_000))
    assert len(snapshot.systems) == 100_000
    found = [(one.rule, one.path) for one in check(snapshot, TODAY)]
    assert found == [("SYS001", f"systems/s{number}/system.yaml") for number in (40_007, 7, 80_007)]
