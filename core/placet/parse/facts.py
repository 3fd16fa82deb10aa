"""What one governed file says by itself: its model and its findings, from its path and its bytes alone.

Nothing here looks at a second file, so what is read of a blob at a path holds for as long as both are what they are.
`placet.parse.snapshot` puts the facts of many files together.
"""

from __future__ import annotations

from placet.findings import Finding, Position, Severity
from placet.parse.guesses import Guesses
from placet.parse.kinds import Kind, kind_of, limit_of
from placet.parse.tree import Tree, read_yaml
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

    from placet.model.suite import Case

NOT_A_FILE, TOO_LARGE = "FIL005", "FIL003"
_NO_FRONT = "REC001"
_REGULAR = frozenset({"100644", "100755"})
_MOST_MENTIONED = 200
_NO_YAML = frozenset({Kind.CASES, Kind.RECORDED, Kind.LABELS, Kind.CODEOWNERS, Kind.KEY, Kind.PRICES})


@record
class File:
    """A file in a governed folder as git has it.

    `data` is None when nothing reads the file, it is no regular one, or it is larger than what is read of its kind.
    """

    path: str
    mode: str
    blob: str
    data: bytes | None


@record
class Facts:
    """What reading gave. `value` is None for a file that nothing reads, or that is broken.

    `value` is the model of the kind: a System, a Prompt, a Suite without the cases of another file ... `inline` is the
    suite that a prompt carries. `cases` is how a suite names its case file, and where. `mentions` are the prompts that
    a broken registration or suite seems to name.
    """

    value: Any = None
    findings: tuple[Finding, ...] = ()
    inline: Any = None
    cases: str | None = None
    cases_at: Position = Position()
    trials_at: Position = Position()
    mentions: tuple[str, ...] = ()


NOTHING = Facts()


def read_facts(file: File) -> Facts:
    """Read one file. Never raises for what it holds."""
    kind = kind_of(file.path)
    if file.mode not in _REGULAR:
        return Facts(findings=(_not_a_file(file),))
    if kind is None:
        return NOTHING
    if file.data is None:
        return Facts(findings=(_too_large(file.path),))
    return _READERS[kind](file.path, file.data) if kind in _READERS else NOTHING


def read_tree(path: str, data: bytes) -> Tree | None:
    """The file with its places, for who wants to point at one; None when it doesn't parse, or is no YAML."""
    kind = kind_of(path)
    if kind is None or kind in _NO_YAML:
        return None
    if kind is Kind.DOCUMENT:
        from placet.parse.front_matter import FrontMatter
        from placet.parse.tree import read_front_matter

        read = read_front_matter(path, data)
        return read.tree if isinstance(read, FrontMatter) else None
    tree = read_yaml(path, data)
    return tree if isinstance(tree, Tree) else None


def _judged(tree: Tree | tuple[Finding, ...], kind: Kind) -> tuple[Tree | None, tuple[Finding, ...]]:
    """The tree, unless it doesn't parse or isn't what its schema asks for; and what was found."""
    if not isinstance(tree, Tree):
        return None, tree
    from placet.parse.schema import violations

    found = tuple(violations(tree, kind, Guesses()))
    return (None if any(finding.severity is Severity.ERROR for finding in found) else tree), found


def _whole(kind: Kind, convert: Callable[[Tree], Any]) -> Callable[[str, bytes], Facts]:
    def read(path: str, data: bytes) -> Facts:
        tree, found = _judged(read_yaml(path, data), kind)
        if tree is None:
            return Facts(findings=found, mentions=_mentioned(data) if kind is Kind.SYSTEM else ())
        return Facts(convert(tree), found)

    return read


def _policy(kind: Kind, name: str) -> Callable[[str, bytes], Facts]:
    def convert(tree: Tree) -> Any:
        from placet.parse import policies

        return getattr(policies, name)(tree)

    return _whole(kind, convert)


def _control(path: str, data: bytes) -> Facts:
    from placet.parse import policies
    from placet.parse.crosswalk import unknown_ids

    tree, found = _judged(read_yaml(path, data), Kind.CONTROL)
    return Facts(findings=found) if tree is None else Facts(policies.control(tree), (*found, *unknown_ids(tree)))


