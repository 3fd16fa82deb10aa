"""Tools on the wire and in the cache: what is sent, what comes back, and what a run of such calls will take."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from tests.core.factories import prompt, run, subject, suite
from tests.model_server import ModelServer, Reply, ask, provider_at

from placet.cache import Cache, key_of
from placet.messages import wire_tools
from placet.model.register import Message, Tool
from placet.model.run import Answer, Request, ToolCall
from placet.model.suite import Case
from placet.providers.completion import LONGEST_NAME, MOST_CALLS
from placet.providers.costs import expected_tokens
from placet.providers.estimate import estimate
from placet.providers.openai import OpenAIWire
from placet.providers.wire import Failure
from placet.record import replace
from placet.runs import Arm
from placet.tasks import Requests, Task, Turn

KEY = "sk-very-secret-0123456789"
LOOKUP = Tool("lookup", "Looks up an order.", {"type": "object", "properties": {"id": {"type": "string"}}})


def attempt(server: ModelServer, request: Request) -> Answer | Failure:
    async def once() -> Answer | Failure:
        async with OpenAIWire(server.provider(), KEY) as wire:
            return await wire.attempt(request, 5.0)

    return asyncio.run(once())


def wanting(*functions: Any, content: str | None = None) -> Reply:
    calls = [{"id": f"x{number}", "type": "function", "function": each} for number, each in enumerate(functions)]
    return Reply(content, message={"tool_calls": calls})


def test_tools_and_a_conversation_go_out_as_the_wire_has_them() -> None:
    messages = (
        Message("user", "Where is A-1?"),
        Message("assistant", "", (ToolCall("lookup", '{"id": "A-1"}'),)),
        Message("tool", '{"amount":4}'),
    )
    with ModelServer() as server:
        attempt(server, ask(messages=messages, parameters={"tools": wire_tools([LOOKUP])}))
    body = server.requests[0].json
    assert body["tools"] == [
        {
            "type": "function",
            "function": {"name": "lookup", "description": "Looks up an order.", "parameters": dict(LOOKUP.parameters)},
        }
    ]
    call = {"id": "call00001", "type": "function", "function": {"name": "lookup", "arguments": '{"id": "A-1"}'}}
    assert body["messages"][1] == {"role": "assistant", "content": None, "tool_calls": [call]}
    assert body["messages"][2] == {"role": "tool", "content": '{"amount":4}', "tool_call_id": "call00001"}


@pytest.mark.parametrize(
    ("reply", "text", "calls"),
    [
        pytest.param(wanting({"name": "a", "arguments": '{"x": 1}'}), "", [("a", '{"x": 1}')], id="a call and no text"),
        pytest.param(
            wanting({"name": "a", "arguments": "{}"}, content="Hm."), "Hm.", [("a", "{}")], id="a text as well"
        ),
        pytest.param(
            wanting({"name": "a", "arguments": '{"x":'}), "", [("a", '{"x":')], id="arguments that are no JSON"
        ),
        pytest.param(wanting({"name": "a", "arguments": {"x": 1}}), "", [("a", '{"x":1}')], id="arguments as a value"),
        pytest.param(wanting({"name": "a"}), "", [("a", "")], id="no arguments"),
        pytest.param(wanting({"name": "a"}, {"name": "b"}), "", [("a", ""), ("b", "")], id="two calls"),
        pytest.param(wanting({"name": "a", "arguments": KEY}), "", [("a", "***")], id="the credential, echoed"),
        pytest.param(Reply("Yes.", message={"tool_calls": []}), "Yes.", [], id="an empty list"),
        pytest.param(Reply("Yes.", message={"tool_calls": None}), "Yes.", [], id="null"),
    ],
)
def test_an_answer_that_calls_tools(reply: Reply, text: str, calls: list[tuple[str, str]]) -> None:
    with ModelServer(reply) as server:
        found = attempt(server, ask())
    assert isinstance(found, Answer)
    assert found.text == text
    assert found.tool_calls == tuple(ToolCall(name, arguments) for name, arguments in calls)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param({"tool_calls": {}}, id="no list"),
        pytest.param({"tool_calls": [3]}, id="a number"),
        pytest.param({"tool_calls": [{"function": "a"}]}, id="a text"),
        pytest.param({"tool_calls": [{"function": {"name": ""}}]}, id="no name"),
        pytest.param({"tool_calls": [{"function": {"name": "x" * (LONGEST_NAME + 1)}}]}, id="a name too long"),
        pytest.param({"tool_calls": [{"function": {"name": "a", "arguments": 3}}]}, id="arguments of another type"),
        pytest.param({"tool_calls": [{"function": {"name": "a", "arguments": "\ud800"}}]}, id="half a surrogate pair"),
        pytest.param({"tool_calls": [{"function": {"name": "a"}}] * (MOST_CALLS + 1)}, id="too many"),
    ],
)
def test_calls_that_are_none_make_a_bad_answer(message: dict[str, Any]) -> None:
    with ModelServer(Reply(None, message=message)) as server:
        found = attempt(server, ask())
    assert isinstance(found, Failure)
    assert found.error.kind == "bad-answer"


def test_arguments_count_for_the_size_of_an_answer() -> None:
    with ModelServer(wanting({"name": "a", "arguments": "x" * 300_000})) as server:
        found = attempt(server, ask())
    assert isinstance(found, Failure)
    assert found.error.kind == "too-large"


def test_calls_of_tools_are_kept_with_their_answer(tmp_path: Path) -> None:
    answer = Answer("", 10.0, 5, 2, "tool_calls", tool_calls=(ToolCall("a", '{"x": 1}'), ToolCall("b", "")))
    key = key_of(ask())
    with Cache(tmp_path / "cache.db") as cache:
        cache.put(key, ask(), answer)
    with Cache(tmp_path / "cache.db") as cache:
        assert cache.get([key])[key] == replace(answer, cached=True)


def test_where_a_call_stands_and_what_it_was_answered_are_part_of_a_key() -> None:
    def key(*messages: Message) -> str:
        return key_of(ask(messages=(Message("user", "Hi"), *messages)))

    call, other = (ToolCall("a", "{}"),), (ToolCall("b", "{}"),)
    keys = {
        key(Message("assistant", "")),
        key(Message("assistant", "", call), Message("tool", "one")),
        key(Message("assistant", "", call), Message("tool", "two")),
        key(Message("assistant", "", other), Message("tool", "one")),
        key(Message("assistant", "", call), Message("user", "one")),
    }
    assert len(keys) == 5
    assert key(Message("assistant", "", (replace(call[0], result="x", step=3),)), Message("tool", "one")) in keys


@pytest.mark.parametrize(
    ("case", "tools", "calls"),
    [
        pytest.param({}, (), 1, id="one answer"),
        pytest.param({"turns": ("a", "b")}, (), 3, id="a call for each turn"),
        pytest.param({"tool_results": {"lookup": 1}}, (LOOKUP,), 2, id="one more where tools are expected"),
        pytest.param({"turns": ("a",), "tool_results": {"lookup": 1}}, (LOOKUP,), 3, id="both"),
        pytest.param({"tool_results": {"lookup": 1}}, (), 1, id="results of tools that nobody offers"),
        pytest.param({}, (LOOKUP,), 1, id="tools that may stay unused"),
    ],
)
def test_an_estimate_counts_the_calls_that_will_follow(
    case: dict[str, Any], tools: tuple[Tool, ...], calls: int
) -> None:
    one = replace(Case("one", {"ticket": "Hello"}, None), **case)
    arm = Arm(subject(replace(prompt(), tools=tools)), suite(cases=[one]))
    task = Task(replace(run(arm.suite), head=arm), arm, {}, ((one, 1),), (), "")
    requests = Requests([Turn(task, one, 1)])
    provider = {"stand-in": provider_at("http://127.0.0.1:9/v1")}
    assert estimate(requests, provider, further=requests.further).calls == calls


def test_tools_and_calls_count_for_what_a_request_costs() -> None:
    plain = ask()
    offering = replace(plain, parameters={**plain.parameters, "tools": wire_tools([LOOKUP])})
    calling = Message("assistant", "", (ToolCall("lookup", "x" * 400),))
    long = replace(offering, messages=(*plain.messages, calling))
    tokens = [expected_tokens(request)[0] for request in (plain, offering, long)]
    assert tokens[0] + 20 < tokens[1] < tokens[2] - 90


def test_prompts_say_which_tools_they_offer(tmp_path: Path) -> None:
    from placet.parse.snapshot import File, read_snapshot

    text = json.dumps(
        {
            "model": "acme/stand-in",
            "messages": [{"role": "user", "content": "Hi"}],
            "tools": [{"name": "lookup", "description": "Finds.", "parameters": {"type": "object"}}, {"name": "tell"}],
        }
    )
    path = "prompts/a/b.prompt.yml"
    found = read_snapshot({path: File(path, "100644", "", text.encode())}).prompts[path]
    assert found.tools == (Tool("lookup", "Finds.", {"type": "object"}), Tool("tell", "", {"type": "object"}))
