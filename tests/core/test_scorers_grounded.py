"""grounded and citations: whether the sources of a case carry what an answer says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.scoring import score, scorer

from placet.model.suite import Case
from placet.scorers import Output, ScorerError
from placet.substitute import variables_of

CONTEXT = (
    "Acme Ltd delivers within 24 hours. The standard fee is $1,250.00 per order. "
    'The policy says: "refunds are paid to the original card". Maria Lopez runs the Berlin office.'
)
GROUNDED = {"sources": "{{context}}"}
MARKED = "[1] Delivery takes 24 hours.\n[2] The fee is $5."


@pytest.mark.parametrize(
    ("parameters", "text", "value"),
    [
        pytest.param({}, "Acme delivers within 24 hours.", 1.0, id="said by the source"),
        pytest.param({}, "Orders are delivered in 24 hours.", 1.0, id="in other forms of the same words"),
        pytest.param({}, "Acme delivers within 48 hours.", 0.0, id="another number"),
        pytest.param({}, "The fee for an order is 1250 dollars.", 1.0, id="a number written otherwise"),
        pytest.param({}, "The Hamburg office delivers within 24 hours.", 0.0, id="another name"),
        pytest.param({}, "The office in Berlin is run by Maria Lopez.", 1.0, id="names of the source"),
        pytest.param({}, "Bananas are yellow fruit.", 0.0, id="about something else"),
        pytest.param({}, "Acme delivers within 24 hours. Bananas are yellow fruit.", 0.5, id="half of it"),
        pytest.param(
            {}, 'The policy says "refunds are paid to the original card".', 1.0, id="a quotation that stands there"
        ),
        pytest.param(
            {}, 'The policy says "refunds are paid to the original account".', 0.0, id="a quotation that doesn't"
        ),
        pytest.param({}, "Acme does not deliver within 24 hours.", 1.0, id="a negation isn't noticed: lexical only"),
        pytest.param({}, "", 0.0, id="no answer claims nothing"),
        pytest.param({}, "Sure!", 0.0, id="nor does a word of courtesy"),
        pytest.param(
            {"may_abstain": True}, "The documents do not mention the colour.", 1.0, id="it may say it can't tell"
        ),
        pytest.param({"may_abstain": True}, "I can't answer that.", 1.0, id="or refuse"),
        pytest.param(
            {"may_abstain": True},
            "The documents do not say. Bananas are yellow fruit.",
            0.0,
            id="but not make up the rest",
        ),
        pytest.param({"may_abstain": True}, "", 0.0, id="no answer abstains from nothing"),
        pytest.param({"at_least": 0.5}, "Acme delivers within 24 hours. Bananas are yellow fruit.", 1.0, id="enough"),
        pytest.param({"words": 1}, "Acme delivers gladly within 24 hours.", 0.0, id="every word must stand there"),
        pytest.param({"sources": "{{unknown}}"}, "Acme delivers.", 0.0, id="no such variable"),
        pytest.param({"sources": "{{empty}}"}, "Acme delivers.", 0.0, id="an empty source is none"),
        pytest.param({}, "Acme delivers within 24 hours [1].", 1.0, id="citations are no claims"),
    ],
)
def test_grounded(parameters: dict[str, Any], text: str, value: float) -> None:
    found = score("grounded", {**GROUNDED, **parameters}, text, context=CONTEXT, empty=" ")
    assert found.value == value, found.why


def test_one_source_must_carry_the_whole_sentence() -> None:
    sources = ["Acme delivers within 24 hours.", "The Berlin office is open on Monday."]
    text = "The Berlin office delivers within 24 hours."
    assert score("grounded", {"sources": sources}, text).value == 0
    assert score("grounded", {"sources": " ".join(sources)}, text).value == 1
    halves = {"sources": ["red apples", "green pears"], "words": 0.8}
    assert score("grounded", halves, "red apples and green pears").value == 0


@pytest.mark.parametrize(
    ("parameters", "text", "value"),
    [
        pytest.param({}, "It takes 24 hours [1].", 1.0, id="a source that exists"),
        pytest.param({}, "It takes 24 hours [1, 2].", 1.0, id="two in one"),
        pytest.param({}, "It takes 24 hours [3].", 0.0, id="one that doesn't exist"),
        pytest.param({}, "It takes 24 hours [1][3].", 0.0, id="one of two doesn't"),
        pytest.param({}, "It takes 24 hours.", 0.0, id="no citation"),
        pytest.param({"at_least": 0}, "It takes 24 hours.", 1.0, id="none is needed"),
        pytest.param({"at_least": 2}, "It takes 24 hours [1] [1].", 0.0, id="one source twice is one"),
        pytest.param({"sources": ["first", "second"]}, "So it is [2].", 1.0, id="sources of a list are numbered"),
        pytest.param({"sources": "Read [1].\n[2] text"}, "So it is [1].", 0.0, id="a mark within a line starts none"),
    ],
)
def test_citations(parameters: dict[str, Any], text: str, value: float) -> None:
    assert score("citations", {"sources": "{{context}}", **parameters}, text, context=MARKED).value == value


@pytest.mark.parametrize(
    ("sources", "cited"),
    [
        pytest.param({"doc-a": "One text.", "doc-b": {"title": "Two"}}, "doc-b", id="a map gives the ids"),
        pytest.param(["One text.", "Another."], "2", id="a list gives numbers"),
    ],
)
def test_sources_of_the_expectation(sources: Any, cited: str) -> None:
    case = Case("one", {}, {"sources": sources})
    it = scorer("citations", {"sources": "{{expected.sources}}"})
    assert it(Output(f"See [{cited}]."), variables_of(case)).value == 1
    assert it(Output("See [doc-z]."), variables_of(case)).value == 0


@pytest.mark.parametrize(
    ("type", "parameters", "message"),
    [
        pytest.param("grounded", {}, "needs the parameter `sources`", id="no sources"),
        pytest.param("grounded", {"sources": ""}, "`sources` holds an empty text", id="empty sources"),
        pytest.param("grounded", {"sources": []}, "`sources` is an empty list", id="a list of none"),
        pytest.param("grounded", {"sources": "x", "words": 60}, "`words` must be above 0 and at most 1", id="percent"),
        pytest.param(
            "grounded", {"sources": "x", "at_least": "1"}, "`at_least` must be a number", id="a text as bound"
        ),
        pytest.param("citations", {"sources": "x", "words": 0.5}, "no parameter `words`", id="a parameter of grounded"),
    ],
)
def test_what_cannot_be_built_says_why(type: str, parameters: dict[str, Any], message: str) -> None:  # noqa: A002
    with pytest.raises(ScorerError) as caught:
        scorer(type, parameters)
    assert message in f"{caught.value.what} / {caught.value.help}"


IDS = st.text("abc123-", min_size=1, max_size=4).filter(lambda id: id[0] != "-")


@settings(deadline=None)
@given(sources=st.sets(IDS, min_size=1), cited=st.sets(IDS, min_size=1))
def test_citations_pass_when_every_one_of_them_is_a_source(sources: set[str], cited: set[str]) -> None:
    given_ = "\n".join(f"[{id}] text" for id in sorted(sources))
    answer = " ".join(f"so [{id}]," for id in sorted(cited))
    assert (score("citations", {"sources": given_}, answer).value == 1) == (cited <= sources)


def test_what_stands_before_the_first_mark_is_a_source_too() -> None:
    parameters = {"sources": "Opened in 1999.\n[1] Closed in 2004.\n[1] Sold in 2010."}
    for text in ("Opened in 1999.", "Closed in 2004.", "Sold in 2010."):
        assert score("grounded", parameters, text).value == 1


SENTENCES = st.lists(
    st.sampled_from(["Acme delivers within 24 hours.", "The fee is $5 today.", "Maria Lopez runs the Berlin office."]),
    min_size=1,
    max_size=4,
)


@settings(deadline=None)
@given(sentences=SENTENCES)
def test_sentences_of_the_source_are_grounded_and_made_up_ones_lower_the_share(sentences: list[str]) -> None:
    source = " ".join(sentences)
    assert score("grounded", GROUNDED, "\n".join(sentences), context=source).value == 1
    found = score("grounded", GROUNDED, f"{source} Bananas grow on 77 trees.", context=source)
    assert found.value == pytest.approx(len(sentences) / (len(sentences) + 1))


@settings(deadline=None)
@given(text=st.text(), context=st.text())
def test_any_text_gives_a_share(text: str, context: str) -> None:
    for parameters in (GROUNDED, {**GROUNDED, "may_abstain": True}):
        found = score("grounded", parameters, text, context=context)
        assert found.value is not None
        assert 0 <= found.value <= 1
        assert found.why.isprintable()


def test_the_reason_names_a_sentence_that_no_source_covers() -> None:
    found = score("grounded", GROUNDED, "Acme delivers within 24 hours. Acme was founded in 1999.", context=CONTEXT)
    assert found.why == ('1 of 2 sentences are covered by a source; not covered: "Acme was founded in 1999."')


def test_too_many_sources_score_0() -> None:
    case = Case("one", {}, {"sources": json.loads(json.dumps(["text"] * 201))})
    found = scorer("grounded", {"sources": "{{expected.sources}}"})(Output("A text."), variables_of(case))
    assert found.value == 0
    assert "more than 200" in found.why
