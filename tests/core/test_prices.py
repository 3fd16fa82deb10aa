"""The table of prices, where it comes from, and what a budget of policy does to a review."""

from __future__ import annotations

import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model_server import ModelServer, Reply, provider_at
from tests.repository import PROMPT, PROVIDERS, governed, sorter

from placet.cli.main import main
from placet.decision import Answer
from placet.errors import PlacetError
from placet.model.policy import Price, ServedModel
from placet.prices import EMPTY, Table, differences, from_bytes, of_genai, of_module, priced, to_bytes, wanted
from placet.providers.costs import Budget

TABLE = Table("genai-prices-0.2.3", "2026-11-20", {"openai/gpt-4o": Price(2.5, 10.0)})
DAY = "2026-11-20"
MODULE = """
from decimal import Decimal
import datetime
from .types import *
providers: list[Provider] = [
    Provider(
        id='openai', name='OpenAI', api_pattern='x', extractors=[UsageExtractor(root='usage', mappings=[])],
        models=[
            ModelInfo(
                id='gpt-4o',
                match=ClauseOr(or_=[ClauseEquals(equals='gpt-4o'), ClauseEquals(equals='gpt-4o-2024-08-06'),
                                    ClauseStartsWith(starts_with='gpt-4o-')]),
                prices=ModelPrice(input_mtok=Decimal('2.5'), cache_read_mtok=Decimal('1'), output_mtok=Decimal('10')),
            ),
            ModelInfo(id='tiered', prices=ModelPrice(
                input_mtok=TieredPrices(base=Decimal('1'), tiers=[Tier(start=200000, price=Decimal('2'))]),
                output_mtok=Decimal('10'))),
            ModelInfo(id='free', prices=ModelPrice()),
            ModelInfo(id='cheaper-since', prices=[
                ConditionalPrice(prices=ModelPrice(input_mtok=Decimal('4'), output_mtok=Decimal('8'))),
                ConditionalPrice(constraint=StartDateConstraint(start_date=datetime.date(2026, 6, 1)),
                                 prices=ModelPrice(input_mtok=Decimal('2'), output_mtok=Decimal('4'))),
                ConditionalPrice(constraint=StartDateConstraint(start_date=datetime.date(2027, 1, 1)),
                                 prices=ModelPrice(input_mtok=Decimal('1'), output_mtok=Decimal('2')))]),
            ModelInfo(id='at-night', prices=[
                ConditionalPrice(constraint=TimeOfDateConstraint(start_time='00:00', end_time='06:00'),
                                 prices=ModelPrice(input_mtok=Decimal('1'), output_mtok=Decimal('1')))]),
        ],
    ),
]
"""


def test_a_table_is_written_as_it_is_read():
    assert from_bytes(to_bytes(TABLE)) == TABLE
    assert from_bytes(to_bytes(EMPTY)) == EMPTY
    assert to_bytes(TABLE).decode().splitlines()[4] == '    "openai/gpt-4o": {"input": 2.5, "output": 10.0}'


PRICES = st.builds(Price, *[st.floats(0, 100_000)] * 2)


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), PRICES))
def test_its_hash_is_that_of_what_it_says(models):
    table = Table("somewhere", DAY, models)
    assert from_bytes(to_bytes(table)).digest == table.digest
    assert Table("somewhere", DAY, {**models, "one/more": Price(1, 1)}).digest != table.digest


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"models": {}}', id="no source"),
        pytest.param(
            b'{"source": "", "taken": "", "models": {"a": {"input": -1, "output": 1}}}', id="less than nothing"
        ),
        pytest.param(b'{"source": "", "taken": "", "models": {"a": {"input": 1}}}', id="half a price"),
        pytest.param(b'{"source": "", "taken": "", "models": {"a": {"input": NaN, "output": 1}}}', id="NaN"),
        pytest.param(b'{"source": "", "taken": "", "models": {"a": {"input": true, "output": 1}}}', id="true"),
        pytest.param(b"\xff", id="no text"),
        pytest.param(b"[" * 100_000, id="a pit"),
    ],
)
def test_what_is_no_table_is_named(data):
    with pytest.raises(PlacetError, match=r"policies/prices\.json.*no table of prices"):
        from_bytes(data)


