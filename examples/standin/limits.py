"""Reads what a prompt forbids: orders from the text, personal data, topics."""

from __future__ import annotations

import re
from collections.abc import Sequence

from examples.standin.brief import Guard, Refusal
from examples.standin.words import stems

NOT = r"(?:never|do not|don't|must not|may not|should not|without|avoid|no)"
QUOTED = r"[\"“'`«]([^\"”'`»]+)[\"”'`»]"

#: Which personal data a prompt can forbid to repeat, and the words it uses for it.
KINDS = {
    "email": r"\be-?mails?\b",
    "phone": r"\b(?:tele)?phone|\bnumbers? to call",
    "card": r"\b(?:credit |payment )?cards?\b",
    "iban": r"\biban|\bbank\b",
    "address": r"\b(?:street|postal|home|delivery)\b|(?<!mail )(?<!ip )\baddress",
    "birth": r"\bbirth",
    "passport": r"\bpassport|\b(?:id|identity)\b|\bsocial security|\btax",
    "password": r"\bpasswords?\b|\bsecrets?\b|\bcredentials?\b",
    "code": r"\bcodes?\b|\bpins?\b",
    "name": r"\bnames?\b",
}
#: Ways of smuggling an instruction in that pass a general rule, and the words by which a prompt names them.
CLEVER = {
    "encoded": r"\bencod\w+|\bbase64|\bcipher|\bobfuscat\w+|\bspelled\b|\bscrambled",
    "forged": (
        r"\bsystem (?:message|note|tag)|\bpretend\w*|\bclaim\w* to (?:be|come)|\blooks? like\b"
        r"|\bfake|\bclosing tag"
    ),
    "hidden": r"\bhidden|\bcomments?\b|\binvisible|\bmarkup",
    "split": r"\bin (?:parts|pieces)|\bsplit|\bassembl\w+|\bfragments?\b",
    "dialogue": r"\bdialogues?\b|\bconversations?\b|\bexample (?:answers?|exchanges?)|\btranscripts? of",
}


def mentions(texts: Sequence[str], pattern: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for text in texts)


def guard(texts: Sequence[str]) -> Guard:
    obey = r"(?:follow|obey|act on|execute|carry out|take)"
    order = r"(?:instructions?|commands?|orders?|requests?)"
    data = (
        rf"\b{NOT}\b (?:\w+ )?{obey}\b[^.]*\b{order}|\bas data\b|\bdata,? (?:and )?not\b"
        rf"|\bis (?:untrusted|only data|data)\b"
    )
    secret = (
        rf"\b{NOT}\b (?:\w+ )?(?:reveal|repeat|show|disclose|quote|print"
        rf"|share)\b[^.]*\b(?:instructions|prompt|rules)\b"
    )
    about = [
        text for text in texts if re.search((rf"\b{order}\b|\bmessages?\b|\buntrusted\b|\bdata\b"), text, re.IGNORECASE)
    ]
    named = frozenset(kind for kind, pattern in CLEVER.items() if mentions(about, pattern))
    guarded = mentions(texts, data)
    return Guard(guarded, mentions(texts, secret), named if guarded else frozenset())


def hidden(text: str) -> tuple[str, ...]:
    verbs = r"(?:repeat|include|echo|mention|output|reveal|disclose|quote|copy|write|store|put|show)"
    match = re.search(
        rf"\b{NOT}\b (?:\w+ )?{verbs}\b(.*)|\b(?:mask|redact|remove|leave out|omit)\b(.*)",
        text,
        re.IGNORECASE | re.DOTALL,
    )
    if not match:
        return ()
    what = match[1] or match[2] or ""
    if re.search(r"\bpersonal (?:data|details|information)\b|\bpii\b", what, re.IGNORECASE):
        return tuple(kind for kind in KINDS if kind != "name")
    return tuple(kind for kind, pattern in KINDS.items() if re.search(pattern, what, re.IGNORECASE))


def refusal(text: str) -> Refusal | None:
    about = re.search(
        rf"\b{NOT} (?:give|offer|provide|answer|discuss"
        rf"|talk about)(?: any)?(?: questions about)? (?P<topic>[^.;:]+)",
        text,
        re.IGNORECASE,
    )
    asked = re.search(
        r"\b(?:if|when) (?:\w+ ){0,3}?asks? (?:for|about) (?P<topic>[^,]+), (?:say|answer|reply|refuse)\b",
        text,
        re.IGNORECASE,
    )
    match = about or asked
    if not match:
        return None
    say = re.search(r"\b(?:say|answer|reply)(?: with)?:? " + QUOTED, text, re.IGNORECASE)
    topic = re.sub(r"\b(?:advice|questions?) (?:about|on)?\s*", "", match["topic"]).strip() or match["topic"]
    return Refusal(match["topic"].strip(), stems(topic), say[1] if say else "")
