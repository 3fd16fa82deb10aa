"""From a regular expression to Python that tests a text with `lstrip`, without `re`.

Takes the expressions that need no step back: what comes next is always told by one character. For others
it answers None. Reads only our own schemas, when their Python is made, and never a governed file.
"""

from __future__ import annotations

from collections.abc import Callable

from placet.schemas.grammar import Chars, Choice, Part, Repeat, Row, UnfitError, first, read
from placet.schemas.writing import quoted

Named = Callable[[str], str]  # gives a set of characters a name


def expression(pattern: str, v: str, named: Named, any_of: Named) -> list[str] | None:
    """Tests for the two commonest forms: `[A][B]*`, and words of `[A]` joined by one character."""
    try:
        parts = read(pattern).parts
    except UnfitError:
        return None
    match parts:
        case (Chars(begin), Repeat(Chars(rest), 0, None)) if begin <= rest and len(begin) > 1:
            return [f"{v}[:1] in {any_of(_text(begin))}", f"not {v}.lstrip({named(_text(rest))})"]
        case (Repeat(Chars(word), 1, None), Repeat(Row((Chars(joint), Repeat(Chars(next_word), 1, None))), 0, None)):
            if len(joint) == 1 and word == next_word and not joint & word and len(word) > 1:
                char, twice = quoted(min(joint)), quoted(min(joint) * 2)
                whole = f"not {v}.lstrip({named(_text(word | joint))})"
                return [f"{v}[:1] in {any_of(_text(word))}", whole, f"{v}[-1] != {char}", f"{twice} not in {v}"]
    return None


def statements(pattern: str, named: Named) -> list[str] | None:
    """The body of a function of `rest`, a text, that returns whether all of it matches; None when it can't be made."""
    try:
        lines = _row(read(pattern), frozenset(), named)
    except UnfitError:
        return None
    return [*lines, "return not rest"]


def _row(row: Row, follow: frozenset[str], named: Named) -> list[str]:
    """`follow` are the characters that may come after the row."""
    lines: list[str] = []
    parts = list(row.parts)
    while parts:
        word = _word(parts)
        if len(word) > 1:
            lines += [f'if not rest.startswith("{word}"):', "    return False", f"rest = rest[{len(word)}:]"]
            del parts[: len(word)]
            continue
        part = parts.pop(0)
        after, empty = first(Row(tuple(parts)))
        lines += _part(part, after | follow if empty else after, named, kept=_absorbed(part, parts))
    return lines


def _word(parts: list[Part]) -> str:
    """The plain text that `parts` begin with."""
    text = ""
    for part in parts:
        if not isinstance(part, Chars) or len(part.chars) != 1 or part.chars & {'"', "\\"}:
            break
        text += min(part.chars)
    return text


def _absorbed(part: Part, rest: list[Part]) -> bool:
    """Whether what comes next takes the character of `part` along, so that it needn't be cut off."""
    if not isinstance(part, Chars) or not rest:
        return False
    then = rest[0]
    return (
        isinstance(then, Repeat)
        and isinstance(then.part, Chars)
        and (then.least, then.most) == (0, None)
        and (part.chars <= then.part.chars)
    )


def _part(part: Part, follow: frozenset[str], named: Named, *, kept: bool = False) -> list[str]:
    match part:
        case Chars(chars):
            lines = [f"if {_not_begins(chars, named)}:", "    return False"]
            return lines if kept else [*lines, "rest = rest[1:]"]
        case Repeat(Chars(chars), least, most):
            return _characters(chars, least, most, follow, named)
        case Repeat(inner, least, most):
            return _groups(inner, least, most, follow, named)
        case Choice(branches):
            return _branches(branches, follow, named)
        case Row():
            return _row(part, follow, named)


def _characters(chars: frozenset[str], least: int, most: int | None, follow: frozenset[str], named: Named) -> list[str]:
    _apart(chars, follow)
    if (least, most) == (0, 1):
        return [f"if {_begins(chars, named)}:", "    rest = rest[1:]"]
    name = named(_text(chars))
    if most is None and least == 0:
        return [f"rest = rest.lstrip({name})"]
    if most is None and least == 1:
        return [f"if {_not_begins(chars, named)}:", "    return False", f"rest = rest.lstrip({name})"]
    count = f"len(rest) - len(after) == {least}" if least == most else f"{least} <= len(rest) - len(after) <= {most}"
    if most is None:
        raise UnfitError(name)
    negated = count.replace("==", "!=") if least == most else f"not {count}"
    return [f"after = rest.lstrip({name})", f"if {negated}:", "    return False", "rest = after"]


def _groups(inner: Part, least: int, most: int | None, follow: frozenset[str], named: Named) -> list[str]:
    chars, empty = first(inner)
    _apart(chars, follow)
    if empty:
        raise UnfitError(str(inner))
    body = _part(inner, follow | chars, named)
    begun = _begun(body, chars, named)
    if most is None:
        return [*body * least, f"while {_begins(chars, named)}:", *_deeper(begun)]
    optional: list[str] = []
    for _ in range(most - least):
        optional = [f"if {_begins(chars, named)}:", *_deeper([*begun, *optional])]
    return [*body * least, *optional]


def _branches(branches: tuple[Row, ...], follow: frozenset[str], named: Named) -> list[str]:
    lines: list[str] = []
    seen: frozenset[str] = frozenset()
    last = ["else:", "    return False"]
    for branch in branches:
        chars, empty = first(branch)
        _apart(chars, seen)
        seen |= chars
        if empty and branch.parts:
            raise UnfitError(str(branch))
        if empty:
            _apart(seen, follow)
            last = []
            continue
        word = "elif" if lines else "if"
        lines += [f"{word} {_begins(chars, named)}:", *_deeper(_begun(_row(branch, follow, named), chars, named))]
    return lines + last


def _begun(lines: list[str], chars: frozenset[str], named: Named) -> list[str]:
    """Without the test of the first character where it was made already."""
    return lines[2:] if lines[0] == f"if {_not_begins(chars, named)}:" else lines


def _apart(one: frozenset[str], other: frozenset[str]) -> None:
    if one & other:
        raise UnfitError("one character doesn't tell what comes next")


def _begins(chars: frozenset[str], named: Named) -> str:
    if len(chars) == 1:
        return f"rest[:1] == {quoted(min(chars))}"
    return f"rest and rest[0] in {named(_text(chars))}"


def _not_begins(chars: frozenset[str], named: Named) -> str:
    if len(chars) == 1:
        return f"rest[:1] != {quoted(min(chars))}"
    return f"not rest or rest[0] not in {named(_text(chars))}"


def _deeper(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _text(chars: frozenset[str]) -> str:
    return "".join(sorted(chars))