def test_a_model_takes_its_price_from_the_table_unless_it_has_one():
    models = (
        ServedModel("a", (), None, "openai/gpt-4o"),
        ServedModel("b", (), Price(1, 1), "openai/gpt-4o"),
        ServedModel("c", (), None, "openai/unheard-of"),
        ServedModel("d", (), None),
    )
    provider = provider_at("http://127.0.0.1:1", models=models)
    found = priced({"stand-in": provider}, TABLE)["stand-in"]
    assert [found.price_of(name) for name in "abcd"] == [Price(2.5, 10.0), Price(1, 1), None, None]
    assert wanted([provider]) == {"openai/gpt-4o", "openai/unheard-of"}


def test_what_changes_is_said():
    new = Table("", "", {"openai/gpt-4o": Price(2, 10), "a/b": Price(0, 0)})
    assert differences(TABLE, new) == [
        "a/b: unknown -> $0 in, $0 out",
        "openai/gpt-4o: $2.5 in, $10 out -> $2 in, $10 out",
    ]


def test_the_data_of_genai_prices_is_read_and_not_run():
    assert of_genai(of_module(MODULE), DAY) == {
        "openai/gpt-4o": Price(2.5, 10),
        "openai/gpt-4o-2024-08-06": Price(2.5, 10),
        "openai/cheaper-since": Price(2, 4),
    }
    assert of_genai(of_module("import os; os.abort()\nproviders: list = []"), DAY) == {}


@pytest.mark.parametrize("text", ["", "providers = [", "(" * 100_000])
def test_what_is_not_its_data_is_named(text):
    with pytest.raises(PlacetError, match="genai-prices"):
        of_module(text)


def wheel(tmp_path, text=MODULE):
    path = tmp_path / "genai_prices-0.2.3-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("genai_prices/data.py", text)
    return str(path)


def test_refreshing_shows_what_changes_before_it_writes(tmp_path, monkeypatch, capsys):
    repo = governed(tmp_path / "shop")
    monkeypatch.chdir(repo.path)
    command = ["prices", "refresh", "--from", wheel(tmp_path), "--model", "openai/gpt-4o"]
    assert main([*command, "--dry-run"]) == 0
    assert capsys.readouterr().out == "openai/gpt-4o: unknown -> $2.5 in, $10 out\n"
    assert not (repo.path / "policies/prices.json").exists()
    assert main(command) == 0
    table = from_bytes((repo.path / "policies/prices.json").read_bytes())
    assert (table.source, table.models) == ("genai-prices-0.2.3", {"openai/gpt-4o": Price(2.5, 10)})
    capsys.readouterr()
    assert main(["prices", "refresh", "--from", wheel(tmp_path)]) == 0
    assert capsys.readouterr().out == "no price changes\n"
    assert main(["prices", "show", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == table.digest
    assert main([*command, "--model", "openai/none"]) == 4
    assert "openai/none: not in genai-prices-0.2.3, so its price is unknown" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param("nowhere", "there is no file", id="no file"),
        pytest.param("text", "neither a wheel of genai-prices nor its data.json", id="a file of something else"),
    ],
)
def test_a_file_that_holds_no_prices(tmp_path, monkeypatch, capsys, given, said):
    repo = governed(tmp_path / "shop")
    monkeypatch.chdir(repo.path)
    (tmp_path / "text").write_text("no JSON")
    assert main(["prices", "refresh", "--from", str(tmp_path / given)]) == 4
    assert said in capsys.readouterr().err


# --- in a review


@pytest.fixture
def server():
    with ModelServer(sorter) as running:
        yield running


def changed(tmp_path, server, policy=None, table=None):
    repo = governed(tmp_path / "shop", server.base_url)
    if policy:
        repo.write({"policies/placet.yaml": repo.read("policies/placet.yaml") + policy})
    if table:
        repo.write({"policies/prices.json": to_bytes(table).decode()})
        with repo.yaml(PROVIDERS) as value:
            for model in next(iter(value["providers"].values()))["models"]:
                del model["price"]
                model["priced_as"] = "openai/gpt-4o"
    repo.commit("Policies")
    repo.branch("feature")
    repo.edit(PROMPT, "one word", "one short word")
    repo.commit("Shorter")
    return repo


