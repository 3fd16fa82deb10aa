"""What a text claims, as far as its words show: sentences with their content words, numbers, names and quotations.

Lexical only. It doesn't know what a sentence means, and a negation is a word like another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from placet.record import record
from placet.scorers.said import unmasked

#: Words that say nothing of what a sentence is about.
_COMMON = (
    "a about above according after again all also although always am an and another any anyone anything are as at "
    "available based be because been before being below between both but by can cannot certainly context could "
    "course did do document documents does doing done down during each either else etc even every few following "
    "for from further get given gives had has have having he hello her here hers herself him himself his hope how "
    "however i if in indeed information instead into is it its itself just least let like made make many may me "
    "mentioned might more most much must my myself neither no nor not now of off often on once one only onto or "
    "other others our ours out over own per please provided quite rather really same says she should since so "
    "some sorry source sources stated states such sure text than thank thanks that the their theirs them then "
    "there therefore these they this those though through thus to too under until up upon us very via was we well "
    "were what when where whether which while who whom whose why will with within without would yes yet you your "
    "yours yourself"
)
COMMON = frozenset(_COMMON.split())

_END = re.compile(r"(?<=[.!?])[\"')\]”\u2019]*\s+|\n+")  # noqa: TID251 - our own pattern, linear
#: Signs belong to a word between digits alone (`1,250.00`, `12:30`, `2026-11-20`), an apostrophe between letters.
_WORD = re.compile(r"[^\W_]+(?:(?:['\u2019](?=[^\W\d_])|(?<=\d)[.,:/-](?=\d))[^\W_]+)*")  # noqa: TID251 - our own, linear
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")  # noqa: TID251 - our own pattern, linear
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»\n]{1,500})[\"”“»]")  # noqa: TID251 - our own pattern, linear
_SUFFIXES = ("'s", "ies", "ing", "ed", "es", "s", "y", "e")


@record
class Claim:
    """One sentence. A source must have all of `exact` and of `quotes`, and a share of `words`."""

    text: str
    words: frozenset[str]
    exact: frozenset[str]  # numbers and names
    quotes: tuple[str, ...]


@record
class Source:
    words: frozenset[str]
    running: str

    @classmethod
    def of(cls, text: str) -> Source:
        plain = unmasked(text)
        forms = (_form(word) for word in words_of(plain))
        return cls(frozenset(form if _is_number(form) else stem(form) for form in forms), running(plain))


def claims_of(text: str) -> Iterator[Claim]:
    """The sentences that say something: at least two content words, a number or a quotation."""
    for sentence in _END.split(unmasked(text)):
        claim = _claim(sentence.strip(" \t#*->•"))
        if len(claim.words) > 1 or claim.exact or claim.quotes:
            yield claim


def support(claim: Claim, source: Source) -> float:
    """The share of the claim's words that the source has; 0 when it lacks a number, a name or a quotation of it."""
    if not claim.exact <= source.words or any(quote not in source.running for quote in claim.quotes):
        return 0.0
    return len(claim.words & source.words) / len(claim.words) if claim.words else 1.0


def words_of(text: str) -> list[str]:
    return _WORD.findall(text)


def running(text: str) -> str:
    """Words alone, so that line breaks, signs and capitals don't tell two quotations apart."""
    return f" {' '.join(_form(word) for word in words_of(text))} "


def _claim(sentence: str) -> Claim:
    words: set[str] = set()
    exact: set[str] = set()
    for place, word in enumerate(words_of(sentence)):
        form = _form(word)
        if _is_number(form):
            exact.add(form)
        elif form not in COMMON and len(form) > 2:
            (exact if place and word[0].isupper() else words).add(stem(form))
    quotes = (running(quote) for quote in _QUOTED.findall(sentence))
    return Claim(sentence, frozenset(words), frozenset(exact), tuple(quote for quote in quotes if quote.count(" ") > 2))


def stem(word: str) -> str:
    """The word without one common ending: `orders`, `ordered` and `ordering` are `order`. Rough on purpose."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word.removesuffix(suffix)
    return word


def _form(word: str) -> str:
    """Case and the kind of apostrophe mean nothing; `1,250.00`, `1250.0` and `1250` are one number."""
    folded = word.casefold().replace("\u2019", "'")
    if not _is_number(folded):
        return folded
    whole, dot, fraction = _THOUSANDS.sub("", folded).partition(".")
    kept = fraction.rstrip("0") if fraction.isdigit() else fraction
    return f"{whole}{dot}{kept}" if kept else whole


def _is_number(word: str) -> bool:
    return any(char.isdigit() for char in word)
