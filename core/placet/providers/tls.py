"""aiohttp without the certificates that it reads as it is imported, and the TLS context that wires use in their place.

aiohttp makes two contexts at once, each with all of the system's authorities: 50 ms before the first call, for nothing
where a provider is called in the clear, and twice too often elsewhere. Nobody else here uses aiohttp.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

_FILE = "SSL_CERT_FILE"  # where OpenSSL looks for authorities, before its own places


@contextmanager
def no_authorities() -> Iterator[None]:
    """A context that is made meanwhile trusts nobody."""
    usual = os.environ.get(_FILE)
    os.environ[_FILE] = os.devnull
    try:
        yield
    finally:
        if usual is None:
            del os.environ[_FILE]
        else:
            os.environ[_FILE] = usual


@cache
def context() -> ssl.SSLContext:
    """One that trusts the system's authorities, or those that SSL_CERT_FILE names, and checks names."""
    made = ssl.create_default_context()
    made.set_alpn_protocols(["http/1.1"])
    return made


with no_authorities():
    import aiohttp as aiohttp
