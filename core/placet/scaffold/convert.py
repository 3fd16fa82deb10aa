"""Prompts in other formats as `.prompt.yml`, where nothing is lost on the way; else the reason why it would be.

What renders as a template (conditions, loops, filters, partials), what names tools or files, and every key that has no
counterpart is a reason. The prompt is then pointed to, and a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from placet.parse.snapshot import File, read_snapshot
from placet.parse.tree import Tree, read_yaml
from placet.record import record
from placet.scaffold.templates import quoted, scalar

_MARK = re.compile(r"\{\{\s{0,20}([A-Za-z_]\w{0,99})\s{0,20}\}\}")  # noqa: TID251
_LINES = re.IGNORECASE | re.MULTILINE
_ROLE_LINE = re.compile(r"^[ \t]{0,8}#{0,3}[ \t]{0,8}(system|user|assistant)[ \t]{0,8}:[ \t]*$", _LINES)  # noqa: TID251
_ROLE_MARK = re.compile(r"\{\{\s{0,20}role\s{1,20}[\"'](system|user|model)[\"']\s{0,20}\}\}")  # noqa: TID251
_PARAMETERS = {
    "temperature": "temperature",
    "max_tokens": "maxTokens",
    "max_completion_tokens": "maxTokens",
    "maxOutputTokens": "maxTokens",
    "top_p": "topP",
    "topP": "topP",
    "frequency_penalty": "frequencyPenalty",
    "presence_penalty": "presencePenalty",
    "seed": "seed",
}


@record
class Converted:
    """A prompt in GitHub's format, its variables, and the model that it names."""

    text: str
    variables: tuple[str, ...]
    model: str | None


class LossError(Exception):
    """Why a prompt can't be converted without losing something."""


def converted(path: str, data: bytes) -> Converted | str:
    """The prompt in GitHub's format, or why something would be lost."""
    name = path.rpartition("/")[2].lower()
    try:
        text = data.decode("utf-8").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n")
        if name.endswith((".prompt.yml", ".prompt.yaml")):
            return _as_it_is(text)
        if name.endswith(".prompty"):
            return _from_prompty(path, text)
        if name.endswith(".prompt"):
            return _from_dotprompt(path, text)
    except UnicodeDecodeError:
        return "it isn't UTF-8"
    except LossError as loss:
        return str(loss)
    return "its format says neither which message is whose nor which model is meant"


def _as_it_is(text: str) -> Converted:
    """A file in GitHub's format already, which stands where prompts aren't governed. It is read as its copy will be."""
    copy = File("prompts/copy.prompt.yml", "100644", "", text.encode())
    prompt = read_snapshot({copy.path: copy}).prompts.get(copy.path)
    if prompt is None:
        raise LossError("it isn't a valid prompt file")
    return Converted(text, tuple(sorted(prompt.variables)), prompt.model)


def _from_prompty(path: str, text: str) -> Converted:
    head, body = _parted(path, text)
    _only(head, {"name", "description", "model", "sample", "inputs"})
    model = _mapping(head, "model")
    _only(model, {"api", "configuration", "parameters"})
    if model.get("api", "chat") != "chat":
        raise LossError(f"its `api` is {model['api']}, and a prompt file is a chat")
    configuration = _mapping(model, "configuration")
    _only(configuration, {"type", "name", "model", "azure_deployment", "azure_endpoint", "api_version"})
    named = next((configuration[key] for key in ("azure_deployment", "model", "name") if key in configuration), None)
    messages = _spoken(body, _ROLE_LINE)
    sample = {key: value for key, value in _mapping(head, "sample").items() if key in _variables(messages)}
    _plain_inputs(_mapping(head, "inputs"))
    if len(sample) < len(_mapping(head, "sample")) or any(isinstance(value, dict | list) for value in sample.values()):
        raise LossError("its `sample` holds more than a text for each variable")
    return _written(head, messages, _parameters(_mapping(model, "parameters")), named, sample)


def _from_dotprompt(path: str, text: str) -> Converted:
    head, body = _parted(path, text)
    _only(head, {"model", "config", "input", "name", "description"})
    _plain_inputs(_mapping(_mapping(head, "input"), "schema"))
    _only(_mapping(head, "input"), {"schema"})
    messages = _spoken(body, _ROLE_MARK)
    named = head.get("model")
    return _written(head, messages, _parameters(_mapping(head, "config")), named, {})


def _parted(path: str, text: str) -> tuple[dict[str, Any], str]:
    """The front matter and the body."""
    if not text.startswith("---\n"):
        return {}, text
    head, mark, body = text.removeprefix("---\n").partition("\n---\n")
    tree = read_yaml(path, f"{head}\n".encode())
    if not mark or not isinstance(tree, Tree) or not isinstance(tree.value, dict):
        raise LossError("its front matter isn't plain YAML between two lines of ---")
    return tree.value, body


def _only(value: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(str(key) for key in value if key not in known)
    if unknown:
        raise LossError(f"a prompt file has no place for `{unknown[0][:60]}`")


def _mapping(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key) or {}
    if not isinstance(found, dict):
        raise LossError(f"its `{key}` isn't a mapping")
    return found


def _plain_inputs(inputs: Mapping[str, Any]) -> None:
    """Every variable of a prompt file is a text."""
    for name, given in inputs.items():
        kind = given.get("type") if isinstance(given, dict) and set(given) <= {"type", "description"} else given
        if kind not in ("string", None):
            raise LossError(f"its input `{str(name)[:60]}` is more than a text")


def _parameters(given: Mapping[str, Any]) -> dict[str, int | float]:
    _only(given, set(_PARAMETERS))
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise LossError(f"its parameter `{name}` isn't a number")
    return {_PARAMETERS[name]: value for name, value in given.items()}


def _spoken(body: str, mark: re.Pattern[str]) -> list[tuple[str, str]]:
    """The messages, each with who says it. Without any mark the whole is the user's."""
    parts = mark.split(body)
    if parts[0].strip() and len(parts) > 1:
        raise LossError("there is text before the first message")
    pairs = [("user", parts[0])] if len(parts) == 1 else list(zip(parts[1::2], parts[2::2], strict=True))
    messages = [({"model": "assistant"}.get(role.lower(), role.lower()), said.strip("\n")) for role, said in pairs]
    for _, said in messages:
        left = _MARK.sub("", said)
        if "{{" in left or "{%" in left or "{#" in left:
            raise LossError("it is a template with more in it than variables")
        if "![" in left:
            raise LossError("it takes in an image or a file")
    if not any(said.strip() for _, said in messages):
        raise LossError("it has no message")
    return [(role, _MARK.sub(r"{{\1}}", said)) for role, said in messages]


def _variables(messages: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, said in messages for name in _MARK.findall(said)))


def _written(
    head: Mapping[str, Any],
    messages: Sequence[tuple[str, str]],
    parameters: Mapping[str, int | float],
    named: Any,
    sample: Mapping[str, Any],
) -> Converted:
    model = None if named is None else str(named)
    lines = [f"{key}: {quoted(str(head[key]))}" for key in ("name", "description") if head.get(key) is not None]
    lines += [f"model: {quoted(model)}"] if model else []
    lines += ["modelParameters:", *(f"  {key}: {value}" for key, value in parameters.items())] if parameters else []
    lines.append("messages:")
    for role, said in messages:
        lines += [f"  - role: {role}", f"    content: {quoted(said)}"]
    if sample:
        row = ", ".join(f"{scalar(str(key))}: {quoted(str(value))}" for key, value in sample.items())
        lines += ["testData:", f"  - {{{row}}}"]
    return Converted("\n".join(lines) + "\n", _variables(messages), model)
