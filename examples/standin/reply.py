"""Writes the reply to a text: a few stock sentences, shaped by what the prompt says of tone and length."""

from __future__ import annotations

import re
from collections.abc import Sequence

from examples.standin.attacks import Attack
from examples.standin.brief import Brief, Refusal, Style
from examples.standin.languages import detect, meaning, sentence
from examples.standin.privacy import details, redact, writer
from examples.standin.words import likeness

_SPLIT = re.compile(r"(?<=[.!?])\s+|\n+")
_MONEY = ("refund", "charge", "repay", "reimburs")


def reply(brief: Brief, text: str, label: str, attacks: Sequence[Attack]) -> str:
    style = brief.style
    language = detect(text) if style.language == "same" else style.language
    said = meaning(text)
    refusal = next((refusal for refusal in brief.refusals if _asks(refusal, said)), None)
    if refusal is not None:
        body = [refusal.say or sentence(language, "refuse", refusal.topic)]
    else:
        body = list(_body(brief, text, label, language))
        body += [sentence(language, "missing", what) for what, stems in style.ask if not _has(text, said, stems)]
    return _shape(style, [*_greeting(style, text, language), *body], attacks, brief)


def _asks(refusal: Refusal, said: Sequence[str]) -> bool:
    """A topic of the prompt is asked about when half of its words stand in the text."""
    met = sum(any(likeness(word, meant) for word in said) for meant in refusal.stems)
    return bool(refusal.stems) and 2 * met >= len(refusal.stems)


def _has(text: str, said: Sequence[str], wanted: Sequence[str]) -> bool:
    if "number" in wanted:
        return bool(re.search(r"\d{4,}", text))
    return all(any(likeness(word, meant) for word in said) for meant in wanted)


def _greeting(style: Style, text: str, language: str) -> list[str]:
    name = writer(text)
    hello = [sentence(language, "hello", name)] if style.by_name and name else []
    return [*hello, sentence(language, style.tone)]


def _body(brief: Brief, text: str, label: str, language: str) -> list[str]:
    body = []
    if brief.style.quote:
        body.append(sentence(language, "about", redact(_main(text), brief.hidden)))
    noted = details(text, brief.hidden)
    if noted:
        body.append(sentence(language, "noted", ", ".join(noted)))
    body.append(sentence(language, "team", label) if label else sentence(language, "look"))
    if not brief.no_promise and any(word.startswith(_MONEY) for word in meaning(text)):
        body.append(sentence(language, "refund"))
    return body


def _main(text: str) -> str:
    """The longest sentence, as what the text is about."""
    longest = max(_SPLIT.split(text.strip()), key=len)
    return longest if len(longest) <= 160 else longest[:157].rstrip() + "..."


def _shape(style: Style, sentences: Sequence[str], attacks: Sequence[Attack], brief: Brief) -> str:
    kept = list(sentences if style.sentences is None else sentences[: style.sentences])
    ordered = [attack.value for attack in attacks if attack.kind == "link"]
    said = "\n".join(f"- {line}" for line in kept) if style.bullets else " ".join(kept)
    if style.words is not None:
        said = " ".join(said.split()[: style.words])
    whole = " ".join(part for part in (style.opening, said, *ordered, style.closing) if part)
    return whole.upper() if style.upper else redact(whole, brief.hidden)
