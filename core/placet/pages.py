"""Where a rule is explained: the pages of docs/rules, which every wheel carries. Says nothing of what a rule finds."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FOLDER = "docs/rules"
_OWN = "policies/rules"
_LARGEST = 2**20  # bytes of a file of rules


def page_of(rule: str) -> str | None:
    """The page of one of our rules, in Markdown; None for any other."""
    path = _path_of(rule)
    return path.read_text("utf-8") if path else None


def pointers(rules: Iterable[str], root: Path) -> dict[str, str]:
    """What to open or call for each rule: a page of the repository at `root`, ours, or the rule itself; else empty."""
    return {rule: _pointer(rule, root) for rule in sorted(set(rules))}


def _pointer(rule: str, root: Path) -> str:
    if not rule.isalnum():
        return ""
    if (root / _FOLDER / f"{rule}.md").is_file():
        return f"{_FOLDER}/{rule}.md"
    return f"placet rules {rule}" if _path_of(rule) else _written_in(rule, root)


def _path_of(rule: str) -> Path | None:
    from pathlib import Path

    package = Path(__file__).resolve().parent
    folders = [package / "rule_pages"]  # a wheel has them there
    if package.parent.name == "core":
        folders.append(package.parents[1] / _FOLDER)  # an editable install reads them where they are written
    paths = (folder / f"{rule}.md" for folder in folders) if rule.isalnum() else ()
    return next((path for path in paths if path.is_file()), None)


def _written_in(rule: str, root: Path) -> str:
    """The file of an organisation's own rule."""
    for path in sorted((root / _OWN).glob("*.yaml")):
        if path.is_file() and path.stat().st_size <= _LARGEST and f"id: {rule}".encode() in path.read_bytes():
            return f"{_OWN}/{path.name}"
    return ""
