"""The register: each system's registration, prompts, documents and waivers."""

from __future__ import annotations

from collections.abc import Mapping

from placet.model.policy import Tier
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from placet.model.run import ToolCall


@record
class Factors:
    """The five risk factors. Each is a tuple of values, so that one kind of match serves all."""

    autonomy: tuple[str, ...]
    data: tuple[str, ...]
    exposure: tuple[str, ...]
    regulation: tuple[str, ...]
    criticality: tuple[str, ...]


@record
class Model:
    id: str  # as prompts write it
    provider: str  # empty: no endpoint that Placet calls serves it
    name: str  # on the wire
    version: str | None
    role: str  # primary, fallback or judge
    digest: str | None = None  # of the model's artifact, which nobody can change behind its name

    @property
    def floating(self) -> str | None:
        """The key by which its vendor may put another behind the same name; None for a pinned model."""
        return None if self.digest else floating_key(self.name, self.version)


#: Words of a model's name or version that promise no particular content.
_FLOATING = frozenset({"latest", "stable", "default", "current", "newest", "nightly", "auto"})


def floating_key(name: str, version: str | None) -> str | None:
    """The key of a model by which its vendor may put another behind the same name; None for a pinned model."""
    if version is None or _floats(name):
        return "name"
    return "version" if _floats(version) else None


def _floats(text: str) -> bool:
    for mark in ":@ /_.":
        text = text.replace(mark, "-")
    words = text.lower().split("-")
    return bool(_FLOATING & set(words)) or words[-1] == "preview"


@record
class PromptUse:
    path: str
    untrusted: tuple[str, ...]


@record
class System:
    """One registration. `fields` are its top-level keys as written, for controls that a field meets."""

    id: str
    path: str
    title: str
    lifecycle: str
    owners: Mapping[str, tuple[str, ...]]
    tier: Tier
    factors: Factors
    models: tuple[Model, ...]
    prompts: tuple[PromptUse, ...]
    fields: Mapping[str, Any]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    def model_of(self, id: str) -> Model | None:
        return next((model for model in self.models if model.id == id), None)


@record
class Message:
    """What one side says. A message of role `tool` answers the first call before it that has no answer yet."""

    role: str
    content: str
    tool_calls: tuple[ToolCall, ...] = ()  # of role assistant: the tools that it wants used


@record
class Tool:
    """A tool that a prompt offers. `parameters` is the JSON Schema of its arguments, sent as it is."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@record
class Prompt:
    """A prompt file in GitHub's format. `response_format` and `json_schema` are kept as the wire wants them."""

    path: str
    name: str
    model: str | None
    parameters: Mapping[str, Any]  # as written; what a wire knows of them is `subject`'s business
    messages: tuple[Message, ...]
    response_format: str | None
    json_schema: str | None
    variables: frozenset[str]  # every {{name}} of the messages
    tools: tuple[Tool, ...] = ()


@record
class Document:
    """A document of a system: `judged` holds, per scope, the digest of what its author looked at."""

    path: str
    kind: str
    title: str
    author: str
    dated: date
    judged: Mapping[str, str]
    words: int  # of the body, headings and template marks not counted
    review_by: str = ""  # the last day (ISO) on which it counts without being read again


@record
class Waiver:
    """An exception to one control (or to a gate, `SUITE.METRIC`) of one system, until the end of `until` (UTC)."""

    path: str
    system: str
    control: str
    reason: str
    owner: str
    approver: str
    until: date

    def holds_on(self, today: date) -> bool:
        return today <= self.until
