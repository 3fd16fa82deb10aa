"""What one file shows. The name decides how it is read; what is neither code nor prompt isn't read at all."""

from __future__ import annotations

from placet.scan.code import is_code, signs_in_code
from placet.scan.prompts import format_of, is_instructions, is_prompt_like, prompt_signs
from placet.scan.servers import is_configuration, server_signs
from placet.scan.signs import Found, Sort

#: Bytes of a file that are read; what is larger is data.
LARGEST = 1024 * 1024
#: Folders of code that others wrote, or that machines made.
_NOT_OURS = frozenset(
    {
        *("node_modules", "vendor", "third_party", "third-party", "site-packages", "bower_components", "Pods", ".venv"),
        *("venv", "dist", "__pycache__", ".git"),
    }
)
#: What speaks of models because Placet is there.
_GOVERNED = ("policies/", "systems/", ".github/workflows/placet.yml")
_BINARY = 8_192


def wanted(path: str) -> bool:
    """Whether the file at `path` is to be read."""
    if path.startswith(_GOVERNED) or not _NOT_OURS.isdisjoint(path.split("/")[:-1]):
        return False
    return _is_prompt(path) or is_instructions(path) or is_configuration(path) or is_code(path)


def _is_prompt(path: str) -> bool:
    return format_of(path) is not None or is_prompt_like(path)


def signs_of(path: str, data: bytes) -> Found:
    """The signs in a file's content. Whatever isn't UTF-8 is read as far as its letters are plain."""
    if b"\0" in data[:_BINARY]:
        return Found()
    text = data.decode("utf-8", "replace")
    if is_configuration(path):
        return Found(server_signs(path, text))
    told = prompt_signs(path, text)
    if told and told[0].sort in {Sort.PROMPT, Sort.INSTRUCTIONS}:
        return Found(told)
    return signs_in_code(path, text) if is_code(path) else Found()
