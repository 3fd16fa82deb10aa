"""Our Markdown templates. Whatever a template puts out is escaped, unless it is `Safe`: no filter can be forgotten.

Templates are ours and ship with the package; nothing that a user wrote is ever read as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from placet.report.escape import Safe, code, fence, html_code, name, prose

if TYPE_CHECKING:
    from jinja2 import Environment


def rendered(template: str, view: Mapping[str, Any]) -> str:
    return _tidy(_environment().get_template(template).render(view))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(  # noqa: S701 - this is Markdown, not HTML: `_finalized` escapes it
        loader=PackageLoader("placet.report"),
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # `ours` is for what we put together ourselves: numbers, counts, and the output of a macro.
    made.filters.update(code=code, prose=prose, html_code=html_code, fence=fence, name=name, joined=_joined, ours=Safe)
    return made


def _joined(sentences: Iterable[str], separator: str) -> Safe:
    """Each made harmless by itself, so that none reaches into the next."""
    return Safe(separator.join(prose(sentence) for sentence in sentences))


def _finalized(value: object) -> Safe:
    return value if isinstance(value, Safe) else prose(str(value))


def _tidy(text: str) -> str:
    """One empty line between blocks, and none at either end."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip())
    return "\n".join(lines).strip("\n") + "\n"
