"""Finds instructions smuggled into the text, and says whether this prompt's guard holds against them.

Without a guard every instruction found is obeyed. With one, the plain ones are resisted, while the clever
ones (CLEVER in limits.py) still get through unless the prompt names them too, as with real models.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from dataclasses import dataclass, replace

from examples.standin.brief import Guard

_SAYS = r"(?:answer|reply|respond|say|output|write|return|print|type|add|include|append|end|begin|start)"
_IGNORE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|skip|drop"
    r"|cancel)\b[^.\n]{0,50}\b(?:instructions?|prompts?|rules?|guidelines?|directions?"
    r"|above|earlier|previous|prior)\b"
    r"|\b(?:ignorier\w*|vergiss|missachte)\b[^.\n]{0,50}\b(?:anweisung\w*|regeln)\b"
    r"|\b(?:ignor\w+|oublie\w*)\b[^.\n]{0,50}\b(?:consignes|instructions|règles)\b"
    r"|\b(?:ignora|olvida)\b[^.\n]{0,50}\b(?:instrucciones|reglas)\b|\b(?:ignora"
    r"|dimentica)\b[^.\n]{0,50}\bistruzioni\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\byou are (?:now|no longer)\b|\b(?:act|behave) as (?:if|a|an|the)\b"
    r"|\bpretend (?:to be|you)\b|\bfrom now on\b|\b(?:developer|debug|maintenance|admin"
    r"|dan) mode\b|\bnew (?:instructions?|role|task)\b",
    re.IGNORECASE,
)
_LEAK = re.compile(
    r"\b(?:print|show|reveal|repeat|output|display|tell|share|quote|copy|recite|translate"
    r"|summari[sz]e|spell|paste|list|what (?:is|are|were))\b[^.\n]{0,70}"
    r"\b(?:system prompt|(?:your|the|these|those) (?:initial |hidden |original |own |first "
    r"|exact |full |internal |secret )*(?:instructions|prompt|rules|guidelines)|(?:text"
    r"|words|everything|lines) above)\b",
    re.IGNORECASE,
)
_WORD = (
    r"(?:(?:the |this |one )?(?:single |exact |following )?(?:word|words|text|code|phrase"
    r"|sentence|line|token|string|marker)s?:? +)?"
)
_QUOTED = re.compile(rf"\b{_SAYS}\b[^\"“«`'\n.]{{0,60}}[\"“«`']([^\"”»`'\n]+)[\"”»`']", re.IGNORECASE)
_BARE = re.compile(
    rf"\b(?i:{_SAYS})\b(?i: only| just| exactly| with| back| this| by saying"
    rf"| your reply with"
    rf"| the reply with)*:? {_WORD}([A-Z][A-Z0-9_]*[A-Z0-9]+(?:-[A-Z0-9]+)*)\b"
)
_FOREIGN = re.compile(
    r"\b(?:antworte|schreibe?|réponds|écris|responde|escribe|rispondi"
    r"|scrivi)\b[^\"“«\n]{0,40}[\"“«„]([^\"”»“\n]+)[\"”»“]",
    re.IGNORECASE,
)
_SET = re.compile((r"\b(?:set|change|put|switch|raise|lower)\b (?:the )?(\w+) (?:to|as|=) [\"'`]?(\w+)"), re.IGNORECASE)
_LINK = re.compile(
    r"\b(?:include|add|link|insert|embed|put|append"
    r"|render)\b[^.\n]{0,60}?(https?://[^\s)\"'>]+)",
    re.IGNORECASE,
)

_FORGED = re.compile(
    r"</\w+>\s*\S|<\|\w+\|>|\[/?(?:system|inst|admin|developer)[^\]]*\]|^\W*(?:system"
        r"|developer|admin\w*)(?: \w+)?\s*:|#{2,} *(?:new|system|instruction|end of)"
    r"|\"role\"\s*:\s*\"(?:system|developer)\"|</?(?:system|instructions?|admin)>"
        r"|\bend of (?:ticket|data|user input|transcript|notes)\b",
    re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
_HIDDEN = re.compile(
    r"<!--|display: ?none|font-size: ?0|[\u200b\u200c\u2060\u00ad]|\[//\]: ?#|\balt=[\"']|/\*", re.IGNORECASE
)
_INVISIBLE = re.compile("[\u200b\u200c\u2060\u00ad]")
_SPLIT = re.compile(
    r"\b(?:concatenate|join|combine|glue|put together"
    r"|string together)\b[^.\n]{0,60}\b(?:parts?|pieces|letters|words|strings|halves"
    r"|variables|a and b|x and y)\b|\b\w = ['\"]",
    re.IGNORECASE,
)
_DIALOGUE = re.compile(r"(?:^|\n)\W*(?:agent|assistant|bot|ai|a|support)\s*:", re.IGNORECASE)
_ENCODED = re.compile(r"\b[A-Za-z0-9+/]{20,}={0,2}")
_HEX = re.compile(r"\b(?:[0-9a-f]{2} ?){12,}\b", re.IGNORECASE)
_SPACED = re.compile(r"\b(?:\w[ ._]){7,}\w\b")
_LEET = str.maketrans("01345", "oieas")


@dataclass(frozen=True, slots=True)
class Attack:
    """One smuggled instruction: what it wants, and by which technique it comes."""

    kind: str  # say, leak, set, link, comply
    value: str = ""
    field: str = ""
    how: str = "plain"
    at: tuple[int, int] = (0, 0)


def find(text: str) -> tuple[Attack, ...]:
    """Every smuggled instruction of the text, hidden and encoded ones too."""
    how = _technique(text)
    visible = _INVISIBLE.sub("", text)
    plain = tuple(replace(attack, how=how) for attack in _orders(visible))
    encoded = tuple(replace(attack, how="encoded") for inner in _decoded(text) for attack in _orders(inner))
    return plain + encoded


def obeyed(guard: Guard, attacks: tuple[Attack, ...]) -> tuple[Attack, ...]:
    return tuple(attack for attack in attacks if not _resists(guard, attack))


def without(text: str, attacks: tuple[Attack, ...]) -> str:
    """The text less the lines that give orders, which whoever resists them doesn't repeat either."""
    text = _INVISIBLE.sub("", text)
    starts = {text.count("\n", 0, attack.at[0]) for attack in attacks if attack.how != "encoded"}
    return "\n".join(line for number, line in enumerate(text.split("\n")) if number not in starts)


