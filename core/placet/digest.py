"""What a prompt, a suite or a registration *is*: a content digest over what can change its behaviour.

Comments, key order, titles, descriptions and `x-` keys never reach a digest, so editing them makes nothing stale.
Every digest is SHA-256 over canonical JSON (RFC 8785), written `sha256:<hex>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from placet.hashing import hex_digest
from placet.messages import wire_messages, wire_tools

try:
    from _json import encode_basestring  # what `json` uses; importing that would bring `re`
except ImportError:
    from json.encoder import encode_basestring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from placet.model.register import Prompt, System
    from placet.model.suite import Case, Suite

#: Part of every run's key. Raise it when any scorer could give another score, or None, for the same output, case and
#: parameters; evidence from before is then measured anew. The wording of reasons doesn't count.
SCORING_VERSION = 1
_NOT_MATERIAL = frozenset({"title", "description"})
#: Mappings whose keys are names that somebody chose, or that policy gives a meaning: a role may be called `title`.
_BY_NAME = frozenset({"providers", "roles", "tiers", "when", "met_by", "crosswalk", "owners", "factors"})
#: GitHub's names of model parameters, and the wire's. Others are never sent.
PARAMETERS: Mapping[str, str] = MappingProxyType(
    {
        "maxTokens": "max_tokens",
        "temperature": "temperature",
        "topP": "top_p",
        "frequencyPenalty": "frequency_penalty",
        "presencePenalty": "presence_penalty",
        "seed": "seed",
    }
)
_SAFE_INTEGER = 2**53 - 1


def canonical(value: Any) -> bytes:
    """`value` as canonical JSON. Numbers that JSON can't carry are kept apart from everything else, as text."""
    quick = _quick(value)
    if quick is not None:
        return quick.encode()
    import rfc8785  # here, since it brings `typing` and `re`, and a commit rarely needs it

    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        return rfc8785.dumps(_carried(value))


def _quick(value: Any) -> str | None:
    """The canonical text of what files and records mostly hold: no huge or tiny numbers, ASCII in keys; else None."""
    kind = type(value)
    if kind is str or isinstance(value, str):
        return encode_basestring(value) if value.isascii() or _text(value) == value else None
    if kind is dict:
        return _quick_object(value)
    if kind is float:
        return _quick_number(value)
    if value is None or kind is bool:
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, int):
        return str(value) if -_SAFE_INTEGER <= value <= _SAFE_INTEGER else None
    parts = [_quick(item) for item in value] if kind is list or kind is tuple else [None]
    return None if None in parts else f"[{','.join(parts)}]"  # type: ignore[arg-type]


def _quick_number(value: float) -> str | None:
    """As ECMAScript writes it, wherever Python writes the same digits."""
    if value.is_integer() and abs(value) <= _SAFE_INTEGER:
        return str(int(value))
    if 1e-4 <= abs(value) < 1e15:
        return repr(value)
    if 1e-6 <= abs(value) < 1e-4:  # what a call costs, mostly
        digits, _, exponent = repr(abs(value)).partition("e-")
        return f"{'-' if value < 0 else ''}0.{'0' * (int(exponent) - 1)}{digits.replace('.', '')}"
    return None


def _quick_object(value: dict[Any, Any]) -> str | None:
    parts = []
    try:
        names = sorted(value)
    except TypeError:  # not texts alone
        return None
    for key in names:
        if not isinstance(key, str) or not key.isascii():
            return None
        item = value[key]
        part = encode_basestring(item) if type(item) is str and item.isascii() else _quick(item)
        if part is None:
            return None
        parts.append(f"{encode_basestring(key)}:{part}")
    return f"{{{','.join(parts)}}}"


