"""A fix changes the word that it names and no other byte, and never guesses wrong."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.governed import EXAMPLES, ROOT, Files, base, edited, file, judged, read

from placet.fixes import FIXABLE, fixed, mend
from placet.fixes_alone import alone
from placet.fixes_candidates import only_close
from placet.parse.facts import read_tree
from placet.parse.kinds import Kind, kind_of
from placet.parse.node import Node, Tree
from placet.parse.snapshot import read_snapshot
from placet.record import replace

SYSTEM, CORE, TIERS = "systems/notes/system.yaml", "systems/notes/evals/core.yaml", "policies/tiers.yaml"
CASES, PROMPT = "systems/notes/evals/cases/core.jsonl", "prompts/notes/summarise.prompt.yml"
CARD, WAIVER = "systems/notes/documents/model-card.md", "systems/notes/waivers/decision.yaml"
#: One valid file of each kind, and this repository's own, whose layout nobody made for tests.
SMALL: Files = {
    **base(),
    CARD: read(EXAMPLES / "SYS006/good")[CARD],
    WAIVER: read(EXAMPLES / "WAI001/good")[WAIVER],
}
PATHS = [path for folder in ("policies", "prompts", "systems") for path in (ROOT / folder).rglob("*") if path.is_file()]
OURS: Files = {
    name: file(name, (ROOT / name).read_bytes()) for name in (one.relative_to(ROOT).as_posix() for one in PATHS)
}
TREES = {"small": SMALL, "ours": OURS}


def mended(files: Files, path: str) -> bytes | None:
    return fixed(path, files[path].data, judged(files))


def fixes(files: Files, path: str) -> list[str]:
    found = mend(path, files[path].data, judged(files))
    return [f"{fix.finding.position.line}: {fix.finding.rule} {fix.what}" for fix in found.fixes] if found else []


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        pytest.param(SYSTEM, "title:", "titel:", ["3: FIL008 `titel` is now `title`"], id="a key"),
        pytest.param(SYSTEM, "title:", '"Title":', ["3: FIL008 `Title` is now `title`"], id="a key in quotes and case"),
        pytest.param(SYSTEM, "tier: low", "teir: low", ["11: FIL008 `teir` is now `tier`"], id="a key inside"),
        pytest.param(
            SYSTEM, "untrusted:", "untrused:", ["25: FIL008 `untrused` is now `untrusted`"], id="a key in a list"
        ),
        pytest.param(
            CORE, "max_regression:", "max_regresion:", ["9: FIL008 `max_regresion` is now `max_regression`"],
            id="a key in braces",
        ),
        pytest.param(
            CASES, '"inputs"', '"input"', None, id="a key that stands in every row"
        ),
        pytest.param(SYSTEM, "tier: low", "tier: lwo", ["11: FIL007 `risk.tier: lwo` is now `low`"], id="a word"),
        pytest.param(
            SYSTEM, "autonomy: informs", "autonomy: 'inform'",
            ["13: FIL007 `risk.factors.autonomy: inform` is now `informs`"], id="a word in quotes",
        ),
        pytest.param(
            SYSTEM, 'version: "2026-10-01"', "version: 2026", ["22: FIL007 `models.0.version` is now text"],
            id="a number where text belongs",
        ),
        pytest.param(SYSTEM, "version: 1\n", "", ["1: FIL007 `version: 1` is added"], id="no version"),
        pytest.param(
            SYSTEM, "version: 1\n", "verison: 1\n", ["1: FIL008 `verison` is now `version`"], id="a misspelt version"
        ),
        pytest.param(SYSTEM, "id: notes\n", "id: note\n", ["2: SYS001 `id: note` is now `notes`"], id="a system's id"),
        pytest.param(
            CORE, "name: core\n", "name: cores\n", ["2: SUI009 `name: cores` is now `core`"], id="a suite's name"
        ),
        pytest.param(
            "policies/controls/owned.yaml", "id: owned", "id: owner", ["2: POL003 `id: owner` is now `owned`"],
            id="a control's id",
        ),
        pytest.param(CARD, "author:", "autor:", ["4: FIL008 `autor` is now `author`"], id="front matter"),
    ],
)  # fmt: skip
def test_what_is_mended(path: str, old: str, new: str, expected: list[str] | None) -> None:
    if expected is None:
        files = {**SMALL, path: file(path, SMALL[path].data.decode().replace(old, new))}
        assert mended(files, path) == SMALL[path].data
        return
    files = edited(SMALL, path, (old, new))
    assert fixes(files, path) == expected


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(SYSTEM, "title:", "name:", id="a key that looks like none"),
        pytest.param(SYSTEM, "title:", "title: x\ntitel:", id="a key whose right spelling is there"),
        pytest.param(SYSTEM, "title: Meeting notes", "titel: a\ntitle_: b", id="two keys that mean one"),
        pytest.param(SYSTEM, "title: Meeting notes", "titel: [a]", id="a key whose value doesn't fit"),
        pytest.param(SYSTEM, "title:", "? titel\n:", id="a key of another form is mended or left, never broken"),
        pytest.param(SYSTEM, "title:", '"tit\\u0065l":', id="a key with an escape"),
        pytest.param(SYSTEM, "title:", "&key titel:", id="a key with an anchor"),
        pytest.param(SYSTEM, "tier: low", "tier: lowest", id="a word that looks like none"),
        pytest.param(SYSTEM, "tier: low", "tier: &low lwo", id="a word with an anchor"),
        pytest.param(SYSTEM, "tier: low", "tier: !!str lwo", id="a word with a tag"),
        pytest.param(SYSTEM, "autonomy: informs", "autonomy: |\n      inform", id="a word as a block"),
        pytest.param(SYSTEM, "title: Meeting notes", "title: 7", id="a number, which is put in quotes"),
        pytest.param(PROMPT, "content: Say", "contnet: Say", id="a prompt, whose format is not ours"),
        pytest.param(SYSTEM, "title:", "\ttitle:", id="a file that doesn't parse"),
        pytest.param(SYSTEM, "title:", "id: again\ntitel:", id="a file with a key that stands twice"),
    ],
)
def test_what_is_left_to_a_person(path: str, old: str, new: str) -> None:
    files = edited(SMALL, path, (old, new))
    found = mended(files, path)
    if new in ("title: 7", "? titel\n:"):
        assert found is not None
        assert judged({**files, path: file(path, found)}) == ()
    else:
        assert found is None


def test_what_an_alias_repeats_is_left_to_a_person() -> None:
    """One word would change what stands in several places."""
    low, _, rest = base()[TIERS].data.decode().partition("  medium:\n")
    shared = low.replace("  low:\n", "  low: &all\n").replace("evidence:", "evidnce:")
    assert rest
    files = {**base(), TIERS: file(TIERS, shared + "  medium: *all\n  high: *all\n  critical: *all\n")}
    assert {one.rule for one in judged(files)} == {"FIL008"}
    assert mended(files, TIERS) is None


def test_only_what_was_found_is_mended() -> None:
    files = edited(base(), SYSTEM, ("title:", "titel:"), ("tier: low", "tier: lwo"))
    findings = [one for one in judged(files) if one.rule == "FIL008"]
    found = fixed(SYSTEM, files[SYSTEM].data, findings)
    assert found is not None
    assert b"title:" in found
    assert b"tier: lwo" in found


def test_everything_at_once_over_rounds() -> None:
    pairs = (("title:", "titel:"), ("  tier: low", "  teir: lwo"), ("prompts:", "promts:"), ("untrusted:", "untrused:"))
    files = edited(base(), SYSTEM, *pairs)
    for _ in range(3):
        files = {**files, SYSTEM: file(SYSTEM, mended(files, SYSTEM) or files[SYSTEM].data)}
    assert files == base()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        pytest.param(lambda data: data.replace(b"\n", b"\r\n"), SYSTEM, id="CRLF"),
        pytest.param(lambda data: b"\xef\xbb\xbf" + data, SYSTEM, id="a byte order mark"),
        pytest.param(lambda data: data + b"# end without a line break", SYSTEM, id="no line break at the end"),
        pytest.param(lambda data: b"# comment\n\n" + data.replace(b"\n", b"   # why\n", 1), SYSTEM, id="comments"),
    ],
)
def test_every_other_byte_stays(change: Any, path: str) -> None:
    whole = change(SMALL[path].data)
    for old, new in ((b"title:", b"titel:"), (b"tier: low", b"tier: lwo"), (b"version: 1", b"verison: 1")):
        assert whole.count(old) == 1
        files = {**SMALL, path: file(path, whole.replace(old, new))}
        assert mended(files, path) == whole


def test_a_version_is_added_with_the_line_ends_of_the_file() -> None:
    whole = SMALL[SYSTEM].data.replace(b"\n", b"\r\n")
    files = {**SMALL, SYSTEM: file(SYSTEM, whole.replace(b"version: 1\r\n", b""))}
    assert mended(files, SYSTEM) == whole


# -- names that others refer to -------------------------------------------------------------------------------------

ON_DECISION = SMALL[WAIVER].data.decode()


@pytest.mark.parametrize(
    ("files", "rule", "kept"),
    [
        pytest.param(edited(base(), SYSTEM, ("id: notes", "id: note")), "SYS001", True, id="nobody names the system"),
        pytest.param(
            {**edited(base(), SYSTEM, ("id: notes", "id: note")),
             WAIVER: file(WAIVER, ON_DECISION.replace("system: notes", "system: note"))},
            "SYS001", False, id="a waiver names it",
        ),
        pytest.param(edited(base(), CORE, ("name: core\n", "name: cores\n")), "SUI009", True, id="nobody names it"),
        pytest.param(
            {**edited(base(), CORE, ("name: core\n", "name: cores\n")),
             WAIVER: file(WAIVER, ON_DECISION.replace("core.", "cores."))},
            "SUI009", False, id="a waiver names its gate",
        ),
        pytest.param(
            edited(edited(base(), CORE, ("name: core\n", "name: cores\n")), SYSTEM,
                   ("prompts:\n", "failure_modes:\n  - {id: m, description: d, cases: [cores]}\nprompts:\n")),
            "SUI009", False, id="a failure mode names it",
        ),
        pytest.param(
            edited(edited(base(), CORE, ("name: core\n", "name: cores\n")), "policies/placet.yaml",
                   ("main: core", "main: cores")),
            "SUI009", False, id="it is the main suite",
        ),
        pytest.param(
            edited(base(), "policies/controls/owned.yaml", ("id: owned", "id: owner")), "POL003", True,
            id="no tier names the control",
        ),
        pytest.param(
            edited(edited(base(), "policies/controls/owned.yaml", ("id: owned", "id: owner")), TIERS,
                   ("controls: [owned]", "controls: [owner]")),
            "POL003", False, id="a tier names it",
        ),
    ],
)  # fmt: skip
def test_a_name_that_others_use_is_left_to_a_person(files: Files, rule: str, kept: bool) -> None:
    snapshot = read_snapshot(files)
    found = [one for one in judged(files) if one.rule == rule]
    assert len(found) == 1
    assert (alone(found, snapshot) == found) is kept


# -- words that look alike ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "known", "meant"),
    [
        pytest.param("titel", ["title", "tier"], "title", id="two letters changed places"),
        pytest.param("Title", ["title"], "title", id="in another case"),
        pytest.param("lo", ["low", "log"], None, id="it may be either"),
        pytest.param("owners", ["owner", "owned"], None, id="both are near"),
        pytest.param("x", ["y"], None, id="neither is near"),
        pytest.param("x" * 100, ["x" * 99], None, id="too long to compare"),
        pytest.param("any", [], None, id="nothing is known"),
    ],
)
def test_a_word_is_taken_for_another_only_if_there_is_one(wrong: str, known: list[str], meant: str | None) -> None:
    assert only_close(wrong, known) == meant


# -- properties -----------------------------------------------------------------------------------------------------


def words(path: str, data: bytes) -> Iterator[tuple[int, int]]:
    """Where the keys and the words of a file stand, as offsets into its text."""
    tree = read_tree(path, data)
    assert isinstance(tree, Tree)
    pending = [tree.root]
    while pending:
        node = pending.pop()
        children = node.children
        pairs = children.values() if isinstance(children, dict) else [(one, one) for one in children or []]
        for key, value in pairs:
            for one in {id(key): key, id(value): value}.values():
                if isinstance(one, Node) and one.children is None:
                    yield one.start, one.end
            pending.append(value)


def misspelt(word: str, data: st.DataObject) -> str:
    at = data.draw(st.integers(0, len(word) - 2))
    how = data.draw(st.sampled_from(["swap", "drop", "double", "other"]))
    if how == "swap":
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if how == "drop":
        return word[:at] + word[at + 1 :]
    return word[: at + 1] + (word[at] if how == "double" else data.draw(st.sampled_from("aenrst"))) + word[at + 1 :]


YAMLS = [
    pytest.param(name, path, id=f"{name} {path}")
    for name, files in TREES.items()
    for path in sorted(files)
    if kind_of(path) in FIXABLE and kind_of(path) is not Kind.CASES
]


@pytest.mark.parametrize(("tree", "path"), YAMLS)
@given(data=st.data())
@settings(max_examples=12, deadline=None)
def test_one_misspelling_is_mended_back_or_left(tree: str, path: str, data: st.DataObject) -> None:
    files = {path: TREES[tree][path]}
    text = files[path].data.decode()
    places = [(start, end) for start, end in words(path, files[path].data) if 4 <= end - start <= 30]
    start, end = data.draw(st.sampled_from(sorted(set(places))))
    word = text[start:end]
    assume(word.replace("_", "").replace("-", "").isalpha())
    wrong = text[:start] + misspelt(word, data) + text[end:]
    changed = {**files, path: file(path, wrong)}
    findings = alone(judged(changed), read_snapshot(changed))
    found = fixed(path, changed[path].data, findings)
    assert found in (None, text.encode())


@pytest.mark.parametrize(("tree", "path"), YAMLS)
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_many_misspellings_change_the_lines_that_are_named_alone(tree: str, path: str, data: st.DataObject) -> None:
    files = {path: TREES[tree][path]}
    text = files[path].data.decode()
    for _ in range(data.draw(st.integers(1, 5))):
        places = sorted(set(words(path, text.encode())) if read_tree(path, text.encode()) else ())
        assume(places)
        start, end = data.draw(st.sampled_from(places))
        word = text[start:end].replace("_", "").replace("-", "")
        if end - start >= 4 and word.isalpha():  # of numbers the other reader has its own idea
            text = text[:start] + misspelt(text[start:end], data) + text[end:]
    changed = {**files, path: file(path, text)}
    assume(read_tree(path, text.encode()) is not None)
    found = mend(path, changed[path].data, judged(changed))
    if found is None:
        return
    before, after = text.split("\n"), found.data.decode().split("\n")
    lines = [fix.finding.position.line for fix in found.fixes]
    if len(before) == len(after):  # else `version` is added
        differing = [at for at, (old, new) in enumerate(zip(before, after, strict=True), start=1) if old != new]
        assert set(differing) == set(lines)
    assert read_by_another(path, found.data) == read_tree(path, found.data).value
    again = {**changed, path: file(path, found.data)}
    assert not {fix.finding for fix in found.fixes} & set(judged(again))


def read_by_another(path: str, data: bytes) -> Any:
    """The same file as ruamel.yaml reads it, dates as text."""
    text = data.decode()
    if path.endswith(".md"):
        text = text.split("---\n")[1]
    yaml = YAML(typ="rt")
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)
    return json.loads(json.dumps(yaml.load(io.StringIO(text))))


@given(st.binary(max_size=300), st.sampled_from(sorted(SMALL)), st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_a_file_holds_a_fix_leaves_no_more_errors(junk: bytes, path: str, data: st.DataObject) -> None:
    whole = SMALL[path].data
    at = data.draw(st.integers(0, len(whole)))
    files = {**SMALL, path: file(path, whole[:at] + junk[:20] + whole[at:])}
    findings = judged(files)
    found = fixed(path, files[path].data, findings)
    if found is not None:
        after = judged({**files, path: replace(files[path], data=found)})
        assert len([one for one in after if one.path == path]) < len([one for one in findings if one.path == path])


def test_every_kind_is_ours_to_mend_or_known_not_to_be() -> None:
    others = {Kind.PROMPT, Kind.WORKFLOW, Kind.CODEOWNERS, Kind.KEY, Kind.PRICES, Kind.RECORDED, Kind.LABELS}
    assert set(Kind) - FIXABLE == others
