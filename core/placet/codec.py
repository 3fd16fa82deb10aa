"""Facts and findings to bytes and back. Plain data: reading it can't run anything.

`marshal` does the work, since it is there without an import. A record, an enumeration's member and a day become a tuple
that begins with `...`; a checksum stands in front, because the bytes come from a disk.
"""

from __future__ import annotations

import marshal
from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DAY, _MAP = "day", "map"


class DamagedError(Exception):
    """The bytes aren't what was written."""


def to_bytes(value: Any) -> bytes:
    data = marshal.dumps(_encoded(value))
    return crc32(data).to_bytes(4, "little") + data


def from_bytes(data: bytes) -> Any:
    """Raises DamagedError."""
    if len(data) < 5 or crc32(data[4:]).to_bytes(4, "little") != data[:4]:
        raise DamagedError
    return _decoded(marshal.loads(data[4:]))  # noqa: S302 - our own bytes, and their checksum is right


def _encoded(value: Any) -> Any:
    kind = type(value)
    if kind in (str, int, bool, float, bytes, type(None)):
        return value
    if kind is tuple:
        return tuple([_encoded(item) for item in value])
    if kind is dict:
        return value if _is_plain(value) else (..., _MAP, tuple([(_encoded(k), _encoded(v)) for k, v in value.items()]))
    if kind is list or kind is frozenset:
        return value
    name = f"{kind.__module__}:{kind.__qualname__}"
    if hasattr(kind, "__members__"):
        return (..., name, value.value)
    if hasattr(kind, "__fields__"):
        return (..., name, *[_encoded(getattr(value, field)) for field in kind.__match_args__])
    return (..., _DAY, value.isoformat())


def _is_plain(value: Any) -> bool:
    """Whether `marshal` keeps all of it as it is."""
    pending = [value]
    while pending:
        item = pending.pop()
        if type(item) is dict:
            pending += item
            pending += item.values()
        elif type(item) is list:
            pending += item
        elif type(item) not in (str, int, bool, float, type(None)):
            return False
    return True


def _decoded(value: Any) -> Any:
    if type(value) is not tuple or not value:
        return value
    if value[0] is not ...:
        return tuple([_decoded(item) if type(item) is tuple else item for item in value])
    name = value[1]
    if name == _MAP:
        return {_decoded(key): _decoded(item) for key, item in value[2]}
    if name == _DAY:
        from datetime import date

        return date.fromisoformat(value[2])
    cls = _KNOWN.get(name) or _found(name)
    return cls(*[_decoded(item) if type(item) is tuple else item for item in value[2:]])


_KNOWN: dict[str, Any] = {}


def _found(name: str) -> Any:
    from importlib import import_module

    module, _, cls = name.partition(":")
    if not module.startswith("placet."):
        raise DamagedError
    _KNOWN[name] = getattr(import_module(module), cls)
    return _KNOWN[name]
