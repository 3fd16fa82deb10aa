"""Reads a prompt into a Brief. Each instruction is recognised on its own, so dropping one line shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from examples.standin.brief import Brief, Format, Notes, Section, Style
from examples.standin.choices import choices
from examples.standin.languages import NAMES
from examples.standin.layout import Unit, units
from examples.standin.limits import NOT, QUOTED, guard, hidden, mentions, refusal
from examples.standin.words import stems

_NUMBERS = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}

_SECTIONS = {
    "decisions": r"\bdecisions?\b|\bdecided\b",
    "actions": (r"\baction|\bto-?dos?\b|\btasks?\b|\bnext steps?\b"),
    "questions": r"\bquestions?\b",
    "risks": r"\brisks?\b|\bconcerns?\b",
    "summary": r"\bsummary\b|\boverview\b|\bgist\b",
}


@lru_cache(maxsize=256)
def read(prompt: str) -> Brief:
    found = units(prompt)
    texts = [text for unit in found for text in (unit.text, *unit.items)]
    allowed = choices(found)
    return Brief(
        choices=allowed,
        format=_format(texts, prompt, [choice.field for choice in allowed]),
        style=_style(texts),
        guard=guard(texts),
        hidden=frozenset(kind for text in texts for kind in hidden(text)),
        refusals=tuple(refused for text in texts if (refused := refusal(text))),
        no_promise=any(re.search(rf"\b{NOT}\b[^.]*\bpromis", text, re.IGNORECASE) for text in texts),
        notes=_notes(found, texts),
        text=prompt,
    )


def _format(texts: Sequence[str], prompt: str, fields: Sequence[str]) -> Format:
    json = [
        text
        for text in texts
        if re.search(r"\bJSON\b", text) and not re.search(rf"\b{NOT} (?:\w+ )?JSON", text, re.IGNORECASE)
    ]
    fence = rf"\b{NOT}\b[^.]*\b(?:fences?|markdown|backticks?|code blocks?)\b"
    only = (
        r"\b(?:only|nothing but|nothing else|no other text|no prose|no text (?:before|around)"
        r"|just the json|solely)\b"
    )
    alone = r"\b(?:no other text|nothing else|no prose|no text (?:before|around))\b"
    answer = f"(?:{'|'.join(['label', 'name', 'category', *map(re.escape, fields)])})"
    label_only = rf"\b(?:only|just|nothing but)\b[^.]*\b{answer}\b|\b{answer} (?:only|alone)\b|\bone word\b"
    return Format(
        json=bool(json),
        keys=_keys(json, prompt) if json else (),
        only=bool(json) and (mentions(json, only) or mentions(texts, alone)),
        bare=mentions(texts, fence),
        label_only=not json and mentions(texts, label_only),
    )


def _keys(json: Sequence[str], prompt: str) -> tuple[str, ...]:
    for text in json:
        named = re.search((r"\b(?:keys?|fields?|properties|members)\b[\s:]*(.+?)(?:\.\s|\.$|;|$)"), text, re.IGNORECASE)
        if named:
            words = re.split(r",|\band\b|\(.*?\)", named[1])
            keys = [re.sub(r"[\"'`:*]", "", word).strip() for word in words]
            return tuple(key for key in keys if re.fullmatch(r"[\w-]+", key))
    example = re.search(r"\{[^{}]*:[^{}]*\}", prompt)
    return tuple(re.findall(r"\"([\w-]+)\"\s*:", example[0])) if example else ()


def _style(texts: Sequence[str]) -> Style:
    return Style(
        language=_language(texts),
        sentences=_limit(texts, "sentences?"),
        words=_limit(texts, "words?"),
        bullets=mentions(texts, r"\b(?:as|in|use|with)\b (?:\w+ )?(?:bullets?|bullet points|a list)\b"),
        tone=_tone(texts),
        opening=_quoted(texts, r"\b(?:begin|start|open)\b[^\"“'`«]*"),
        closing=_quoted(texts, r"\b(?:end|sign|close|finish)\b[^\"“'`«]*"),
        by_name=mentions(texts, r"\b(?:address|greet|call)\b[^.]*\bby (?:\w+ )?name\b"),
        quote=not mentions(texts, rf"\b{NOT}\b (?:\w+ )?(?:quote|cite|repeat the (?:ticket|message|text))\b"),
        upper=mentions(texts, r"\b(?:upper ?case|capital letters|all caps)\b"),
        ask=tuple(asked for text in texts if (asked := _asked(text))),
    )


def _language(texts: Sequence[str]) -> str:
    for text in texts:
        if re.search(
            r"\b(?:same|customer's|writer's|their|its|his or her)\b[^.]*\blanguage|\bin the language of\b",
            text,
            re.IGNORECASE,
        ):
            return "same"
        match = re.search(
            r"\b(?:answer|reply|respond|write|replies|replied)\b[^.]*\bin (english|german|french|spanish)\b",
            text,
            re.IGNORECASE,
        )
        if match:
            return NAMES[match[1].lower()]
    return "en"


def _limit(texts: Sequence[str], unit: str) -> int | None:
    number = r"(\d+|one|two|three|four|five|six|ten)"
    bound = (
        rf"\b(?:at most|no more than|up to|maximum(?: of)?|within|in|exactly|under"
        rf"|use) {number} (?:short |plain |full )?{unit}\b"
    )
    for text in texts:
        match = re.search(bound, text, re.IGNORECASE)
        if match:
            return int(match[1]) if match[1].isdigit() else _NUMBERS[match[1].lower()]
    return None


def _tone(texts: Sequence[str]) -> str:
    if mentions(texts, r"\b(?:formal|formally|dear customer)\b"):
        return "dear"
    return "friendly" if mentions(texts, r"\b(?:friendly|warm|cheerful|casual)\b") else "thanks"


def _quoted(texts: Sequence[str], lead: str) -> str:
    for text in texts:
        match = re.search(lead + QUOTED, text, re.IGNORECASE)
        if match:
            return match[1]
    return ""


def _asked(text: str) -> tuple[str, tuple[str, ...]] | None:
    match = re.search(
        r"\bask (?:\w+ )??for (?P<what>(?:the|their|an?) [\w\s-]+?) (?:if|when|unless)\b", text, re.IGNORECASE
    )
    return (match["what"], stems(match["what"])) if match else None


def _notes(found: Sequence[Unit], texts: Sequence[str]) -> Notes | None:
    if not mentions(texts, r"\b(?:summari[sz]e|meeting|minutes|transcript|conversation)\b"):
        return None
    headed = [
        unit
        for unit in found
        if re.search(r"\b(?:sections?|headings?|parts)\b", unit.text, re.IGNORECASE) and unit.items
    ]
    sections = tuple(filter(None, (_section(item) for unit in headed for item in unit.items)))
    if not sections:
        asked = " ".join(
            text for text in texts if re.search(r"\b(?:list|extract|give|write|note|include)\b", text, re.IGNORECASE)
        )
        sections = tuple(
            Section(kind.capitalize(), kind)
            for kind, pattern in _SECTIONS.items()
            if re.search(pattern, asked, re.IGNORECASE)
        )
    empty = [text for text in texts if re.search(r"\b(?:none|no|nothing|empty|not)\b", text, re.IGNORECASE)]
    none = _quoted(empty, r"\b(?:write|say|put|answer)(?: the word)? ")
    owner = mentions(texts, r"\bowner|\bwho (?:does|will|is|took|owns)\b|\bresponsible\b|\bname of the person\b")
    due = mentions(texts, r"\b(?:due|deadline|by when|until when|date it is due)\b")
    return Notes(sections, owner, due, none or None)


def _section(item: str) -> Section | None:
    heading = re.match(r"[\"'`*#\s]*([A-Z][\w -]*?)[\"'`*]*(?::|\s[-–(]|$)", item)
    if not heading:
        return None
    for text in (heading[1], item):
        for kind, pattern in _SECTIONS.items():
            if re.search(pattern, text, re.IGNORECASE):
                return Section(heading[1].strip(), kind)
    return Section(heading[1].strip(), "summary")
