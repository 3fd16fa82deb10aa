"""The members of a zip file that nobody vouches for: counted and measured before and while they are unpacked.

Pure, as it reads from bytes and writes nothing. Member names are only ever compared.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec

from placet.imports.told import refused

MOST_MEMBERS = 50_000
LARGEST_MEMBER = 16 * 1024 * 1024
LARGEST_ALTOGETHER = 256 * 1024 * 1024
_ZSTANDARD = 93
_KNOWN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, _ZSTANDARD})
_HEADER = 30  # bytes of a local header before the member's name
_LISTED = b"PK\x01\x02"  # how each line of a zip file's list of members begins


class Archive:
    """Raises PlacetError for what is no zip file, is damaged, or unpacks to more than is read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = LARGEST_ALTOGETHER
        listed = data.count(_LISTED)  # before the list is read, of which each line takes memory
        if listed > MOST_MEMBERS:
            raise refused(f"this file has {listed:,} members, and at most {MOST_MEMBERS:,} are read")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _damage() as error:
            raise refused(f"this isn't a zip file: {error}") from None

    @property
    def names(self) -> Iterable[str]:
        return self._zip.namelist()

    def read(self, name: str) -> bytes:
        """One member, unpacked."""
        member = self._zip.getinfo(name)
        most = min(LARGEST_MEMBER, self._left)
        if member.file_size > most:
            raise refused(f"{name} unpacks to {member.file_size:,} bytes, more than are read")
        if member.compress_type not in _KNOWN or member.flag_bits & 1:
            raise refused(f"{name} is encrypted, or packed in a way that isn't read")
        try:
            content = self._unpacked(member, most + 1)
        except _damage() as error:
            raise refused(f"{name} is damaged: {error}") from None
        if len(content) > most:
            raise refused(f"{name} unpacks to more bytes than it says, and than are read")
        self._left -= len(content)
        return content

    def _unpacked(self, member: zipfile.ZipInfo, most: int) -> bytes:
        if member.compress_type != _ZSTANDARD or hasattr(zipfile, "ZIP_ZSTANDARD"):
            with self._zip.open(member) as opened:
                return opened.read(most)
        if find_spec("zstandard") is None:
            raise refused(
                "this log is packed with Zstandard, which this Python can't read",
                "write it as JSON, and import that: inspect log dump LOG.eval > LOG.json; or pip install zstandard",
            )
        start = member.header_offset + _HEADER
        sizes = self._data[start - 4 : start]
        start += int.from_bytes(sizes[:2], "little") + int.from_bytes(sizes[2:], "little")
        packed = self._data[start : start + member.compress_size]
        reader = import_module("zstandard").ZstdDecompressor(max_window_size=2**27).stream_reader(packed)
        content: bytes = reader.read(most)
        return content


def _damage() -> tuple[type[BaseException], ...]:
    """What unpacking raises for bytes that no program wrote so."""
    import struct
    import zlib

    known = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
    return (*known, import_module("zstandard").ZstdError) if find_spec("zstandard") else known