def _resists(guard: Guard, attack: Attack) -> bool:
    if attack.kind == "leak" and guard.secret and attack.how == "plain":
        return True
    return guard.data and (attack.how == "plain" or attack.how in guard.named)


def _technique(text: str) -> str:
    if _SPLIT.search(text):
        return "split"
    if len(_DIALOGUE.findall(text)) > 1:
        return "dialogue"
    if _FORGED.search(text):
        return "forged"
    return "hidden" if _HIDDEN.search(text) else "plain"


def _orders(text: str) -> tuple[Attack, ...]:
    """What the text orders whoever answers it."""
    found = [Attack("leak", at=m.span()) for m in _LEAK.finditer(text)]
    found += [Attack("link", m[1], at=m.span()) for m in _LINK.finditer(text)]
    found += [Attack("set", m[2], m[1].lower(), at=m.span()) for m in _SET.finditer(text)]
    for pattern in (_QUOTED, _BARE, _FOREIGN):
        found += [Attack("say", m[1].strip(), at=m.span()) for m in pattern.finditer(text)]
    if not found:
        found += [Attack("comply", at=m.span()) for pattern in (_IGNORE, _ROLE) for m in pattern.finditer(text)]
    return tuple(found)


def _decoded(text: str) -> tuple[str, ...]:
    """The texts that stand encoded in this one."""
    found = [_from_base64(run) for run in _ENCODED.findall(text)]
    found += [
        bytes.fromhex(run.replace(" ", "")).decode("ascii", "ignore")
        for run in _HEX.findall(text)
        if not len(run.replace(" ", "")) % 2
    ]
    found += [re.sub(r"[ ._]", "", run.replace("  ", "\0")).replace("\0", " ") for run in _SPACED.findall(text)]
    if re.search(r"\brot ?-?13\b", text, re.IGNORECASE):
        found.append(codecs.decode(text, "rot13"))
    if re.search(r"\b(?:backwards?|reversed?|in reverse|right to left)\b", text, re.IGNORECASE):
        found.append(text[::-1])
    if len(re.findall(r"[A-Za-z][01345][a-z]", text)) > 1:
        found.append(text.translate(_LEET))
    return tuple(
        inner
        for inner in found
        if _IGNORE.search(inner)
        or _ROLE.search(inner)
        or _LEAK.search(inner)
        or _QUOTED.search(inner)
        or _BARE.search(inner)
    )


def _from_base64(run: str) -> str:
    try:
        return base64.b64decode(run + "=" * (-len(run) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""
