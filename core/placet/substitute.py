"""Put values where a text names them: `{{name}}`, in one pass, by value.

What comes in through a variable is text and stays text: it is never read as a template again. There is no
escaping, no logic and no space inside the braces, exactly as in GitHub's prompt files; a name that nobody
supplies stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from placet.model.suite import Case

# GitHub takes any key of a case as a variable; one with a quote or a line break is JSON in a prompt.
_NO_NAME = frozenset('"\r\n')


class JsonText(str):
    """A variable whose value in the case was not a string: its compact JSON. It substitutes as that text."""

    __slots__ = ()


@cache
def _placeholder() -> re.Pattern[str]:
    """Linear on any text: a match can't start twice in one run of characters that are no braces."""
    import re

    return re.compile(r"\{\{([^{}]++)\}\}")  # noqa: TID251 - our own pattern


def substitute(template: str, variables: Mapping[str, str]) -> str:
    """`template` with each `{{name}}` that `variables` knows replaced by its value."""
    return _placeholder().sub(lambda found: variables.get(found[1], found[0]), template)


def placeholders(template: str) -> frozenset[str]:
    """The names that `template` asks for."""
    return frozenset(name for name in _names(template) if _NO_NAME.isdisjoint(name))


def _names(template: str) -> Iterator[str]:
    """What the expression finds, without importing `re` for it: every commit of a prompt comes by here."""
    at = template.find("{{")
    while at >= 0:
        ends = [end for end in (template.find("{", at + 2), template.find("}", at + 2)) if end >= 0]
        end = min(ends, default=len(template))
        found = end > at + 2 and template.startswith("}}", end)
        if found:
            yield template[at + 2 : end]
        at = template.find("{{", end + 2 if found else at + 1)


def only_placeholder(template: str) -> str | None:
    """The name, when the template is one placeholder and nothing else."""
    found = _placeholder().fullmatch(template)
    return found[1] if found else None


def variables_of(case: Case) -> dict[str, str]:
    """What placeholders may name for this case: its inputs, `expected`, and `expected.key` for each key."""
    variables = dict(case.inputs)
    if isinstance(case.expected, str):
        variables["expected"] = case.expected
    elif case.expected is not None:
        variables |= {f"expected.{key}": _as_text(value) for key, value in case.expected.items()}
    return variables


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    import json

    return JsonText(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain))


def _plain(value: object) -> object:
    """Frozen containers, as a model may hold them, in the form that json knows."""
    return dict(value) if isinstance(value, Mapping) else str(value)
