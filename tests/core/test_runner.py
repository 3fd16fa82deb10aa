"""A run of calls against a real server on loopback: order, budget, cache, and what an interruption leaves."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.model_server import ModelServer, Reply, ask, provider_at

from placet.cache import Cache, key_of
from placet.errors import PlacetError
from placet.model.policy import ServedModel
from placet.model.register import Message
from placet.model.run import Answer, CallError
from placet.providers.costs import Budget
from placet.providers.estimate import Estimate, estimate
from placet.providers.openai import OpenAIWire
from placet.providers.retry import Patience
from placet.record import replace
from placet.runner import Progress, Terms, Watch, run, run_calls

ROOT = Path(__file__).parents[2]
KEY = "sk-very-secret-0123456789"
HASTY = Patience(first=0.01)
UNPRICED = (ServedModel("stand-in-1", ("acme/stand-in",), None),)


class Heard:
    """What a caller is told."""

    def __init__(self, follow=lambda index, answer: None):
        self.outcomes = {}
        self.order = []
        self.progress = []
        self._follow = follow

    @property
    def watch(self):
        return Watch(result=self._result, progress=self.progress.append, follow=self._follow)

    def _result(self, index, outcome):
        assert index not in self.outcomes, "each request is answered once"
        self.outcomes[index] = outcome
        self.order.append(index)


def make(calls, *providers, cache=None, budget=None, **watch):
    heard = Heard(**watch)
    wires = {provider.id: OpenAIWire(provider, KEY) for provider in providers}
    terms = Terms(cache, budget or Budget(), HASTY)
    return run(calls, wires, terms, heard.watch), heard


def asks(count, **changes):
    return [ask(f"question {n}", **changes) for n in range(count)]


def repeat(seen):
    return Reply(seen.prompt)


# --- results


def test_each_request_gets_its_own_answer():
    with ModelServer(repeat) as server:
        summary, heard = make(asks(30), server.provider())
    assert {index: outcome.text for index, outcome in heard.outcomes.items()} == {n: f"question {n}" for n in range(30)}
    assert summary.stopped is None
    assert summary.progress == Progress(30, 30, 30, 0, pytest.approx(30 * 20e-6), 0)


def test_calls_are_made_in_the_given_order():
    arms = [ask(f"{arm} {n}") for n in range(10) for arm in ("head", "base")]
    with ModelServer() as server:
        make(arms, server.provider(concurrency=1))
    assert [seen.prompt for seen in server.requests] == [call.messages[-1].content for call in arms]


def test_concurrency_is_used_and_kept():
    with ModelServer(Reply(delay=0.05)) as server:
        make(asks(20), server.provider(concurrency=5))
    assert server.max_concurrent == 5


def test_equal_requests_are_one_call_and_trials_are_not():
    calls = [ask("same"), ask("other"), ask("same"), ask("same", trial=2), ask("same")]
    with ModelServer(repeat) as server:
        summary, heard = make(calls, server.provider())
    assert server.count == 3
    assert [heard.outcomes[n].text for n in range(5)] == ["same", "other", "same", "same", "same"]
    assert [heard.outcomes[n].cached for n in range(5)] == [False, False, True, False, True]
    assert (summary.progress.calls, summary.progress.cached) == (3, 2)


def test_two_providers_in_one_run():
    with ModelServer(Reply("one")) as one, ModelServer(Reply("two")) as two:
        calls = [ask(str(n), provider=name) for n in range(5) for name in ("one", "two")]
        _, heard = make(calls, one.provider(id="one"), two.provider(id="two"))
    assert [heard.outcomes[n].text for n in range(10)] == ["one", "two"] * 5


def test_progress_is_told_after_each_result():
    with ModelServer([Reply(), Reply.error(400), Reply()]) as server:
        summary, heard = make(asks(3), server.provider(concurrency=1))
    assert [(p.done, p.total, p.calls, p.errors) for p in heard.progress] == [
        (1, 3, 1, 0),
        (2, 3, 2, 1),
        (3, 3, 3, 1),
    ]
    assert heard.progress[-1] == summary.progress


def test_nothing_to_do():
    summary, heard = make([])
    assert summary.progress == Progress(0, 0, 0, 0, 0.0, 0)
    assert heard.order == []


def test_an_error_of_the_caller_comes_out_as_it_is(tmp_path):
    def spoil(index, outcome):
        raise PlacetError("the scorer broke")

    with ModelServer() as server, Cache(tmp_path / "cache.db") as cache:
        wires = {"stand-in": OpenAIWire(server.provider(concurrency=2), None)}
        with pytest.raises(PlacetError, match="the scorer broke"):
            run([ask()], wires, Terms(cache), Watch(result=spoil))
        assert cache.get([key_of(ask())])


# --- trouble


def test_errors_are_counted_by_kind_and_never_end_a_run():
    trouble = {
        "0": Reply.error(400),
        "1": Reply.html(),
        "2": Reply(None),
        "3": Reply.error(500),
        "4": Reply(reset_after=1),
        "5": Reply(body=b"\xff"),
    }
    with ModelServer(lambda seen: trouble.get(seen.prompt[-1], Reply("fine"))) as server:
        summary, heard = make(asks(10), server.provider(concurrency=3))
    assert summary.kinds == {"client-error": 1, "bad-answer": 3, "server-error": 1, "reset": 1}
    assert summary.progress.done == 10
    assert summary.progress.errors == 6
    assert [heard.outcomes[n].text for n in range(6, 10)] == ["fine"] * 4
    assert summary.silent == {}


def test_a_provider_that_is_down_fails_every_call_by_name_without_trying_each():
    with socket.create_server(("127.0.0.1", 0)) as bound:
        down = provider_at(f"http://127.0.0.1:{bound.getsockname()[1]}/v1")
    summary, heard = make(asks(200), down)
    assert summary.kinds == {"refused": 200}
    assert len(heard.outcomes) == 200
    assert summary.progress.calls < 100
    assert "connection refused" in summary.silent["stand-in"].detail
    assert "not tried" in heard.outcomes[199].detail


def test_a_429_storm_fails_every_call_by_name():
    with ModelServer(Reply.error(429, headers={"Retry-After": "0"})) as server:
        summary, _ = make(asks(50), server.provider())
    assert summary.kinds == {"rate-limited": 50}
    assert server.count < 100


def test_a_provider_is_not_given_up_while_an_answer_may_come():
    def script(seen):
        return Reply(delay=0.5) if seen.number == 0 else Reply(None) if seen.number < 30 else Reply()

    with ModelServer(script) as server:
        summary, _ = make(asks(40), server.provider(concurrency=20))
    assert summary.silent == {}
    assert server.count == 40
    assert summary.progress.errors == 29


def test_rejected_requests_do_not_speak_against_a_provider():
    with ModelServer(lambda seen: Reply.error(400, "filtered") if seen.number < 20 else Reply()) as server:
        summary, _ = make(asks(30), server.provider(concurrency=1))
    assert summary.kinds == {"client-error": 20}
    assert server.count == 30


def test_a_request_that_json_cannot_say_is_an_error_of_its_own():
    bad = ask(messages=(Message("user", "\ud800"),))
    with ModelServer() as server:
        summary, heard = make([ask("one"), bad, ask("two")], server.provider())
    assert summary.kinds == {"unsendable": 1}
    assert isinstance(heard.outcomes[1], CallError)
    assert server.count == 2


def test_a_provider_that_nobody_opened():
    with pytest.raises(PlacetError, match="no provider is called acme"):
        make([ask(provider="acme")])


# --- budget


def test_calls_stop_before_their_limit_is_exceeded():
    with ModelServer() as server:
        summary, heard = make(asks(20), server.provider(), budget=Budget(max_calls=7))
    assert server.count == 7
    assert len(heard.outcomes) == 7
    assert summary.stopped.reason == "max-calls"
    assert summary.progress.done == 7


def test_retries_count_as_calls():
    with ModelServer(Reply.error(500)) as server:
        summary, _ = make(asks(5), server.provider(concurrency=1), budget=Budget(max_calls=6))
    assert server.count == 6
    assert summary.stopped.reason == "max-calls"
    assert summary.kinds == {"server-error": 2}


def test_a_limit_that_is_just_enough_stops_nothing():
    with ModelServer() as server:
        summary, _ = make(asks(7), server.provider(), budget=Budget(max_calls=7))
    assert summary.stopped is None


def test_cached_answers_cost_nothing(tmp_path):
    with ModelServer() as server, Cache(tmp_path / "cache.db") as cache:
        make(asks(5), server.provider(), cache=cache)
        summary, heard = make(asks(5), server.provider(), cache=cache, budget=Budget(0, 0.0))
    assert server.count == 5
    assert summary.stopped is None
    assert summary.progress == Progress(5, 5, 0, 5, 0.0, 0)
    assert heard.order == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("concurrency", [1, 8, 50])
@pytest.mark.parametrize(
    "usage",
    [
        pytest.param((10, 500), id="as dear as estimated"),
        pytest.param((10, 5), id="cheaper than estimated"),
        pytest.param(None, id="unknown"),
        pytest.param((10, 40), id="somewhat cheaper"),
    ],
)
def test_cost_stays_below_its_limit(concurrency, usage):
    limit = 0.02
    calls = asks(100, parameters={"max_tokens": 500})
    with ModelServer(Reply(usage=usage)) as server:
        summary, heard = make(calls, server.provider(concurrency=concurrency), budget=Budget(max_cost_usd=limit))
    each = 0.001 if usage is None else (usage[0] * 1.0 + usage[1] * 2.0) / 1e6
    assert server.count * each <= limit * 1.01
    if each * 100 < limit:
        assert summary.stopped is None
        assert len(heard.outcomes) == 100
    else:
        assert summary.stopped.reason == "max-cost"
        assert server.count * each > limit * 0.8


def test_an_answer_that_is_dearer_than_estimated_is_learned_from():
    with ModelServer(Reply(usage=(10, 5000))) as server:
        summary, _ = make(
            asks(50, parameters={"max_tokens": 10}),
            server.provider(concurrency=1),
            budget=Budget(max_cost_usd=0.035),
        )
    assert server.count == 3
    assert summary.progress.cost_usd <= 0.035


def test_a_limit_on_cost_needs_a_price():
    with ModelServer() as server:
        with pytest.raises(PlacetError, match="price of stand-in-1 at stand-in is not known") as caught:
            make([ask()], server.provider(models=UNPRICED), budget=Budget(max_cost_usd=1.0))
        assert server.count == 0
    assert "policies/providers.yaml" in caught.value.help


@pytest.mark.parametrize(
    ("changes", "usage"),
    [
        pytest.param({"models": UNPRICED}, (10, 5), id="no price"),
        pytest.param({}, None, id="no usage"),
    ],
)
def test_a_cost_that_cannot_be_known_is_none(changes, usage):
    with ModelServer(Reply(usage=usage)) as server:
        summary, _ = make([ask()], server.provider(**changes))
    assert summary.progress.cost_usd is None


# --- cache and interruption


def test_errors_are_not_cached(tmp_path):
    with Cache(tmp_path / "cache.db") as cache, ModelServer([Reply(None), Reply("ok")]) as server:
        make([ask()], server.provider(), cache=cache)
        _, heard = make([ask()], server.provider(), cache=cache)
    assert heard.outcomes[0].text == "ok"


def test_no_credential_and_no_host_in_the_cache_file(tmp_path):
    with Cache(tmp_path / "cache.db") as cache, ModelServer(lambda seen: Reply(str(seen.headers))) as server:
        make(asks(3), server.provider(), cache=cache)
        assert KEY in server.requests[0].headers["authorization"]
        files = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    assert {"cache.db", "cache.db-wal"} <= set(files)
    assert b"***" in b"".join(files.values())
    assert not any(b"very-secret" in content for content in files.values())


def test_a_broken_cache_does_not_stop_a_run(tmp_path):
    path = tmp_path / "cache.db"
    path.write_bytes(b"garbage" * 1000)
    with Cache(path) as cache, ModelServer() as server:
        summary, _ = make(asks(3), server.provider(), cache=cache)
        assert len(cache.notes) == 1
    assert summary.progress.done == 3


def test_cancelling_keeps_what_has_ended(tmp_path):
    heard = Heard()

    async def cancelled(server, cache):
        async with OpenAIWire(server.provider(concurrency=4), None) as wire:
            task = asyncio.create_task(run_calls(asks(20), {"stand-in": wire}, Terms(cache), heard.watch))
            while len(heard.outcomes) < 5:  # noqa: ASYNC110 - outcomes come from the code under test
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with (
        ModelServer(lambda seen: Reply(hang=seen.number >= 5)) as server,
        Cache(tmp_path / "cache.db") as cache,
    ):
        asyncio.run(cancelled(server, cache))
        assert len(cache.get(key_of(call) for call in asks(20))) == 5
    assert all(isinstance(outcome, Answer) for outcome in heard.outcomes.values())


RUN = """
import sys
from pathlib import Path
from placet.cache import Cache
from placet.runner import Terms, Watch, run
from placet.providers.openai import OpenAIWire
from tests.core.test_runner import asks
from tests.model_server import provider_at
with Cache(Path(sys.argv[2])) as cache:
    wires = {"stand-in": OpenAIWire(provider_at(sys.argv[1], concurrency=4), None)}
    summary = run(asks(20), wires, Terms(cache), Watch(result=lambda index, _: print(index, flush=True)))
    print("stopped", summary.stopped.reason, summary.progress.done, flush=True)
