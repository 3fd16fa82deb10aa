"""A run: one suite against one subject, with every trial's outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from placet.model.register import Message
from placet.record import field, record


@record
class Request:
    """One model call, free of hosts and credentials: everything that can change the answer, and nothing else."""

    provider: str
    model: str  # the name on the wire
    messages: tuple[Message, ...]
    parameters: Mapping[str, Any]  # as the wire names them: temperature, max_tokens, response_format ...
    trial: int = 1
    inputs: Mapping[str, str] = field(default_factory=dict)  # of the case, for an endpoint that takes no messages


@record
class ToolCall:
    """A model's wish to use a tool. `arguments` is the JSON text that it wrote, sound or not.

    Once it is answered, `result` is what the tool said, and `step` the number of the answer that asked, from 1. Calls
    of one step are made before any of them has its result.
    """

    name: str
    arguments: str
    result: str | None = None
    step: int = 0


@record
class Answer:
    """What came back. `latency_ms` is stamped at the socket and means nothing for a cached answer's replay."""

    text: str
    latency_ms: float
    input_tokens: int | None = None
    output_tokens: int | None = None
    finish_reason: str | None = None
    cached: bool = False
    tool_calls: tuple[ToolCall, ...] = ()

    @property
    def size(self) -> int:
        """Characters of all that the model wrote."""
        return len(self.text) + sum(len(call.name) + len(call.arguments) for call in self.tool_calls)


@record
class CallError:
    """A call that gave no answer after its retries. It is never a score."""

    kind: str  # refused, timeout, rate-limited, server-error, client-error, bad-answer, tls, too-large ...
    detail: str


@record
class Score:
    """A scorer's word on one output. `value` is None when it can't be measured, which is never a pass.

    `extra` are further numbers for statistics over many cases; a trial keeps each as `scorer.name`.
    """

    value: float | None
    why: str = ""
    extra: Mapping[str, float] = field(default_factory=dict)


@record
class Trial:
    """One model call for a case, scored. `error` is set when there was no answer; then there are no scores."""

    scores: Mapping[str, float | None] = field(default_factory=dict)
    error: str | None = None
    latency_ms: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    output: str | None = None  # digest of the output's text; the text itself is kept apart
