"""Compare what is rendered with a file of this folder, byte for byte. PLACET_UPDATE_GOLDEN=1 rewrites the files."""

from __future__ import annotations

import os
from pathlib import Path

HERE = Path(__file__).parent


def assert_golden(name: str, text: str) -> None:
    file = HERE / name
    if os.environ.get("PLACET_UPDATE_GOLDEN"):
        file.write_bytes(text.encode())
    assert file.exists(), f"no {file.name}: write it with PLACET_UPDATE_GOLDEN=1, then read it"
    assert text == file.read_bytes().decode()
