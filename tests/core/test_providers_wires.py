"""The other wires and the limits of a provider, against a real HTTP server: what goes out, and what is read."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.model_server import ModelServer, Reply, ask

from placet.errors import PlacetError
from placet.model.register import Message
from placet.model.run import Answer, CallError, ToolCall
from placet.providers.credentials import wires_for
from placet.providers.lag import Lag
from placet.providers.limiter import Limiter, Tokens
from placet.providers.retry import Patience
from placet.providers.wire import Kind
from placet.record import replace
from placet.runner import Terms, Watch, run

KEY = "sk-very-secret-0123456789"
NOW = dt.date(2026, 11, 20)
HASTY = Terms(patience=Patience(first=0.01))


def call(server, sent=None, environ=None, terms=HASTY, **changes):
    outcomes = []
    provider = server.provider(**changes)
    wires = wires_for([provider.id], {provider.id: provider}, environ or {})
    run([sent or ask()], wires, terms, Watch(result=lambda _, outcome: outcomes.append(outcome)))
    (outcome,) = outcomes
    return outcome


def answered(outcome):
    assert isinstance(outcome, Answer), outcome
    return replace(outcome, latency_ms=0)


# --- the responses wire


def responses(*items, **more):
    usage = {"input_tokens": 10, "output_tokens": 5, "output_tokens_details": {"reasoning_tokens": 3}}
    return Reply(body=json.dumps({"id": "r", "status": "completed", "output": items, "usage": usage, **more}).encode())


def said(*texts):
    return {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": text} for text in texts],
    }


def test_a_request_as_responses_have_it():
    tool = {"name": "look_up", "description": "Looks.", "parameters": {"type": "object"}}
    parameters = {
        "temperature": 0.5,
        "max_tokens": 9,
        "tools": [{"type": "function", "function": tool}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "out", "schema": {"type": "object"}}},
    }
    messages = (
        Message("system", "Answer."),
        Message("user", "Zürich?"),
        Message("assistant", "", (ToolCall("look_up", '{"a":1}'),)),
        Message("tool", "found"),
    )
    with ModelServer(responses(said("Grüezi"))) as server:
        outcome = call(server, ask(parameters=parameters, messages=messages), wire="openai-responses")
    (seen,) = server.requests
    assert seen.path == "/v1/responses"
    assert seen.json == {
        "model": "stand-in-1",
        "store": False,
        "temperature": 0.5,
        "max_output_tokens": 9,
        "tools": [{"type": "function", "strict": False, **tool}],
        "text": {"format": {"type": "json_schema", "name": "out", "schema": {"type": "object"}}},
        "input": [
            {"role": "system", "content": "Answer."},
            {"role": "user", "content": "Zürich?"},
            {"type": "function_call", "call_id": "call00001", "name": "look_up", "arguments": '{"a":1}'},
            {"type": "function_call_output", "call_id": "call00001", "output": "found"},
        ],
    }
    assert answered(outcome) == Answer("Grüezi", 0, 10, 5, "stop")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param(
            responses({"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}, said("a", "b")),
            Answer("ab", 0, 10, 5, "stop"),
            id="a reasoning model: its thoughts are no answer",
        ),
        pytest.param(
            responses({"type": "function_call", "call_id": "x", "name": "refund", "arguments": '{"n":1}'}),
            Answer("", 0, 10, 5, "tool_calls", tool_calls=(ToolCall("refund", '{"n":1}'),)),
            id="a tool call",
        ),
        pytest.param(
            responses(said("cut"), status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
            Answer("cut", 0, 10, 5, "length"),
            id="cut by its limit",
        ),
        pytest.param(
            responses({"type": "message", "content": [{"type": "refusal", "refusal": "I can't."}]}),
            Answer("I can't.", 0, 10, 5, "stop"),
            id="a refusal is the text",
        ),
        pytest.param(
            responses(said("hi"), usage=None), Answer("hi", 0, None, None, "stop"), id="missing usage is unknown"
        ),
    ],
)
def test_what_responses_answer(reply, expected):
    with ModelServer(reply) as server:
        assert answered(call(server, wire="openai-responses")) == expected


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        pytest.param(responses(status="failed", error={"message": "overloaded"}), "overloaded", id="it failed"),
        pytest.param(responses(), "neither text nor tool calls", id="no output"),
        pytest.param(responses(3), "not a JSON object", id="an item of 3"),
        pytest.param(Reply("chat"), "no output", id="a chat completion"),
        pytest.param(Reply.html(), "text/html instead of JSON", id="a page"),
        pytest.param(Reply(body=b'"\xff"'), "UTF-8", id="invalid UTF-8"),
        pytest.param(responses({"type": "function_call", "name": 3}), "names no tool", id="a tool without a name"),
    ],
)
def test_what_is_no_answer_of_responses(reply, text):
    with ModelServer(reply) as server:
        outcome = call(server, wire="openai-responses")
    assert isinstance(outcome, CallError)
    assert (outcome.kind, text in outcome.detail) == (Kind.BAD_ANSWER, True), outcome


# --- any endpoint

CLASSIFIER = {
    "wire": "http",
    "request": {"rows": [{"age": "{{input.age}}", "note": "note: {{input.note}}"}], "say": "{{last}}", "n": 1},
    "response": {"text": "$.rows[0].label", "input_tokens": "$.usage.in"},
}
ROW = Reply(body=b'{"rows": [{"label": "readmitted"}], "usage": {"in": 3}}')


def test_values_go_into_the_template_by_value():
    inputs = {"age": '61", "admin": "true', "note": "{{last}} {{input.age}}"}
    with ModelServer(ROW) as server:
        outcome = call(server, ask("last words", inputs=inputs), **CLASSIFIER)
    (seen,) = server.requests
    assert seen.path == "/v1"
    assert seen.json == {
        "rows": [{"age": '61", "admin": "true', "note": "note: {{last}} {{input.age}}"}],
        "say": "last words",
        "n": 1,
    }
    assert answered(outcome) == Answer("readmitted", 0, 3)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_stays_one_string(text):
    from tests.model_server import provider_at

    from placet.providers.template import Template

    template = Template(provider_at("http://127.0.0.1:1", **CLASSIFIER))
    sent = json.loads(template.body(ask(text, inputs={"age": text})))
    assert (sent["rows"][0]["age"], sent["say"]) == (text, text)


def test_messages_alone_are_the_list_itself():
    with ModelServer(Reply(body=b'{"out": {"label": "a"}}')) as server:
        outcome = call(
            server,
            wire="http",
            request={"chat": "{{messages}}", "options": "{{parameters}}"},
            response={"text": "$.out"},
        )
    assert server.requests[0].json["chat"][1] == {"role": "user", "content": "hello"}
    assert server.requests[0].json["options"] == {"temperature": 0.0}
    assert answered(outcome).text == '{"label":"a"}'


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        pytest.param({"request": None}, "`request`", id="no request"),
        pytest.param({"response": {}}, "`response.text`", id="no text"),
        pytest.param({"response": {"text": "$.rows[*]"}}, "several values", id="a path to many"),
        pytest.param({"response": {"text": "$["}}, "no JSONPath", id="no path"),
    ],
)
def test_an_endpoint_that_is_not_described(changes, text):
    with ModelServer() as server, pytest.raises(PlacetError) as raised:
        call(server, **{**CLASSIFIER, **changes})
    assert text in raised.value.what


def test_nothing_where_the_text_should_be():
    with ModelServer(Reply(body=b'{"rows": []}')) as server:
        outcome = call(server, **CLASSIFIER)
    assert (outcome.kind, outcome.detail) == (Kind.BAD_ANSWER, "there is nothing where `response.text` points")


# --- how vendors want to be spoken to


def demanding(**headers):
    """A server that answers whoever sends exactly these headers."""

    def script(seen):
        wanted = {name.replace("_", "-"): value for name, value in headers.items()}
        got = {name: seen.headers.get(name) for name in wanted}
        return Reply("ok") if got == wanted else Reply.error(401, f"not {sorted(got)}")

    return script


@pytest.mark.parametrize(
    ("headers", "changes"),
    [
        pytest.param({"authorization": f"Bearer {KEY}"}, {}, id="OpenAI, Anthropic, Gemini, Mistral: a bearer token"),
        pytest.param({"api_key": KEY, "authorization": None}, {"credential_header": "api-key"}, id="Azure: its own"),
        pytest.param(
            {"authorization": f"Bearer {KEY}", "anthropic_version": "2023-06-01"},
            {"headers": {"anthropic-version": "2023-06-01"}},
            id="a version beside it",
        ),
    ],
)
def test_the_form_of_a_credential(headers, changes):
    with ModelServer(demanding(**headers)) as server:
        outcome = call(server, environ={"MODEL_KEY": KEY}, credential="MODEL_KEY", **changes)
    assert answered(outcome).text == "ok"


@pytest.mark.parametrize("name", ["Authorization", "x-api-key", "Cookie", "HOST", "Content-Length", "X-Own"])
def test_a_constant_is_no_way_to_send_a_key(name):
    with ModelServer() as server, pytest.raises(PlacetError, match="not a constant that policy may set"):
        call(server, headers={name: "x"}, credential_header="x-own")
    assert server.count == 0


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("wire", ["openai-responses", "http"])
def test_no_wire_follows_a_redirect(wire, status):
    with (
        ModelServer() as elsewhere,
        ModelServer(Reply(status=status, headers={"Location": elsewhere.base_url})) as server,
    ):
        outcome = call(
            server,
            environ={"MODEL_KEY": KEY},
            credential="MODEL_KEY",
            credential_header="x-model-key",
            **{**CLASSIFIER, "wire": wire},
        )
    assert (outcome.kind, elsewhere.count) == (Kind.REDIRECT, 0)


def test_a_bare_key_that_a_server_echoes_is_hidden():
    with ModelServer(lambda seen: Reply(seen.headers["x-model-key"])) as server:
        outcome = call(server, environ={"MODEL_KEY": KEY}, credential="MODEL_KEY", credential_header="x-model-key")
    assert answered(outcome).text == "***"


# --- tokens per minute


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.integers(20, 60))
def test_no_window_holds_more_tokens_than_allowed(wishes, most):
    tokens, now, taken = Tokens(most, 10.0), 0.0, []
    for wish in wishes:
        now = max(now, tokens.due(wish, now))
        tokens.take(wish, now)
        taken.append((now, wish))
        inside = [size for at, size in taken if at > now - 10.0]
        assert sum(inside) <= most or len([size for size in inside if size]) == 1


def test_an_estimate_is_corrected_by_what_was_used():
    tokens = Tokens(100, 10.0)
    use = tokens.take(100, 0.0)
    assert tokens.due(50, 1.0) == 10.0
    tokens.correct(use, 50)
    assert tokens.due(50, 1.0) == 0.0
    tokens.correct(use, 80)
    assert tokens.due(50, 1.0) == 10.0
    assert tokens.due(50, 10.0) == 0.0  # it has left the window
    tokens.correct(use, 10)
    assert tokens.due(100, 10.0) == 0.0


def test_tries_wait_for_tokens():
    async def both():
        limiter = Limiter(2, None, 100, window=0.1)
        at = []
        for _ in range(2):
            async with limiter.place(80):
                at.append(asyncio.get_running_loop().time())
        return at

    first, second = asyncio.run(both())
    assert second - first >= 0.09


def test_a_provider_that_states_its_usage_is_called_on():
    """Ten calls are estimated at 515 tokens each and take 15: the limit of 1,100 lets all of them through."""
    with ModelServer() as server:
        provider = server.provider(concurrency=1, tokens_per_minute=1100)
        wires = wires_for([provider.id], {provider.id: provider}, {})
        begun = time.monotonic()
        summary = run([ask(str(n)) for n in range(10)], wires, HASTY, Watch())
    assert summary.progress.done == 10
    assert time.monotonic() - begun < 30


# --- deadline and lag


def test_a_deadline_ends_a_run_and_keeps_what_is_done():
    heard = []
    with ModelServer(lambda seen: Reply(hang=seen.number >= 5)) as server:
        provider = server.provider(concurrency=2)
        wires = wires_for([provider.id], {provider.id: provider}, {})
        terms = replace(HASTY, seconds=1.0)
        summary = run(
            [ask(str(n)) for n in range(20)], wires, terms, Watch(result=lambda _, outcome: heard.append(outcome))
        )
    assert (summary.stopped.reason, summary.progress.done, len(heard)) == ("deadline", 5, 5)
    assert "1 s" in summary.stopped.what


def test_a_scorer_that_blocks_the_loop_is_said():
    def slowly(index, outcome):
        time.sleep(0.04)

    with ModelServer(Reply(delay=0.05)) as server:
        provider = server.provider(concurrency=8)
        wires = wires_for([provider.id], {provider.id: provider}, {})
        calls = [ask(str(n)) for n in range(40)]
        blocked = run(calls, wires, HASTY, Watch(result=slowly))
    assert "latencies are partly our own" in blocked.lag


def test_a_lag_that_does_not_matter_is_not_said():
    async def sampled(latency_ms):
        lag = Lag()
        lag.heard(latency_ms)
        task = asyncio.create_task(lag.sample())
        await asyncio.sleep(0.2)
        task.cancel()
        return lag.note()

    assert asyncio.run(sampled(60_000.0)) == ""
    assert asyncio.run(sampled(0.0001)) != ""


def test_a_run_that_can_keep_nothing_makes_no_call():
    from placet.providers.costs import Stopped

    with ModelServer() as server:
        provider = server.provider()
        wires = wires_for([provider.id], {provider.id: provider}, {})
        summary = run([ask()], wires, replace(HASTY, halt=lambda: Stopped("disk", "full")), Watch())
    assert (summary.stopped.reason, server.count) == ("disk", 0)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        pytest.param("2023-06-01", False, id="a version"),
        pytest.param("acme-governance-evaluations", False, id="a name"),
        pytest.param("ak47Zq81Lm03Xv92Tn56Rb", True, id="a key"),
    ],
)
def test_a_key_among_the_constants_is_found_in_the_file(value, found):
    from tests.repository import PROVIDERS, files, snapshot_of

    from placet.rules.catalogue import check

    texts = files()
    texts[PROVIDERS] = texts[PROVIDERS].replace("wire: openai", f"wire: openai\n    headers: {{x-own: {value}}}")
    findings = [one for one in check(snapshot_of(texts), NOW) if "x-own" in one.message]
    assert bool(findings) is found
    assert value not in "".join(one.message for one in findings)
