"""Finds personal data in a text, and takes out the kinds that a prompt forbids to repeat."""

from __future__ import annotations

import re
from collections.abc import Collection

PATTERNS = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"),
    "card": re.compile(r"\b\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}\b|\b\d{4}[ -]\d{6}[ -]\d{5}\b"),
    "birth": re.compile(r"\b(?:\d{1,2}[./]\d{1,2}[./](?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})\b"),
    "phone": re.compile(r"(?<![\w.])(?:\+\d{1,3}[ /-]?|0)(?:\(?\d{1,5}\)?[ /-]?){2,5}\d{2,}\b"),
    "passport": re.compile(r"\b(?:\d{3}-\d{2}-\d{4}|[A-Z]{1,2}\d{6,8}[A-Z]?|\d{2} \d{3} \d{3} \d{3})\b"),
    "address": re.compile(
        r"\b\d{1,4},? (?:rue|avenue|boulevard|place) (?:d[eu]s? |la |l')*[A-ZÀ-Ý][\w'-]+"
        r"|\b\d{1,4} (?:[A-Z]\w+ ){1,3}(?:Street|Road|Lane|Avenue|Drive|Close|Way)\b"
        r"|\b[A-ZÄÖÜ]\w*(?:straße|strasse|weg|gasse|platz|allee) \d{1,4}\w?\b|\b(?:Calle"
        r"|Avenida) [A-Z]\w+(?: \w+)*,? \d{1,4}\b"
    ),
    "password": re.compile(
        r"(?i:\b(?:password|passwort|mot de passe|contraseña)(?:(?: is| ist| est| es)\b"
        r"|:)+ *)[\"'“]?(\S+?)[\"'”]?(?=[.,;]?(?:\s|$))"
    ),
    "code": re.compile(r"(?i:\b(?:code|pin)(?:(?: is| ist)\b|:)* *)(\d{4,8})\b"),
}  # fmt: skip


def details(text: str, hidden: Collection[str] = ()) -> tuple[str, ...]:
    """The personal data in a text, as a model would repeat it, but for the hidden kinds."""
    found: list[str] = []
    for kind, pattern in PATTERNS.items():
        for match in pattern.finditer(text):
            value = match[match.lastindex or 0]
            text = text.replace(value, " " * len(value))
            if kind not in hidden:
                found.append(value)
    return tuple(dict.fromkeys(found))


def redact(text: str, hidden: Collection[str]) -> str:
    for kind in PATTERNS:
        if kind in hidden:
            text = PATTERNS[kind].sub("[removed]", text)
    return text


_NAMED = re.compile(
    r"(?i:my name is|i am called|ich heiße|je m'appelle|me llamo) ([A-Z]\w+)"
    r"|(?i:regards|best|thanks|cheers|grüße|cordialement|saludos),?\s*\n\s*([A-Z]\w+)"
)


def writer(text: str) -> str:
    match = _NAMED.search(text)
    return (match[1] or match[2]) if match else ""