def test_prices_come_from_the_table_of_base_and_its_hash_is_shown(tmp_path, server):
    repo = changed(tmp_path, server, table=TABLE)
    repo.write({"policies/prices.json": to_bytes(Table("", "", {"openai/gpt-4o": Price(0, 0)})).decode()})
    repo.commit("A change that makes itself cheap")
    review = repo.review()
    assert review.spent.cost_usd == pytest.approx(68 * (10 * 2.5 + 5 * 10) / 1e6)
    assert review.prices == TABLE.digest


def test_a_price_that_the_table_does_not_know_is_unknown(tmp_path, server):
    review = changed(tmp_path, server, table=Table("", "", {"other/model": Price(1, 1)})).review()
    assert review.spent.cost_usd is None


@pytest.mark.parametrize(
    ("policy", "own", "calls"),
    [
        pytest.param("budget: {max_calls: 20}\n", Budget(), 20, id="policy's"),
        pytest.param("budget: {max_calls: 20}\n", Budget(max_calls=10), 10, id="a command lowers it"),
        pytest.param("budget: {max_calls: 20}\n", Budget(max_calls=60), 20, id="a command never raises it"),
        pytest.param("budget: {max_cost_usd: 0}\n", Budget(max_cost_usd=5.0), 0, id="of money"),
    ],
)
def test_over_the_budget_of_policy_nothing_passes(tmp_path, server, policy, own, calls):
    review = changed(tmp_path, server, policy).review(budget=own)
    assert review.decision.answer is Answer.ERROR
    assert any("limit" in reason.text for reason in review.decision.reasons)
    assert server.count == calls


def test_the_budget_is_base_s(tmp_path, server):
    repo = changed(tmp_path, server, "budget: {max_calls: 20}\n")
    repo.edit("policies/placet.yaml", "max_calls: 20", "max_calls: 2000")
    repo.commit("A change that raises its own budget")
    assert repo.review().decision.answer is Answer.ERROR
    assert server.count == 20


def test_a_plan_says_the_budget(tmp_path, server, monkeypatch, capsys):
    monkeypatch.chdir(changed(tmp_path, server, "budget: {max_calls: 2000, max_cost_usd: 5, max_minutes: 30}\n").path)
    assert main(["plan"]) == 0
    assert "a pull request may take 2,000 model calls and $5 and 30 minutes" in " ".join(
        capsys.readouterr().out.split()
    )


@pytest.mark.parametrize("text", ["10", "0m", "-1m", "1.5h", "25h", "m", "", "\uff11m"])
def test_a_deadline_that_is_no_time(tmp_path, monkeypatch, capsys, text):
    monkeypatch.chdir(governed(tmp_path / "shop").path)
    assert main(["review", "--deadline", text]) == 2
    assert "write 90s, 10m or 2h" in capsys.readouterr().err


def test_a_deadline_keeps_what_is_done_and_decides_nothing(tmp_path, server):
    repo = changed(tmp_path, server)
    server.script(lambda seen: Reply(hang=True) if seen.number >= 30 else sorter(seen))
    review = repo.review(seconds=1.5)
    assert review.decision.answer is Answer.ERROR
    assert any("the deadline of" in reason.text for reason in review.decision.reasons)
    server.script(sorter)
    before = server.count
    assert repo.review().decision.answer is Answer.PLACET
    assert server.count - before == 68 - 30


def test_a_table_that_nobody_can_read_is_a_finding():
    from tests.governed import TODAY
    from tests.repository import files, snapshot_of

    from placet.rules.catalogue import check

    def found(text):
        return [one.message for one in check(snapshot_of({**files(), "policies/prices.json": text}), TODAY)]

    assert [message for message in found('{"models": []}') if "no table of prices" in message]
    assert found(to_bytes(TABLE).decode()) == [message for message in found(to_bytes(EMPTY).decode()) if message]