def _carried(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_text(str(key)): _carried(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_carried(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _SAFE_INTEGER:
        return {"$integer": str(value)}
    if isinstance(value, float) and value - value != 0:
        return {"$float": str(value)}
    return _text(value) if isinstance(value, str) else value


def _text(text: str) -> str:
    """Half a surrogate pair isn't text; as its bytes it differs from every text that somebody would write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return f"$bytes:{text.encode('utf-8', 'surrogatepass').hex()}"
    return text


def digest(value: Any) -> str:
    """The digest of a JSON value."""
    return digest_of_bytes(canonical(value))


def digest_of_text(text: str) -> str:
    return digest_of_bytes(text.encode("utf-8", "surrogatepass"))


def digest_of_bytes(data: bytes) -> str:
    return f"sha256:{hex_digest('sha256', data)}"


def material(value: Any) -> Any:
    """`value` without the keys that can't change behaviour. A name that somebody gave is never one of them."""
    return _material(value, by_name=False)


def _material(value: Any, *, by_name: bool) -> Any:
    if isinstance(value, Mapping):
        kept = {key: item for key, item in value.items() if by_name or not _is_note(key)}
        return {key: _material(item, by_name=key in _BY_NAME and not by_name) for key, item in kept.items()}
    if isinstance(value, list | tuple):
        return [_material(item, by_name=False) for item in value]
    return value


def _is_note(key: str) -> bool:
    return key in _NOT_MATERIAL or key.startswith("x-")


def sent_parameters(prompt: Prompt) -> dict[str, int | float]:
    """The parameters of `prompt` that are sent, as it writes them: those that a wire knows, if they are numbers."""
    given = prompt.parameters
    return {name: given[name] for name in PARAMETERS if isinstance(given.get(name), int | float)}


def prompt_content(prompt: Prompt) -> dict[str, Any]:
    """What of a prompt file reaches a model. Its name, description, test data and evaluators don't."""
    content = {
        "messages": wire_messages(prompt.messages),
        "parameters": sent_parameters(prompt),
        "model": prompt.model,
        "responseFormat": prompt.response_format,
        "jsonSchema": prompt.json_schema,
    }
    return {**content, "tools": wire_tools(prompt.tools)} if prompt.tools else content


def registration_digest(system: System) -> str:
    return digest(material(system.fields))


def prompts_digest(system: System, prompts: Mapping[str, Prompt]) -> str:
    """The digest of all prompts that `system` uses, by path."""
    used = [use.path for use in system.prompts]
    return digest({path: prompt_content(prompts[path]) if path in prompts else None for path in used})


def data_digest(system: System) -> str:
    return digest(material(system.fields.get("data_sources", [])))


def case_digest(case: Case) -> str:
    """What a case asks and expects. Marks that only its gate reads (critical, tags) aren't part of it."""
    asked: dict[str, Any] = {"id": case.id, "inputs": dict(case.inputs), "expected": case.expected}
    if case.payload is not None:
        asked["payload"] = case.payload
    if case.turns:
        asked["turns"] = list(case.turns)
    if case.tool_results is not None:
        asked["tool_results"] = dict(case.tool_results)
    return digest(asked)


def scoring_digest(suite: Suite) -> str:
    """How outputs are turned into scores."""
    scorers = [{"name": spec.name, "type": spec.type, "parameters": spec.parameters} for spec in suite.scorers]
    return digest({"version": SCORING_VERSION, "scorers": scorers})


def scorer_digests(suite: Suite) -> dict[str, str]:
    """The same of each scorer, by name: what two suites have in common."""
    return {
        spec.name: digest({"version": SCORING_VERSION, "type": spec.type, "parameters": spec.parameters})
        for spec in suite.scorers
    }


def suite_digest(suite: Suite) -> str:
    """The whole suite as far as it can change a verdict."""
    return digest(
        {
            **({"cluster": suite.cluster} if suite.cluster else {}),
            "scoring": scoring_digest(suite),
            "prompt": suite.prompt,
            "outputs": [suite.source, suite.subject],
            "trials": suite.trials,
            "carried": [suite.carrier, suite.filler, suite.as_main],
            "slices": list(suite.slices),
            "gates": {gate.metric: [gate.min, gate.max, gate.max_regression, gate.confidence] for gate in suite.gates},
            "cases": _cases(suite),
        }
    )


def cases_digest(suite: Suite) -> str:
    """The cases alone, whichever file they stand in."""
    return digest(_cases(suite))


def _cases(suite: Suite) -> dict[str, Any]:
    return {
        case.id: [case_digest(case), case.critical, case.forbidden, list(case.tags), dict(case.fields or {})]
        for case in suite.cases
    }
