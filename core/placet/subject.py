"""What a run evaluates: prompt content, model and parameters of one system, bound by a digest.

Pure. The host and port of an endpoint are no part of a subject, nor is the path of the prompt: evidence outlives a
moved gateway and a renamed file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from placet.digest import PARAMETERS, digest, sent_parameters
from placet.messages import wire_messages, wire_tools
from placet.model.policy import Provider
from placet.model.register import Message, Model, Prompt, System, floating_key
from placet.model.run import Request
from placet.parse.json_nodes import limit
from placet.record import record
from placet.substitute import substitute


@record(slots=False)
class Subject:
    """`system` is None for a prompt that no registration names.

    The `prompt` of a model that answers without one has no messages, and the model's id for a path.
    """

    system: str | None
    prompt: Prompt
    provider: str
    model: str  # on the wire
    version: str | None
    artifact: str | None = None  # the digest of the model's file

    @property
    def promptless(self) -> bool:
        """Whether it is a model that is asked without a prompt: no call of Placet can ask it."""
        return not self.prompt.messages

    @property
    def made_by(self) -> str:
        """What a recorded file names: the model's own digest, or that of the prompt as the model gets it."""
        return self.artifact if self.artifact and self.promptless else self.digest

    @property
    def floats(self) -> bool:
        """Whether the vendor may answer with another model tomorrow."""
        return self.artifact is None and floating_key(self.model, self.version) is not None

    @cached_property
    def digest(self) -> str:
        """Of exactly what is sent, and to whom: an edit that no model sees makes no new subject to try again with."""
        known = {
            "system": self.system,
            "messages": wire_messages(self.prompt.messages),
            "parameters": self._parameters,
            "provider": self.provider,
            "model": self.model,
            "version": self.version,
        }
        return digest({**known, "artifact": self.artifact} if self.artifact else known)

    @cached_property
    def kin(self) -> str:
        """The digest without what should change no answer: white space, the seed, and the version that names a model.

        Subjects of one kin are different ones, each measured for itself; but to try one after another is to try again.
        """
        messages = [{**one, "content": one.get("content") or ""} for one in wire_messages(self.prompt.messages)]
        sent = {name: value for name, value in self._parameters.items() if name != "seed"}
        known = {"system": self.system, "messages": messages, "parameters": sent}
        return digest(_evenly_spaced({**known, "provider": self.provider, "model": self.model}))

    def request(self, inputs: Mapping[str, str], trial: int) -> Request:
        """The call for one trial of a case: variables are put in by value, in one pass."""
        messages = tuple(
            Message(message.role, substitute(message.content, inputs)) if "{{" in message.content else message
            for message in self._messages
        )
        return Request(self.provider, self.model, messages, self._parameters, trial)

    @cached_property
    def _messages(self) -> tuple[Message, ...]:
        """As a request has them, values not put in yet: what names no variable is the same in all requests."""
        return tuple(Message(message.role, message.content) for message in self.prompt.messages)

    @cached_property
    def _parameters(self) -> dict[str, Any]:
        wire: dict[str, Any] = {PARAMETERS[name]: value for name, value in sent_parameters(self.prompt).items()}
        if self.prompt.response_format == "json_object":
            wire["response_format"] = {"type": "json_object"}
        elif self.prompt.response_format == "json_schema":
            wire["response_format"] = {"type": "json_schema", "json_schema": _schema(self.prompt.json_schema or "{}")}
        if self.prompt.tools:
            wire["tools"] = wire_tools(self.prompt.tools)
        return wire


def _evenly_spaced(value: Any) -> Any:
    """`value` with each run of white space in its texts as one space."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, Mapping):
        return {key: _evenly_spaced(item) for key, item in value.items()}
    return [_evenly_spaced(item) for item in value] if isinstance(value, list | tuple) else value


def _schema(text: str) -> Any:
    """The schema in `text`. What isn't JSON, or is a pit, goes out as it is, for the provider to refuse."""
    try:
        return text if limit(text) else json.loads(text)
    except (ValueError, RecursionError):
        return text


def subject_of(system: System, prompt: Prompt) -> Subject | None:
    """The subject of `prompt` as `system` uses it; None when the system doesn't register the prompt's model."""
    model = model_for(system, prompt)
    if model is None:
        return None
    return Subject(system.id, prompt, model.provider, model.name, model.version, model.digest)


def model_subject(system: System, id: str | None) -> Subject | None:
    """The model that `system` registers as `id`, asked without a prompt; only its digest says which one it is."""
    model = system.model_of(id) if id else None
    if model is None or model.digest is None:
        return None
    nothing = Prompt(model.id, model.id, model.id, {}, (), None, None, frozenset())
    return Subject(system.id, nothing, model.provider, model.name, model.version, model.digest)


def model_for(system: System, prompt: Prompt) -> Model | None:
    """The registered model that the prompt names; a prompt that names none gets the system's primary one."""
    if prompt.model is not None:
        return system.model_of(prompt.model)
    return next((model for model in system.models if model.role == "primary"), None)


def unregistered_subject(prompt: Prompt, providers: Mapping[str, Provider]) -> Subject | None:
    """The subject of a prompt that no system uses: the first provider whose catalogue lists its model serves it."""
    for provider in providers.values():
        for model in provider.models:
            if prompt.model is not None and prompt.model in (*model.ids, model.name):
                return Subject(None, prompt, provider.id, model.name, None)
    return None
