"""What one trial takes from its first answer on: further turns, results of tools, and the verdicts of judges.

A script is a generator: it yields the call that it wants next, is sent the answer, and returns what was said. It makes
no call itself, and is as deterministic as the answers that it is sent.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

from placet.model.run import Answer, Request, ToolCall
from placet.tasks import Turn


@dataclass(frozen=True, slots=True)
class Said:
    """What came of one trial: the subject's answers in order, and what judges said of them, by scorer."""

    answers: tuple[Answer, ...]
    verdicts: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.answers[-1].text

    @property
    def turns(self) -> tuple[str, ...]:
        return tuple(answer.text for answer in self.answers)

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        return tuple(call for answer in self.answers for call in answer.tool_calls)


Script = Generator[Request, Answer, Said]


def script(turn: Turn, first: Answer) -> Script:
    """The rest of the trial `turn`, once its first request has its answer."""
    answers = yield from _conversation(turn, first)
    verdicts = yield from _judged(turn, answers)
    return Said(answers, verdicts)


def _conversation(turn: Turn, first: Answer) -> Generator[Request, Answer, tuple[Answer, ...]]:
    yield from ()
    return (first,)


def _judged(turn: Turn, answers: tuple[Answer, ...]) -> Generator[Request, Answer, Mapping[str, str]]:
    yield from ()
    return {}
