"""What is to be said on a pull request, as a value that one job can hand to another.

Pure. A post travels as JSON from the job that evaluates to the job that may write, so reading one trusts nothing: sizes
and shapes are checked, and it can say only what a post can say.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from placet.decision import Answer
from placet.errors import PlacetError
from placet.record import as_dict
from placet_bot.events import is_commit

VERSION = 1
LARGEST = 4 * 2**20
#: GitHub takes 65,536 characters in a comment and 65,535 in a summary.
LONGEST_TEXT = 60_000
LONGEST_TITLE = 200
MOST_ANNOTATIONS = 500
LEVELS = ("failure", "warning")


@dataclass(frozen=True, slots=True)
class Annotation:
    """A finding at its place. Columns count from 1, as findings' do."""

    path: str
    line: int
    column: int
    width: int
    level: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Post:
    """`text` is the explanation in Markdown, for the check's summary and the comment.

    `opens_comment` says whether a pull request without a comment of ours gets one.
    """

    head: str
    check: str
    answer: Answer
    title: str
    text: str
    opens_comment: bool
    annotations: tuple[Annotation, ...] = ()


def as_json(post: Post) -> bytes:
    return json.dumps({"version": VERSION, **as_dict(post)}, ensure_ascii=False).encode("utf-8", "replace")


def from_json(body: bytes) -> Post:
    """The post in `body`. Raises PlacetError for anything else."""
    if len(body) > LARGEST:
        raise _unreadable("it is too large")
    try:
        values = json.loads(body)
        return _post(values)
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
        raise _unreadable("it isn't of the form that `placet bot evaluate` writes") from None


def _post(values: dict[str, Any]) -> Post:
    if values.pop("version") != VERSION:
        raise _unreadable("another version of placet wrote it")
    notes = tuple(_annotation(note) for note in values.pop("annotations"))
    post = Post(**{**values, "answer": Answer(values["answer"]), "annotations": notes})
    _demand(is_commit(post.head) and isinstance(post.opens_comment, bool))
    _demand(_is_text(post.check, LONGEST_TITLE * 2) and _is_text(post.title, LONGEST_TITLE))
    _demand(_is_text(post.text, LONGEST_TEXT) and len(notes) <= MOST_ANNOTATIONS)
    return post


def _annotation(values: dict[str, Any]) -> Annotation:
    note = Annotation(**values)
    _demand(all(type(number) is int and 0 < number < 2**31 for number in (note.line, note.column, note.width)))
    _demand(note.level in LEVELS and _is_text(note.path, 4096))
    _demand(_is_text(note.title, LONGEST_TITLE) and _is_text(note.message, LONGEST_TEXT))
    return note


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest


def _demand(holds: bool) -> None:
    if not holds:
        raise ValueError


def _unreadable(why: str) -> PlacetError:
    return PlacetError(f"the evaluation's result can't be used: {why}", help="run the whole workflow again")
