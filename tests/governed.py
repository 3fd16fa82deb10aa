"""Small governed trees for tests: the base of `tests/examples/rules`, with folders or single edits laid over it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from placet.findings import Finding, Severity
from placet.parse.snapshot import File, read_snapshot
from placet.rules.catalogue import check

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "tests/examples/rules"
TODAY = date(2026, 11, 20)

Files = dict[str, File]


def file(path: str, data: bytes | str) -> File:
    return File(path, "100644", "", data.encode() if isinstance(data, str) else data)


def link(path: str) -> File:
    return File(path, "120000", "", None)


def read(*folders: Path) -> Files:
    """The files of the folders, later ones over earlier ones; a `.removed` names paths to take away."""
    found: Files = {}
    for folder in folders:
        paths = sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
        for path in paths:
            name = path.relative_to(folder).as_posix()
            found[name] = link(name) if path.is_symlink() else file(name, path.read_bytes())
        for name in found.pop(".removed", file("", "")).data.decode().split():
            del found[name]
    return found


def base() -> Files:
    return read(EXAMPLES / "base")


def edited(files: Files, path: str, *pairs: tuple[str, str]) -> Files:
    """`files` with pieces of one text replaced; each piece has to be there exactly once."""
    text = files[path].data.decode()
    for old, new in pairs:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        text = text.replace(old, new)
    return {**files, path: file(path, text)}


def added(files: Files, path: str, text: str) -> Files:
    """`files` with a new file, or with text at the end of one."""
    before = files[path].data.decode() if path in files else ""
    return {**files, path: file(path, before + text)}


def judged(files: Files, today: date = TODAY) -> tuple[Finding, ...]:
    return check(read_snapshot(files), today)


def lines(findings: Iterable[Finding]) -> list[str]:
    """As expected.txt has them."""
    return [line for finding in findings for line in _lines(finding)]


def _lines(finding: Finding) -> list[str]:
    place = f"{finding.path}:{finding.position.line}:{finding.position.column}"
    level = "" if finding.severity is Severity.ERROR else "warning: "
    more = [f"   {name}: {text}" for name, text in (("note", finding.note), ("help", finding.help)) if text]
    return [f"{place}: {finding.rule} {level}{finding.message}", *more]


def places(findings: Iterable[Finding]) -> list[str]:
    return [f"{finding.rule} {finding.path.rpartition('/')[2]}:{finding.position.line}" for finding in findings]
