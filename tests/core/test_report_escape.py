"""What comes from files and models stays data wherever it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from tests.golden.hostile import TEXT, assert_harmless, is_hidden, tokens

from placet.report.escape import clipped, code, fence, html_code, name, plain, prose, tick
from placet.report.printable import columns, printable


@given(TEXT)
def test_a_code_span_is_one_code_span(text: str) -> None:
    inline = [token for token in tokens(f"x {code(text)} y") if token.type not in {"inline", "paragraph_open"}]
    kinds = [token.type for token in inline if token.type != "paragraph_close"]
    assert kinds in (["text", "code_inline", "text"], ["text"])
    assert "\n" not in code(text)


@given(TEXT, TEXT)
def test_two_cells_stay_two_cells(left: str, right: str) -> None:
    table = f"| a | b |\n| --- | --- |\n| {code(left)} | {name(right)} |\n| {prose(left)} | {prose(right)} |\n"
    assert sum(token.type == "td_open" for token in tokens(table)) == 4
    assert sum(token.type == "tr_open" for token in tokens(table)) == 3
    assert_harmless(table)


@given(TEXT)
def test_a_fence_holds_all_of_its_text(text: str) -> None:
    found = list(tokens(f"before\n\n{fence(text)}\n\nafter\n"))
    assert [token.type for token in found].count("fence") == 1
    assert [token.content for token in found if token.type == "inline"] == ["before", "after"]
    assert_harmless(fence(text))


@given(TEXT)
def test_a_sentence_never_becomes_more_than_words_and_code(text: str) -> None:
    for sentence in (f"**Note:** {prose(text)}", f"- {prose(text)}", str(prose(text))):
        assert_harmless(sentence)
        blocks = {token.type for token in tokens(sentence) if token.type.endswith("_open")}
        assert blocks <= {"paragraph_open", "bullet_list_open", "list_item_open", "strong_open"}
        assert sum(token.type == "inline" for token in tokens(sentence)) <= 1


@given(TEXT, TEXT)
def test_one_sentence_does_not_reach_into_the_next(first: str, second: str) -> None:
    assert_harmless(f"{prose(first)} · {prose(second)}")


@given(TEXT)
def test_a_summary_holds_no_foreign_html(text: str) -> None:
    assert_harmless(f"<details><summary><b>{html_code(text)}</b></summary>\n\nx\n\n</details>\n")


@given(TEXT)
def test_a_terminal_is_shown_nothing_that_drives_it(text: str) -> None:
    for shown in (printable(text), plain(text), tick(text)):
        assert not any(is_hidden(letter) for letter in shown)


@given(TEXT)
def test_a_tick_is_one_piece_of_a_sentence(text: str) -> None:
    assert tick(text).count("`") == 2


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        pytest.param("waived by @lee: see #12.", "waived by `@lee`: see `#12`.", id="mentions and references are code"),
        pytest.param("see https://x.example/a, please", "see `https://x.example/a`, please", id="an address is code"),
        pytest.param("`a` costs $0.06, or 5 %", "`a` costs $0.06, or 5 %", id="an amount of money is a word"),
        pytest.param("a [link](x) *here*", r"a \[link\](x) \*here\*", id="marks are escaped"),
        pytest.param("# title", "`#` title", id="no heading"),
        pytest.param("1. item", "`1.` item", id="no list"),
        pytest.param("a stray ` tick", "a stray ' tick", id="a tick without its other half"),
        pytest.param("`a` and ``", "`a` and (empty)", id="nothing in ticks"),
    ],
)
def test_sentences(sentence: str, shown: str) -> None:
    assert prose(sentence) == shown


def test_ticks_inside_of_code_make_the_span_longer() -> None:
    assert code("a `b` c") == "``a `b` c``"
    assert code("`b`") == "`` `b` ``"
    assert fence("```\nx").startswith("````text\n")


def test_wide_letters_count_twice_and_combining_ones_not_at_all() -> None:
    assert columns("漢字") == 4
    assert columns("e\u0301") == 1


def test_a_long_text_says_how_much_is_missing() -> None:
    assert clipped("x" * 2000, 500) == "x" * 500 + "… (1,500 more characters)"
    assert clipped("short", 500) == "short"