"""


def interrupted(server, path, number, program=RUN, lines=6):
    """Start the run in a process of its own, and send it a signal when six answers are there."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, server.base_url, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    for _ in range(lines):
        process.stdout.readline()
    process.send_signal(number)
    said, errors = process.communicate()
    return process.returncode, said, errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_what_was_answered_before_a_signal_is_not_asked_again(tmp_path, number):
    path = tmp_path / "cache.db"
    with ModelServer(lambda seen: Reply(hang=seen.number >= 6)) as server:
        code, said, errors = interrupted(server, path, number)
        if number == signal.SIGINT:
            assert (code, said, errors) == (0, "stopped interrupted 6\n", "")
        before = server.count
        server.script(repeat)
        with Cache(path) as cache:
            summary, heard = make(asks(20), server.provider(), cache=cache)
            assert cache.notes == []
    assert 6 <= before <= 10  # those in flight are lost, and nothing else
    assert server.count - before == 14
    assert summary.progress.cached == 6
    assert len(heard.outcomes) == 20


# --- calls that follow on answers


class Chain:
    """Each request leads to as many further ones as `lengths` says, each about the answer before it."""

    def __init__(self, lengths, **changes):
        self._left = dict(enumerate(lengths))
        self._changes = changes
        self.seen = {}

    def __call__(self, index, answer):
        self.seen.setdefault(index, []).append(answer.text)
        if not self._left[index]:
            return None
        self._left[index] -= 1
        return ask(f"after {answer.text}", **self._changes)


