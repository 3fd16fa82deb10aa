"""Hash functions without OpenSSL, which takes longer to load than a commit's few texts take to hash."""

from __future__ import annotations

from functools import cache
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Where Python keeps its own implementations, newest first.
_MODULES = {"sha1": ("_sha1",), "sha256": ("_sha2", "_sha256")}


def hex_digest(name: str, data: bytes) -> str:
    """The hexadecimal digest of `data` by `sha1` or `sha256`."""
    digest: str = _function(name)(data, usedforsecurity=False).hexdigest()
    return digest


@cache
def _function(name: str) -> Any:
    for module in (*_MODULES[name], "hashlib"):
        try:
            return getattr(import_module(module), name)
        except ImportError:
            continue
    raise ImportError(name)
