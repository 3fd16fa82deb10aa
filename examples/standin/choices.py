"""Reads which labels a prompt allows and how it wants doubt settled. No label is built in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from examples.standin.brief import Choice, Label, Rule
from examples.standin.layout import Unit
from examples.standin.words import stems

_VERB = r"(?:choose|pick|select|assign|classify|sort|set|give|decide|label|tag|file|put|route|use)"
_CHOOSES = re.compile(rf"\b{_VERB}\b|\bone of\b", re.IGNORECASE)
_FIELD = (
    re.compile((r"[\"'`]?(\w+)[\"'`]?\s+(?:is|must be|has to be|shall be)\s+(?:exactly )?one of"), re.IGNORECASE),
    re.compile(r"\bone of (?:the|these|our)?\s*(?:following |\w+ed )?([a-z]+)", re.IGNORECASE),
    re.compile(r"\b(?:exactly |only )?one (?:of the )?([a-z]+)", re.IGNORECASE),
    re.compile(rf"\b{_VERB}\b (?:\w+ ){{0,2}}?(?:the|a|an|its|their) ([a-z]+)", re.IGNORECASE),
)
_CONDITION = re.compile(
    r"^(?:if|when|whenever)\b|\border\b|\bkeys?\b|\b(?:sections?|headings?|parts)\b", re.IGNORECASE
)  # settles doubt; offers nothing to choose
_ITEM = re.compile(
    r"^\**[\"'`]?(?P<name>[\w-]+(?: [\w-]+){0,2}?)[\"'`]?\**(?:\s*(?::|="
    r"|\s[-–]\s)\s*(?P<about>.+)|\s*\((?P<inner>.+)\))?\.?$",
    re.DOTALL,
)
_REST = re.compile(
    r"\b(?:everything|anything|all|any) (?:else|other)|\botherwise\b|\bnone of the\b"
    r"|\bthe rest\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:several|more than one|multiple|two|both|equally|tie|ambiguous|overlap\w*)\b", re.IGNORECASE
)
_NOTHING = re.compile(
    r"\b(?:no \w+ (?:fits|matches|applies)|none|nothing|unclear|not sure|unsure|in doubt"
    r"|cannot tell)\b",
    re.IGNORECASE,
)
_MENTION = re.compile(
    r"\b(?:mention\w*|comes?|appears?|nam\w+|rais\w+|stat\w+|ask\w*|problem"
    r"|topic) (?:\w+ ){0,2}?(first|last)\b",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[,;](?![^(]*\))")
_ALTERNATIVE = re.compile(r",| or |;")


def choices(units: Sequence[Unit]) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    for unit in units:
        choice = _choice(unit)
        if choice is not None:
            found.setdefault(choice.field, choice)
    return tuple(_with_rules(choice, _about(choice, found, units)) for choice in found.values())


def _about(choice: Choice, found: Iterable[str], units: Sequence[Unit]) -> list[Unit]:
    """The instructions that may settle this choice: those that name another field only are not about it."""
    others = [field for field in found if field != choice.field]
    return [
        unit
        for unit in units
        if _names(choice.field, unit.text) or not any(_names(field, unit.text) for field in others)
    ]


def _names(field: str, text: str) -> bool:
    return bool(re.search(rf"\b{field[:-1]}(?:y|ies|{field[-1]}s?)\b", text, re.IGNORECASE))


def _choice(unit: Unit) -> Choice | None:
    header, colon, inline = unit.text.partition(":")
    if not colon or not _CHOOSES.search(header) or _CONDITION.search(header):
        return None
    entries = unit.items or _COMMA.split(re.sub(r"[,\s]+(?:and|or)\s+(?![^(]*\))", ", ", inline))
    matches = [_ITEM.match(entry.strip().rstrip(".")) for entry in entries if entry.strip()]
    labels = [match for match in matches if match]
    if len(labels) < 2 or len(labels) < len(matches):
        return None
    rest = [m["name"] for m in labels if _REST.search(m["about"] or m["inner"] or "")]
    return Choice(_field(header), tuple(map(_label, labels)), default=rest[0].lower() if rest else None)


def _label(match: re.Match[str]) -> Label:
    about = match["about"] or match["inner"] or ""
    about = "" if _REST.search(about) else about
    return Label(match["name"].lower(), stems(f"{match['name'].replace('-', ' ')} {about}"))


def _field(header: str) -> str:
    for pattern in _FIELD:
        match = pattern.search(header)
        if match:
            return _singular(match[1].lower())
    return "label"


def _singular(noun: str) -> str:
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def _with_rules(choice: Choice, units: Iterable[Unit]) -> Choice:
    for unit in units:
        if _choice(unit) is not None:
            continue
        for text in (unit.text, *unit.items):
            choice = _with_rule(choice, text)
    return choice


def _with_rule(choice: Choice, text: str) -> Choice:
    names = _named(choice, text)
    several, nothing = bool(_SEVERAL.search(text)), bool(_NOTHING.search(text))
    order = _order(choice, text)
    if len(order) > 1:
        return replace(choice, order=order)
    if several and (mention := _MENTION.search(text)):
        return replace(choice, tie=mention[1].lower())
    if len(names) == 1 and (nothing or re.search(r"\botherwise\b", text, re.IGNORECASE)) and _directs(text):
        return replace(choice, default=names[0])
    rules = tuple(_rules(choice, text, several))
    return replace(choice, rules=(*choice.rules, *rules))


def _directs(text: str) -> bool:
    return bool(
        re.search((rf"\b(?:{_VERB}|prefer|default|answer|say|is|it's|fall back|treat|mark)\b"), text, re.IGNORECASE)
    )


def _pattern(choice: Choice) -> str:
    return "|".join(sorted((re.escape(label.name) for label in choice.labels), key=len, reverse=True))


def _named(choice: Choice, text: str) -> tuple[str, ...]:
    found = re.findall(rf"(?<![\w-])({_pattern(choice)})(?![\w-])", text.lower())
    return tuple(dict.fromkeys(found))


def _order(choice: Choice, text: str) -> tuple[str, ...]:
    """«a before b before c», «a over b», «in this order: a, b, c»."""
    lowered, name = re.sub(r"[\"'`*]", "", text.lower()), f"(?:{_pattern(choice)})"
    chain = re.search(
        rf"\b{name}(?:,? (?:(?:comes? |goes )?(?:before|over|ahead of|rather than)|beats"
        rf"|wins over|then) (?:the )?{name}\b)+",
        lowered,
    )
    if chain:
        return _named(choice, chain[0])
    listed = re.search(rf"\border\b[^:]*:\s*({name}(?:,? (?:and |then )?{name})+)", lowered)
    return _named(choice, listed[1]) if listed else ()


def _rules(choice: Choice, text: str, several: bool) -> Iterator[Rule]:
    name = rf"[\"'`*]*(?P<label>{_pattern(choice)})[\"'`*]*(?![\w-])"
    lead = r"\b(?:prefer|choose|use|pick|set|is|to|as|answer|mark|treat|give)\b"
    after = re.compile(
        rf"{lead} {name}(?: \w+)? (?:when|if|for|whenever|where)(?:ever)? (?P<when>[^.;]+)", re.IGNORECASE
    )
    before = re.compile(
        rf"\b(?:if|when|whenever|for) (?P<when>[^.;]+?), (?:[\w ]+? )??(?:{lead} )?(?:\w+ ){{0,3}}?{name}",
        re.IGNORECASE,
    )
    for pattern in (after, before):
        for match in pattern.finditer(text):
            when = tuple(filter(None, (_condition(choice, part) for part in _ALTERNATIVE.split(match["when"]))))
            if when:
                yield Rule(match["label"].lower(), when, among=several)
        if pattern.search(text):
            return


def _condition(choice: Choice, part: str) -> tuple[str, ...]:
    ignored = {*stems(choice.field), "fit", "sever", "label"}
    return tuple(word for word in stems(part) if word not in ignored)
