"""bleu and chrf, by sacrebleu (extra `text`), and what is said without it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.scoring import score, scorer

from placet.model.suite import ScorerSpec
from placet.scorers import build

DOCS = Path(__file__).parents[2] / "docs" / "scorers"
CAT = "the cat sat on the mat"


@pytest.mark.parametrize(
    ("type", "parameters", "text", "value"),
    [
        pytest.param("bleu", {"value": CAT}, CAT, 1.0, id="bleu: the same"),
        pytest.param("bleu", {"value": CAT}, "completely different", 0.0, id="bleu: no word of it"),
        pytest.param("bleu", {"value": CAT}, "", 0.0, id="bleu: no answer"),
        pytest.param("bleu", {"value": "the cat"}, "the", 0.367879, id="bleu: too short"),
        pytest.param(
            "bleu",
            {"value": [CAT, "there is a cat on the mat"]},
            "the cat is on the mat",
            0.397635,
            id="bleu: two references together",
        ),
        pytest.param("bleu", {"value": CAT, "at_least": 0.5}, "the cat", 0.0, id="bleu: not enough"),
        pytest.param("bleu", {"value": "猫坐在垫子上", "tokenize": "zh"}, "猫坐在垫子上", 1.0, id="bleu: Chinese"),
        pytest.param("bleu", {"value": "{{unknown}}"}, "{{unknown}}", 0.0, id="bleu: no such variable"),
        pytest.param("chrf", {"value": CAT}, CAT, 1.0, id="chrf: the same"),
        pytest.param("chrf", {"value": "the cat"}, "the", 0.437262, id="chrf: too short"),
        pytest.param("chrf", {"value": "the cat", "word_order": 2}, "the", 0.467422, id="chrf: with words (chrF++)"),
        pytest.param("chrf", {"value": CAT, "at_least": 0.9}, CAT, 1.0, id="chrf: enough"),
    ],
)
def test_scores(type: str, parameters: dict[str, Any], text: str, value: float) -> None:  # noqa: A002
    assert score(type, parameters, text).value == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize("type", ["bleu", "chrf"])
@settings(deadline=None)
@given(text=st.text(), expected=st.text())
def test_any_output_gives_a_share(type: str, text: str, expected: str) -> None:  # noqa: A002
    found = score(type, {"value": "{{expected}}"}, text, expected=expected)
    assert found.value is not None
    assert 0 <= found.value <= 1


@pytest.mark.parametrize("type", ["bleu", "chrf"])
def test_a_text_too_long_scores_0(type: str) -> None:  # noqa: A002
    found = score(type, {"value": CAT}, "cat " * 30_000)
    assert found.value == 0
    assert "120,000 characters are more than the 100,000" in found.why


def test_no_text_is_kept_in_memory() -> None:
    from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

    score("bleu", {"value": CAT}, CAT)
    assert Tokenizer13a.__call__.cache_info().currsize == 0


def test_without_the_extra_it_cannot_be_built_and_the_line_to_install_it_is_named() -> None:
    code = """if True:
        import sys
        sys.modules["sacrebleu"] = None
        from placet.model.suite import ScorerSpec
        from placet.scorers import ScorerError, build
        for type, name in (("bleu", "sacrebleu"), ("chrf", "sacrebleu")):
            try:
                build(ScorerSpec("it", type, {"value": "x"}))
            except ScorerError as error:
                print(error.what, error.help, int(error.exit_code), sep=" / ")
        """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    line = "`bleu` and `chrf` need sacrebleu, which is not installed / pip install 'placet[text]' / 4"
    assert done.stdout.splitlines() == [line, line]


@pytest.mark.parametrize(
    ("type", "parameters", "message"),
    [
        pytest.param(
            "bleu", {"value": "x", "tokenize": "flores200"}, "`tokenize` must be 13a", id="one that downloads"
        ),
        pytest.param(
            "chrf", {"value": "x", "word_order": 3}, "`word_order` must be a whole number", id="too many words"
        ),
        pytest.param("chrf", {"value": "x", "tokenize": "13a"}, "no parameter `tokenize`", id="a parameter of bleu"),
    ],
)
def test_what_cannot_be_built_says_why(type: str, parameters: dict[str, Any], message: str) -> None:  # noqa: A002
    with pytest.raises(Exception, match=message):
        scorer(type, parameters)


@pytest.mark.parametrize("page", ["bleu", "chrf"])
def test_the_examples_of_the_pages_build(page: str) -> None:
    for block in (DOCS / f"{page}.md").read_text().split("```yaml\n")[1:]:
        for item in yaml.safe_load(block.split("```")[0]):
            parameters = {key: value for key, value in item.items() if key not in {"name", "type"}}
            build(ScorerSpec(item["name"], item["type"], parameters))
