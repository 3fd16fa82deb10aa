"""What one trial takes from its first answer on: further turns, results of tools, and the verdicts of judges.

A script is a generator: it yields the call that it wants next, is sent the answer, and returns what was said, or why
nothing can be said. It makes no call itself, runs no tool, and is as deterministic as the answers that it is sent.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping

from placet.model.register import Message
from placet.model.run import Answer, CallError, Request, ToolCall
from placet.providers.wire import Kind
from placet.record import field, record, replace
from placet.scorers.judge import questions
from placet.simulated import Simulated
from placet.substitute import variables_of
from placet.tasks import Turn
from placet.transcript import is_talk, kept_text, readable, talk_of, to_text

#: Answers of one conversation. A model that uses tools without an end is stopped here, and has given no answer.
MOST_CALLS = 30
MOST_CHARACTERS = 1_000_000  # of a conversation, all that was sent included


@record
class Said:
    """What came of one trial: the subject's answers in order, and what judges said of them, by scorer.

    `messages` is a conversation, from the first answer on; empty where a trial is one answer.
    """

    answers: tuple[Answer, ...]
    verdicts: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()

    @property
    def text(self) -> str:
        return self.answers[-1].text

    @property
    def kept(self) -> str:
        """What the ledger keeps, and the digest of the output binds: the text, or the conversation whole."""
        return to_text(self.messages) if self.messages else kept_text(self.text)

    @property
    def shown(self) -> str:
        """What a judge reads; an answer that merely looks like a conversation stays the text that it is."""
        return readable(self.kept) if self.messages else self.text

    @property
    def turns(self) -> tuple[str, ...]:
        return talk_of(self.messages).turns if self.messages else (self.text,)

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        return talk_of(self.messages).calls if self.messages else ()


Script = Generator[Request, Answer, Said | CallError]


def script(turn: Turn, first: Answer) -> Script:
    """The rest of the trial `turn`, once its first request has its answer."""
    said = yield from _conversation(turn, first)
    if isinstance(said, CallError):
        return said
    verdicts = yield from _judged(turn, said.shown)
    return replace(said, verdicts=verdicts)


def _conversation(turn: Turn, first: Answer) -> Script:
    prompt, case = turn.task.arm.subject.prompt, turn.case
    if not is_talk(prompt, case):
        return unoffered(first) or Said((first,))
    request = turn.request
    talk = _Talk(request, Simulated([tool.name for tool in prompt.tools], case.tool_results), list(case.turns))
    error = talk.hear(first)
    while error is None and talk.goes_on:
        error = talk.hear((yield talk.request))
    return error or Said(tuple(talk.answers), messages=tuple(talk.messages[len(request.messages) :]))


class _Talk:
    """One conversation, as far as it has come."""

    def __init__(self, request: Request, tools: Simulated, turns: list[str]) -> None:
        self._request, self._tools, self._turns = request, tools, turns
        self.messages = list(request.messages)
        self.answers: list[Answer] = []
        self.goes_on = True

    @property
    def request(self) -> Request:
        return replace(self._request, messages=tuple(self.messages))

    def hear(self, answer: Answer) -> CallError | None:
        """Take an answer in, and whatever follows on it: the results of its tools, or what the user says next."""
        offered = "tools" in self._request.parameters
        calls = answer.tool_calls if offered else ()
        if not offered and (error := unoffered(answer)):
            return error
        self.answers.append(answer)
        self.messages.append(Message("assistant", answer.text, calls))
        if calls:
            self.messages += [Message("tool", self._tools(call)) for call in calls]
        elif self._turns:
            self.messages.append(Message("user", self._turns.pop(0)))
        else:
            self.goes_on = False
        return self._too_long()

    def _too_long(self) -> CallError | None:
        if not self.goes_on:
            return None
        if len(self.answers) >= MOST_CALLS:
            return CallError(Kind.ENDLESS, f"the conversation has no end after {MOST_CALLS} answers")
        size = sum(len(message.content) for message in self.messages) + sum(answer.size for answer in self.answers)
        if size > MOST_CHARACTERS:
            return CallError(Kind.TOO_LARGE, f"the conversation is longer than {MOST_CHARACTERS:,} characters")
        return None


def unoffered(answer: Answer) -> CallError | None:
    """Where a prompt offers no tools, calls of some are left out; where there is nothing else, nothing was said."""
    if answer.tool_calls and not answer.text:
        return CallError(Kind.BAD_ANSWER, "the answer calls tools, which the prompt doesn't offer, and has no text")
    return None


def _judged(turn: Turn, said: str) -> Generator[Request, Answer, Mapping[str, str]]:
    verdicts: dict[str, str] = {}
    variables = variables_of(turn.case)
    for spec in turn.task.arm.suite.scorers:
        for name, request in questions(spec, variables, said, turn.trial).items():
            verdicts[name] = (yield request).text
    return verdicts
