"""What bodies of every wire have in common: JSON, bounded words about what is wrong, and counts. Pure.

The body is untrusted: all it holds gives a value or a name. Never guesses: a count that isn't one is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn

LONGEST_DETAIL = 300
_LARGEST_COUNT = 2**53


class BadAnswerError(ValueError):
    """The body isn't what the wire answers with; the message says why."""


def document_of(body: bytes, content_type: str | None, hide: Callable[[str], str]) -> Any:
    """The JSON in `body`."""
    kind = hide(content_type or "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise BadAnswerError(f"{one_line(kind)} instead of JSON: {message_of(body, hide)}")
    try:
        return _decoded(body.decode())
    except UnicodeDecodeError:
        raise BadAnswerError("the answer is not valid UTF-8") from None
    except RecursionError:
        raise BadAnswerError("the answer is nested too deeply") from None
    except ValueError:
        raise BadAnswerError(f"the answer is not JSON: {message_of(body, hide) or 'it is empty'}") from None


def message_of(body: bytes, hide: Callable[[str], str]) -> str:
    """What a body that is no answer says about itself: its error message, else how it begins."""
    try:
        document = json.loads(body.decode())
        error = document.get("error", document)
        said = error.get("message") if isinstance(error, dict) else error
    except (ValueError, AttributeError, RecursionError):
        said = None
    whole = said if isinstance(said, str) else body.decode(errors="replace")
    return one_line(hide(whole))  # before it is cut: half a credential wouldn't be recognised


def one_line(text: str) -> str:
    """Text of a server as part of a message: one line, no control characters, not long."""
    if len(text) <= LONGEST_DETAIL and text.isprintable():
        return " ".join(text.split())
    clean = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * LONGEST_DETAIL]).split())
    return clean if len(clean) <= LONGEST_DETAIL else clean[: LONGEST_DETAIL - 1] + "…"


def mapping(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadAnswerError(f"{what} is not a JSON object")
    return value


def sound(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadAnswerError("the text holds half of a surrogate pair, which is not a character") from None
    return text


def count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < _LARGEST_COUNT else None


def _not_a_number(text: str) -> NoReturn:
    raise ValueError(text)


_decoded = json.JSONDecoder(parse_constant=_not_a_number).decode