def _register(kind: Kind, name: str) -> Callable[[str, bytes], Facts]:
    def convert(tree: Tree) -> Any:
        from placet.parse import register

        return getattr(register, name)(tree)

    return _whole(kind, convert)


def _incident(tree: Tree) -> Any:
    from placet.parse.incidents import incident

    return incident(tree)


def _own_rules(tree: Tree) -> Any:
    from placet.parse.own_rules import own_rules

    return own_rules(tree)


def _policy_tests(tree: Tree) -> Any:
    from placet.parse.policy_tests import policy_tests

    return policy_tests(tree)


def _key(path: str, data: bytes) -> Facts:
    from placet.parse.keys import key_findings

    return Facts(findings=key_findings(path, data))


def _prompt(path: str, data: bytes) -> Facts:
    from placet.parse import register, suites

    tree, found = _judged(read_yaml(path, data), Kind.PROMPT)
    return Facts(findings=found) if tree is None else Facts(register.prompt(tree), found, suites.inline_suite(tree))


def _suite(path: str, data: bytes) -> Facts:
    from placet.parse import misplaced, suites

    tree, found = _judged(read_yaml(path, data), Kind.SUITE)
    found += misplaced.in_suite(tree) if tree is not None else ()
    if tree is None or any(finding.severity is Severity.ERROR for finding in found):
        return Facts(findings=found, mentions=_mentioned(data))
    given = tree.value["cases"]
    named = given if isinstance(given, str) else None
    rows = () if named is not None else given
    cases = [suites.case(row, tree.at("cases", index)) for index, row in enumerate(rows)]
    return Facts(
        suites.suite(tree, cases, None), found, cases=named, cases_at=tree.at("cases"), trials_at=tree.at("trials")
    )


def _cases(path: str, data: bytes) -> Facts:
    findings: list[Finding] = []
    cases = tuple(_read_cases(path, data, findings))
    return Facts(cases, tuple(findings))


def _labels(path: str, data: bytes) -> Facts:
    from placet.parse.json_lines import read_json_lines
    from placet.parse.labels import label
    from placet.parse.schema import MOST, too_many, violations

    lines, guesses = read_json_lines(path, data), Guesses()
    found = list(lines.findings)
    sound = []
    for row in lines.rows:
        wrong = violations(row, Kind.LABELS, guesses)
        found += wrong
        if not wrong:
            sound.append(label(row))
        if len(found) >= MOST:
            found.append(too_many(path, row.at()))
            break
    return Facts(tuple(sound), tuple(found))


def _read_cases(path: str, data: bytes, findings: list[Finding]) -> Iterator[Case]:
    from placet.parse import misplaced, suites
    from placet.parse.json_lines import read_json_lines
    from placet.parse.schema import MOST, too_many, violations

    lines = read_json_lines(path, data)
    findings += lines.findings
    faults, guesses = 0, Guesses()
    for row in lines.rows:
        found = violations(row, Kind.CASES, guesses) or misplaced.in_case(row, row.value)
        if found and faults >= MOST:
            findings.append(too_many(path, row.at()))
            return
        faults += len(found)
        findings += found
        if not found:
            yield suites.case(row.value, row.at())


def _recorded(path: str, data: bytes) -> Facts:
    """The first line says what answered, every other one is a trial."""
    from placet.parse import suites
    from placet.parse.json_lines import read_json_lines
    from placet.parse.schema import MOST, too_many, violations

    lines, guesses = read_json_lines(path, data), Guesses()
    findings = list(lines.findings)
    for line in lines.rows:
        findings += violations(line, Kind.RECORDED, guesses)
        if len(findings) >= MOST:
            findings.append(too_many(path, line.at()))
            break
    front, rows = (lines.rows[0], lines.rows[1:]) if lines.rows else (None, ())
    second = next((line for line in rows if isinstance(line.value, dict) and "made_by" in line.value), None)
    if not findings and (front is None or "made_by" not in front.value or second):
        findings.append(_no_front(path, second or front))
    if findings or front is None:
        return Facts(findings=tuple(findings))
    told: set[tuple[str, int]] = set()
    for line in rows:
        trial = (line.value["id"], line.value.get("trial", 1))
        if trial in told and len(findings) < MOST:
            findings.append(_twice(path, line, trial))
        told.add(trial)
    if findings:
        return Facts(findings=tuple(findings))
    return Facts(suites.recording(path, data, front, (suites.row(line.value, line.at()) for line in rows)))


