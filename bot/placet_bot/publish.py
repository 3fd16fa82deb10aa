"""Says it on the pull request: one check run and one comment.

It never speaks for a head or a base that the pull request has left: both are read again just before anything is
written. What is said was decided before; nothing here looks at a review.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import Any

from placet.decision import Answer
from placet.errors import PlacetError
from placet_bot.environment import Environment
from placet_bot.github import Check, DeniedError, GitHub
from placet_bot.post import Annotation, Post

#: First thing in our comment. Anybody can write it, so it counts only in a comment of our own App.
MARKER = "<!-- placet:review -->"
#: GitHub takes no more annotations in one request; each further one appends.
_BATCH = 50

_STARTED = {"title": "Evaluating", "summary": "The change is being planned, evaluated and judged."}
_LEFT = {
    "title": "Superseded: the pull request has moved on",
    "summary": "Head or base changed, or it was closed, while this commit was evaluated. There is no verdict on it.",
}
#: `neutral` and `skipped` would satisfy a required check, so nothing ever ends with them.
_CONCLUSION = {Answer.PLACET: "success", Answer.NON_PLACET: "failure", Answer.ERROR: "failure"}

Say = Callable[[str], None]


class Published(Enum):
    POSTED = auto()
    SUPERSEDED = auto()
    DENIED = auto()  # it stands in the job's summary instead


def start(github: GitHub, environment: Environment, name: str, say: Say) -> None:
    """Show that work is under way, if the pull request is still where the event saw it."""
    if _has_moved(github, environment):
        say("the pull request has moved on since this run began; nothing is started for its old head")
        return
    try:
        github.start_check(name, environment.pull.head, environment.run, _STARTED)
    except DeniedError as error:
        say(f"{error.what}; the result will stand in this job's summary")


def publish(github: GitHub, environment: Environment, post: Post, say: Say) -> Published:
    """Post it, unless head or base has changed. A token that can only read leaves it in the job's summary."""
    try:
        if _has_moved(github, environment):
            return _superseded(github, environment, post.check, say)
        check = _check(github, environment, post.check)
    except DeniedError as error:
        _leave_in_summary(environment, post, f"It could not be posted on the pull request: {error.what}.", say)
        return Published.DENIED
    trouble = _comment(github, environment, check, post, say)
    _complete(github, check, post)
    if trouble is not None:
        raise trouble
    return Published.POSTED


def _has_moved(github: GitHub, environment: Environment) -> bool:
    now, then = github.pull(environment.pull.number), environment.pull
    return not now.open or now.head != then.head or now.base != then.base


def _superseded(github: GitHub, environment: Environment, name: str, say: Say) -> Published:
    """No verdict for the old head. The check that this run began there ends, in a way that satisfies nothing."""
    begun = github.check(name, environment.pull.head, environment.run)
    if begun is not None and not begun.completed:
        github.complete_check(begun, "cancelled", _LEFT)
    say("head or base changed, or it was closed, during the run; nothing is posted for the old head")
    return Published.SUPERSEDED


def _check(github: GitHub, environment: Environment, name: str) -> Check:
    begun = github.check(name, environment.pull.head, environment.run)
    if begun is not None and not begun.completed:
        return begun
    return github.start_check(name, environment.pull.head, environment.run, _STARTED)


def _comment(github: GitHub, environment: Environment, check: Check, post: Post, say: Say) -> PlacetError | None:
    """Write the comment. The trouble with it, if any, must not keep the check from being completed."""
    body = f"{MARKER}\n{post.text}"
    try:
        github.comment(environment.pull.number, check.author, MARKER, body, opens=post.opens_comment)
    except DeniedError as error:
        _leave_in_summary(environment, post, f"It could not be posted as a comment: {error.what}.", say)
    except PlacetError as error:
        return error
    return None


def _complete(github: GitHub, check: Check, post: Post) -> None:
    output: dict[str, Any] = {"title": post.title, "summary": post.text}
    *first, last = list(_batches(post.annotations)) or [[]]
    for batch in first:
        github.add_to_check(check, output | {"annotations": batch})
    github.complete_check(check, _CONCLUSION[post.answer], output | ({"annotations": last} if last else {}))


def _batches(annotations: tuple[Annotation, ...]) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, len(annotations), _BATCH):
        yield [_as_github_has_it(one) for one in annotations[first : first + _BATCH]]


def _as_github_has_it(one: Annotation) -> dict[str, Any]:
    return {
        "path": one.path,
        "start_line": one.line,
        "end_line": one.line,
        "start_column": one.column,
        "end_column": one.column + one.width - 1,
        "annotation_level": one.level,
        "title": one.title,
        "message": one.message,
    }


def _leave_in_summary(environment: Environment, post: Post, why: str, say: Say) -> None:
    say(why)
    if environment.summary is None:
        return
    try:
        with environment.summary.open("a", encoding="utf-8", errors="replace") as file:
            file.write(f"{post.text}\n\n{why}\n")
    except OSError:
        say("the job's summary can't be written either")