def test_a_request_is_done_when_nothing_follows_any_more():
    chain = Chain([2, 0, 1])
    with ModelServer(repeat) as server:
        summary, heard = make(asks(3), server.provider(), follow=chain)
    assert {index: outcome.text for index, outcome in heard.outcomes.items()} == {
        0: "after after question 0",
        1: "question 1",
        2: "after question 2",
    }
    assert chain.seen[0] == ["question 0", "after question 0", "after after question 0"]
    assert server.count == summary.progress.calls == 6
    assert (summary.progress.done, summary.progress.total) == (3, 3)


def test_what_follows_may_go_to_another_provider():
    with ModelServer(repeat) as one, ModelServer(Reply("a verdict")) as judge:
        chain = Chain([1, 1], provider="judge")
        _, heard = make(asks(2), one.provider(), judge.provider(id="judge"), follow=chain)
    assert [outcome.text for outcome in heard.outcomes.values()] == ["a verdict", "a verdict"]
    assert {seen.prompt for seen in judge.requests} == {"after question 0", "after question 1"}


def test_what_follows_on_known_answers_comes_from_the_cache_too(tmp_path):
    with Cache(tmp_path / "cache.db") as cache, ModelServer(repeat) as server:
        make(asks(2), server.provider(), cache=cache, follow=Chain([2, 1]))
        summary, heard = make(asks(2), server.provider(), cache=cache, follow=Chain([2, 1]))
        assert server.count == 5
        longer, _ = make(asks(2), server.provider(), cache=cache, follow=Chain([2, 2]))
    assert (summary.progress.calls, summary.progress.cached) == (0, 2)
    assert heard.outcomes[0].text == "after after question 0"
    assert longer.progress.calls == 1


