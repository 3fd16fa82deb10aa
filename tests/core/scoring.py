"""Score one text in one line, for tests of scorers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.scorers import Output, Scorer, build

MEGABYTE = 1_000_000
#: What a model may send to make a scorer slow: long runs of what scorers look for.
HOSTILE: Mapping[str, str] = {
    "one letter": "a" * MEGABYTE,
    "white space": " \n" * (MEGABYTE // 2),
    "digits": "4" * MEGABYTE,
    "digits apart": "4 " * (MEGABYTE // 2),
    "at signs": "a@" * (MEGABYTE // 2),
    "addresses": "a@b.co " * (MEGABYTE // 7),
    "colons": "a:" * (MEGABYTE // 2),
    "accounts": "DE89 " * (MEGABYTE // 5),
    "words": "word " * (MEGABYTE // 5),
    "sentences": "He Is 1 Up. " * (MEGABYTE // 12),
    "quotation marks": '"' * MEGABYTE,
    "quotations": '"one two three" ' * (MEGABYTE // 16),
    "brackets": "[" * MEGABYTE,
    "citations": "[1] " * (MEGABYTE // 4),
    "open objects": '{"a":' * (MEGABYTE // 5),
    "a list": "[" + "1," * (MEGABYTE // 2 - 2) + "1]",
    "objects": "[" + '{"a":1},' * (MEGABYTE // 8 - 2) + '{"a":1}]',
    "percent signs": "%25" * (MEGABYTE // 3),
    "entities": "&#" * (MEGABYTE // 2),
    "escapes": "\\u0041" * (MEGABYTE // 6),
    "invisible signs": "\u200b" * MEGABYTE,
    "wide letters": "\uff41" * MEGABYTE,
    "half surrogate pairs": "\ud800" * MEGABYTE,
    "beginnings of refusals": "i can " * (MEGABYTE // 6),
}


def scorer(type: str, parameters: Mapping[str, Any]) -> Scorer:  # noqa: A002
    return build(ScorerSpec("it", type, parameters))


def score(type: str, parameters: Mapping[str, Any], text: str, **variables: str) -> Score:  # noqa: A002
    return scorer(type, parameters)(Output(text), variables)
