"""From a review, or from trouble, to what is to be said on the pull request.

Pure: values in, a post out. What files, models and people wrote reaches a post only through `placet.report`.
"""

from __future__ import annotations

from placet.decision import Answer
from placet.errors import PlacetError
from placet.findings import Finding, Severity
from placet.report.escape import clipped, fence
from placet.report.headline import headline
from placet.report.markdown import Options, as_markdown
from placet.report.needs import NOT_ENFORCED
from placet.report.printable import printable
from placet.results import Review
from placet_bot.environment import Environment
from placet_bot.post import LONGEST_TEXT, LONGEST_TITLE, MOST_ANNOTATIONS, Annotation, Post

_LONGEST_MESSAGE = 4000


def of_review(review: Review, check: str) -> Post:
    """What a review says, with an annotation for each error that holds the change up."""
    head = headline(review)
    text = as_markdown(review, Options(longest=LONGEST_TEXT - len(NOT_ENFORCED) - 2))
    return Post(
        head=review.plan.ends.head,
        check=check,
        answer=review.decision.answer,
        title=_clipped(f"{head.verdict}: {head.text}".replace("`", "")),
        text=text if NOT_ENFORCED in text or not review.plan.edits else f"{text}\n{NOT_ENFORCED}",
        opens_comment=bool(review.plan.edits),
        annotations=tuple(_annotation(finding) for finding in review.findings[:MOST_ANNOTATIONS]),
    )


def of_trouble(error: PlacetError, check: str, environment: Environment) -> Post:
    """What is said when nothing could be decided. It never passes."""
    said = f"{error.what}\nhelp: {error.help}" if error.help else error.what
    hidden = clipped(said.replace(environment.token, "***"), _LONGEST_MESSAGE)
    return Post(
        head=environment.pull.head,
        check=check,
        answer=Answer.ERROR,
        title=_clipped(f"Can't decide: {printable(hidden.splitlines()[0])}"),
        text=f"### ❗ Can't decide\n\n{fence(hidden)}\n\nThe check doesn't pass until this is solved.",
        opens_comment=False,
    )


def _annotation(finding: Finding) -> Annotation:
    parts = [finding.message, finding.note, f"help: {finding.help}" if finding.help else "", _page(finding.rule)]
    at = finding.position
    return Annotation(
        path=printable(finding.path),
        line=max(1, at.line),
        column=max(1, at.column),
        width=max(1, at.width),
        level="failure" if finding.severity is Severity.ERROR else "warning",
        title=_clipped(printable(f"{finding.rule} {finding.message}")),
        message="\n".join(clipped(printable(part), _LONGEST_MESSAGE) for part in parts if part),
    )


def _page(rule: str) -> str:
    return f"placet rules {rule}"


def _clipped(text: str) -> str:
    line = printable(text)
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"