@pytest.mark.parametrize("cached", [False, True])
def test_equal_requests_that_want_the_same_next_share_that_call(tmp_path, cached):
    calls = [ask("same"), ask("same"), ask("same")]
    with Cache(tmp_path / "cache.db") as cache, ModelServer(repeat) as server:
        summary, heard = make(calls, server.provider(), cache=cache if cached else None, follow=Chain([1, 1, 0]))
    assert server.count == summary.progress.calls == 2
    assert [heard.outcomes[n].text for n in range(3)] == ["after same", "after same", "same"]


def test_an_error_in_a_later_call_is_the_requests_error(tmp_path):
    with (
        Cache(tmp_path / "cache.db") as cache,
        ModelServer(lambda seen: Reply.error(400) if seen.prompt == "after question 0" else repeat(seen)) as server,
    ):
        summary, heard = make(asks(2), server.provider(), cache=cache, follow=Chain([2, 2]))
        assert cache.get([key_of(ask("question 0"))])
    assert heard.outcomes[0].kind == "client-error"
    assert heard.outcomes[1].text == "after after question 1"
    assert summary.kinds == {"client-error": 1}
    assert summary.progress.done == 2


def test_an_error_instead_of_a_call_is_the_result():
    with ModelServer(repeat) as server:
        summary, heard = make(asks(1), server.provider(), follow=lambda index, answer: CallError("endless", "no end"))
    assert heard.outcomes[0] == CallError("endless", "no end")
    assert summary.kinds == {"endless": 1}


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        pytest.param({"provider": "nobody"}, "no provider is called nobody", id="to a provider that isn't there"),
        pytest.param({"messages": (Message("user", "\ud800"),)}, "can't be written", id="that can't be sent"),
    ],
)
def test_what_follows_and_cannot_be_called(changes, what):
    with ModelServer(repeat) as server:
        follow = lambda index, answer: replace(ask(answer.text), **changes)  # noqa: E731
        _, heard = make(asks(1), server.provider(), follow=follow)
    assert heard.outcomes[0].kind == "unsendable"
    assert what in heard.outcomes[0].detail