def _twice(path: str, line: Tree, trial: tuple[str, int]) -> Finding:
    message = f"trial {trial[1]} of case `{trial[0]}` stands above already"
    advice = 'number the trials of a case: `"trial": 1`, `"trial": 2` ...'
    return Finding(_NO_FRONT, Severity.ERROR, path, line.at("id"), message, help=advice)


def _no_front(path: str, line: Tree | None) -> Finding:
    message = "the first line, and no other, says what answered"
    advice = 'begin with {"made_by": "sha256:...", "made": "2026-11-20", "tool": {"name": "...", "version": "..."}}'
    return Finding(_NO_FRONT, Severity.ERROR, path, line.at() if line else Position(), message, help=advice)


def _document(path: str, data: bytes) -> Facts:
    from placet.parse import register
    from placet.parse.front_matter import FrontMatter
    from placet.parse.tree import read_front_matter

    read = read_front_matter(path, data)
    if not isinstance(read, FrontMatter):
        return Facts(findings=read)
    tree, found = _judged(read.tree, Kind.DOCUMENT)
    return Facts(findings=found) if tree is None else Facts(register.document(tree, read.body), found)


def _prices(path: str, data: bytes) -> Facts:
    """What a review reads itself, from base; here it is only said when nobody could."""
    from placet.errors import PlacetError
    from placet.prices import from_bytes

    try:
        from_bytes(data, path)
    except PlacetError as error:
        message = "this is no table of prices: a source, the day it was taken, and models with input and output"
        return Facts(findings=(Finding("FIL007", Severity.ERROR, path, Position(), message, help=error.help),))
    return NOTHING


def _mentioned(data: bytes) -> tuple[str, ...]:
    """The prompts whose paths stand in a file that can't be read: it would be wrong to say that nobody uses them."""
    found: dict[str, None] = {}
    for piece in _pieces(data.decode("utf-8", "replace")):
        if piece.endswith((".prompt.yml", ".prompt.yaml")) and len(found) < _MOST_MENTIONED:
            found[piece] = None
    return tuple(found)


def _pieces(text: str) -> Iterable[str]:
    for start in text.split("prompts/")[1:]:
        end = next((at for at, char in enumerate(start[:512]) if char in " \t\r\n\"',]}#"), len(start[:512]))
        yield f"prompts/{start[:end]}"


_READERS: Mapping[Kind, Callable[[str, bytes], Facts]] = {
    Kind.SETTINGS: _policy(Kind.SETTINGS, "settings"),
    Kind.TIERS: _policy(Kind.TIERS, "tiers"),
    Kind.CLASSIFICATION: _policy(Kind.CLASSIFICATION, "classification"),
    Kind.PROVIDERS: _policy(Kind.PROVIDERS, "providers"),
    Kind.CONTROL: _control,
    Kind.SYSTEM: _register(Kind.SYSTEM, "system"),
    Kind.WAIVER: _register(Kind.WAIVER, "waiver"),
    Kind.INCIDENT: _whole(Kind.INCIDENT, _incident),
    Kind.OWN_RULES: _whole(Kind.OWN_RULES, _own_rules),
    Kind.POLICY_TEST: _whole(Kind.POLICY_TEST, _policy_tests),
    Kind.KEY: _key,
    Kind.PRICES: _prices,
    Kind.PROMPT: _prompt,
    Kind.SUITE: _suite,
    Kind.CASES: _cases,
    Kind.RECORDED: _recorded,
    Kind.LABELS: _labels,
    Kind.DOCUMENT: _document,
}


def _not_a_file(file: File) -> Finding:
    what = {"120000": "a symbolic link", "160000": "a submodule"}.get(file.mode, f"of mode {file.mode}")
    message = f"{file.path} is {what}; governed files are regular files"
    advice = "commit the content itself at this path"
    return Finding(NOT_A_FILE, Severity.ERROR, file.path, Position(), message, help=advice)


def _too_large(path: str) -> Finding:
    message = f"larger than {limit_of(path) // 2**20} MiB and not read"
    return Finding(TOO_LARGE, Severity.ERROR, path, Position(), message, help="split it into smaller files")
