"""Text that would break a report if it were anything but data, and how to see whether it did."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

_PIECES = [
    "`", "``", "```", "~~~", "|", "\\", "\n", "\n\n", "\r", "\t", " ", "    ", "*", "**", "_", "#", "# ", "## x",
    "- ", "+ ", "1. ", "> ", "---", "===", "<", ">", "&", "&lt;", "&#64;x", "<b>", "</b>", "<!--", "-->", "<details>",
    "</details>", "</summary>", "</code>", "<script>", "<img src=x>", "![a](https://e.example/x.png)", "[a]: /x",
    "[a](https://e.example)", "[a]", "<https://e.example>", "https://e.example", "www.e.example", "a@e.example",
    "@acme/all", "@lee", "(@lee)", "#12", "GH-12", "acme/x#3", "a1b2c3d4e5", ":tada:", "$x$", "$`x`$", "\u202e",
    "\u200b", "\x1b[2J", "\x07", "\x00", "\u2028", "\x85", "\ud800", "é", "漢字", "\u0301", "- [x] ",
    "| a | b |\n|---|---|\n", "word", "a.b", "x:", "://", "{{x}}", "{% x %}",
]  # fmt: skip
TEXT = st.lists(st.sampled_from(_PIECES) | st.text(max_size=6), max_size=12).map("".join)

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_OURS = re.compile(
    r"<details><summary><b>(?:<code>[^<>]*</code> ?){0,2}[^<>`@#]*</b>[^<>`@#]*</summary>|</details>|</?sub>"
)
#: In words outside of code none of these may stand.
_LIVE = re.compile(r"@|#|://|www\.|[<>&\\]|\bGH-|\b[0-9a-f]{7,40}\b|\$(?!\d)|:\w+:", re.IGNORECASE)


def tokens(markdown: str) -> Iterator[Token]:
    for token in _MARKDOWN.parse(markdown):
        yield token
        yield from token.children or []


def assert_harmless(markdown: str) -> None:
    """No link, image or HTML but ours; no live word outside of code; nothing that hides what it says."""
    for token in tokens(markdown):
        assert token.type not in {"image", "link_open", "code_block", "blockquote_open", "hr", "ordered_list_open"}
        if token.type in {"html_inline", "html_block"}:
            assert _OURS.fullmatch(token.content.strip()), token.content
        if token.type == "text":
            assert not _LIVE.search(token.content), token.content
    assert all(letter == "\n" or not is_hidden(letter) for letter in markdown)


def is_hidden(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