def test_a_budget_that_ends_inside_a_conversation_keeps_what_was_paid(tmp_path):
    with Cache(tmp_path / "cache.db") as cache, ModelServer(repeat) as server:
        provider = server.provider(concurrency=1)
        summary, heard = make(asks(2), provider, cache=cache, budget=Budget(max_calls=2), follow=Chain([2, 2]))
        assert summary.stopped.reason == "max-calls"
        assert heard.outcomes == {}
        again, heard = make(asks(2), provider, cache=cache, follow=Chain([2, 2]))
        assert server.count == 6
    assert again.progress.calls == 4
    assert len(heard.outcomes) == 2


def test_answers_of_a_whole_conversation_count_for_the_memory_that_they_take():
    calls, terms = asks(40), Terms(None, Budget(), HASTY, most_text=3_000)
    heard = Heard(Chain([3] * 40))
    with ModelServer(Reply("x" * 500)) as server:
        wires = {"stand-in": OpenAIWire(server.provider(concurrency=1), None)}
        summary = run(calls, wires, terms, heard.watch)
    assert summary.stopped.reason == "max-text"
    assert server.count < 12


TALK = """
import sys
from pathlib import Path
from placet.cache import Cache
from placet.runner import Terms, Watch, run
from placet.providers.openai import OpenAIWire
from tests.core.test_runner import Chain, asks
from tests.model_server import provider_at
chain = Chain([1] * 3)
def follow(index, answer):
    print(index, flush=True)
    return chain(index, answer)
with Cache(Path(sys.argv[2])) as cache:
    wires = {"stand-in": OpenAIWire(provider_at(sys.argv[1], concurrency=3), None)}
    summary = run(asks(3), wires, Terms(cache), Watch(follow=follow))
    print("stopped", summary.stopped.reason, summary.progress.done, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_first_answers_of_conversations_outlive_a_signal(tmp_path, number):
    path = tmp_path / "cache.db"
    with ModelServer(lambda seen: Reply(hang=True) if seen.prompt.startswith("after") else repeat(seen)) as server:
        code, said, errors = interrupted(server, path, number, TALK, lines=3)
        if number == signal.SIGINT:
            assert (code, said, errors) == (0, "stopped interrupted 0\n", "")
        server.script(repeat)
        before = server.count
        with Cache(path) as cache:
            summary, heard = make(asks(3), server.provider(), cache=cache, follow=Chain([1] * 3))
    assert server.count - before == summary.progress.calls == 3
    assert len(heard.outcomes) == 3


# --- estimates


def test_an_estimate_counts_what_no_cache_answers(tmp_path):
    calls = [*asks(10, parameters={"max_tokens": 100}), ask("question 0", parameters={"max_tokens": 100})]
    with ModelServer() as server, Cache(tmp_path / "cache.db") as cache:
        provider = server.provider(concurrency=2)
        providers = {provider.id: provider}
        before = estimate(calls, providers, cache)
        make(calls[:4], provider, cache=cache)
        after = estimate(calls, providers, cache)
        make(calls, provider, cache=cache)
        done = estimate(calls, providers, cache)
    tokens = -(-len("Answer.question 0") // 4)
    assert before == Estimate(10, pytest.approx(10 * (tokens + 200) / 1e6), None)
    assert (after.calls, after.cost_usd) == (6, pytest.approx(before.cost_usd * 0.6))
    assert after.seconds > 0
    assert done == Estimate(0, 0.0, 0.0)


def test_an_unknown_price_makes_an_unknown_estimate():
    provider = provider_at("http://127.0.0.1:1/v1", models=UNPRICED)
    assert estimate(asks(3), {provider.id: provider}) == Estimate(3, None, None)


def test_a_limit_per_minute_is_part_of_the_estimate(tmp_path):
    with ModelServer() as server, Cache(tmp_path / "cache.db") as cache:
        make([ask("known")], server.provider(), cache=cache)
        slow = server.provider(requests_per_minute=10)
        assert estimate(asks(30), {slow.id: slow}, cache).seconds >= 120
