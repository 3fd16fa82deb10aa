"""What an answer is kept under: a digest of everything that can change it, and digests of its parts to explain a miss.

Pure. Holds no credential, host or address: a request has none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any

import rfc8785

from placet.errors import PlacetError
from placet.messages import wire_messages
from placet.model.register import Message
from placet.model.run import Request
from placet.record import record

_SHORT = 16  # hexadecimal digits: enough to tell two parts of one request from each other
#: For strings, lists and mappings with ASCII names alone this is RFC 8785, in a tenth of the time.
_string, _ascii = encode_basestring, encode_basestring_ascii
_strings = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def key_of(request: Request) -> str:
    """sha256 over the canonical JSON (RFC 8785) of everything in the request; trials are distinct answers."""
    try:
        return hashlib.sha256(_canonical(request)).hexdigest()
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise PlacetError(f"a request can't be written as JSON: {error}", help="correct the prompt or case") from error


def _canonical(request: Request) -> bytes:
    inputs = f'"inputs":{_json(request.inputs)},' if request.inputs else ""
    messages, model = ",".join(text for _, text in _messages(request.messages)), _string(request.model)
    parameters, provider = _parameters(request.parameters).text, _string(request.provider)
    whole = f'{inputs}"messages":[{messages}],"model":{model},"parameters":{parameters},"provider":{provider}'
    return f'{{{whole},"trial":{request.trial}}}'.encode()


@record
class _Written:
    """Parameters with their text and the digests of their parts: all requests of a subject share one mapping."""

    value: Mapping[str, Any]
    text: str
    parts: str


_written: dict[int, _Written] = {}  # by identity, of mappings that are held here and so keep theirs
_MOST_WRITTEN = 16


def _json(value: Mapping[str, Any]) -> str:
    return rfc8785.dumps(_plain(value)).decode() if value else "{}"


def _parameters(value: Mapping[str, Any]) -> _Written:
    found = _written.get(id(value))
    if found is None:
        if len(_written) >= _MOST_WRITTEN:
            _written.clear()
        parts = json.dumps({name: _short(_json({name: each})) for name, each in value.items()}, separators=(",", ":"))
        found = _written[id(value)] = _Written(value, _json(value), parts)
    return found


def _messages(messages: Sequence[Message]) -> list[tuple[str, str]]:
    """Role and canonical text of each message."""
    if any(message.tool_calls or message.role == "tool" for message in messages):
        return [(wire["role"], _strings(wire)) for wire in wire_messages(messages)]
    return [(message.role, _plain_text(message.role, message.content)) for message in messages]


def _plain(value: Any) -> Any:
    """Without the read-only mappings that rfc8785 doesn't take."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def parts_of(request: Request) -> str:
    """Short digests of the parts of a request as JSON, by which two requests are told apart without either's text."""
    messages = ",".join(f'[{_ascii(role)},"{_short_of_message(text)}"]' for role, text in _messages(request.messages))
    inputs = ",".join(f'{_ascii(name)}:"{_short(value)}"' for name, value in request.inputs.items())
    parameters = _parameters(request.parameters).parts
    return f'{{"parameters":{parameters},"messages":[{messages}],"inputs":{{{inputs}}},"trial":{request.trial}}}'


@lru_cache(maxsize=64)
def _short_of_message(text: str) -> str:
    """A prompt's own messages are the same in every request of it."""
    return _short(text)


@lru_cache(maxsize=64)
def _plain_text(role: str, content: str) -> str:
    return f'{{"content":{_string(content)},"role":{_string(role)}}}'


def _short(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_SHORT]
