"""The response cache: what an answer is kept under, the file that keeps it, and what people do with that file."""

from __future__ import annotations

from placet.cache.key import key_of
from placet.cache.store import Cache

__all__ = ["Cache", "key_of"]
