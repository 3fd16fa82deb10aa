"""The OpenAI wire against a real HTTP server on loopback: what it sends, what it reads, and how it fails."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import ipaddress
import json
import logging
import socket
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from tests.model_server import ModelServer, Reply, ask, provider_at

from placet.errors import PlacetError
from placet.model.run import Answer, CallError
from placet.providers.credentials import credential_of, wires_for
from placet.providers.limiter import Limiter
from placet.providers.openai import OpenAIWire
from placet.providers.retry import Patience, asked_wait
from placet.providers.wire import NEXT_STEP, Kind
from placet.record import replace
from placet.runner import Terms, Watch, run, run_calls

KEY = "sk-very-secret-0123456789"
HASTY = Terms(patience=Patience(first=0.01))


def outcome_of(script, *, credential=None, request=None, tls=None, **changes):
    """What one call comes to, and the server that saw it."""
    with ModelServer(script, tls=tls) as server:
        return call(server.provider(**changes), credential, request or ask()), server


def call(provider, credential=None, request=None):
    outcomes = []
    wires = {provider.id: OpenAIWire(provider, credential)}
    run([request or ask()], wires, HASTY, Watch(result=lambda _, outcome: outcomes.append(outcome)))
    (outcome,) = outcomes
    return outcome


def completion(**message):
    return json.dumps({"choices": [{"message": message}]}).encode()


# --- what is sent and read


def test_the_request_on_the_wire():
    request = ask("Zürich?", parameters={"temperature": 0.5, "max_tokens": 9, "model": "other", "messages": []})
    outcome, server = outcome_of(Reply("Grüezi"), credential=KEY, request=request)
    (seen,) = server.requests
    assert outcome.text == "Grüezi"
    assert seen.path == "/v1/chat/completions"
    assert seen.json == {
        "model": "stand-in-1",
        "messages": [{"role": "system", "content": "Answer."}, {"role": "user", "content": "Zürich?"}],
        "temperature": 0.5,
        "max_tokens": 9,
    }
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.headers["content-type"] == "application/json"


def test_a_provider_without_a_credential_gets_no_authorization():
    _, server = outcome_of(Reply())
    assert "authorization" not in server.requests[0].headers


def test_a_base_url_may_end_in_a_slash():
    with ModelServer() as server:
        call(provider_at(server.base_url + "/"))
    assert server.requests[0].path == "/v1/chat/completions"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        pytest.param(Reply("hi"), Answer("hi", 0, 10, 5, "stop"), id="an answer with usage"),
        pytest.param(Reply("hi", usage=None), Answer("hi", 0, None, None, "stop"), id="missing usage is unknown"),
        pytest.param(Reply("", finish_reason="length"), Answer("", 0, 10, 5, "length"), id="an empty text is a text"),
        pytest.param(
            Reply(None, message={"refusal": "I can't help with that."}),
            Answer("I can't help with that.", 0, 10, 5, "stop"),
            id="a refusal is the text",
        ),
        pytest.param(
            Reply(message={"content": [{"type": "text", "text": "in "}, {"type": "text", "text": "parts"}]}),
            Answer("in parts", 0, 10, 5, "stop"),
            id="a content in parts is joined",
        ),
        pytest.param(
            Reply("hi", headers={"Content-Type": "Application/JSON; charset=utf-8"}),
            Answer("hi", 0, 10, 5, "stop"),
            id="a content type with parameters",
        ),
        pytest.param(Reply("hi", headers={"Content-Type": ""}), Answer("hi", 0, 10, 5, "stop"), id="no content type"),
        pytest.param(
            Reply(
                body=b'{"choices": [{"message": {"content": "hi"}, "finish_reason": 7}],'
                b' "usage": {"prompt_tokens": -1, "completion_tokens": true}}'
            ),
            Answer("hi", 0),
            id="counts that are no counts are unknown",
        ),
        pytest.param(
            Reply(body=b'{"choices": [{"message": {"content": "hi"}}], "usage": "lots"}'),
            Answer("hi", 0),
            id="a usage of another shape is unknown",
        ),
        pytest.param(
            Reply(
                body=b'{"choices": [{"message": {"content": "hi"}}],'
                b' "usage": {"prompt_tokens": 1e3, "completion_tokens": ' + b"9" * 40 + b"}}"
            ),
            Answer("hi", 0),
            id="counts beyond all measure are unknown",
        ),
        pytest.param(Reply("a\x00b\u2028"), Answer("a\x00b\u2028", 0, 10, 5, "stop"), id="odd characters stay"),
    ],
)
def test_what_counts_as_an_answer(reply, expected):
    outcome, server = outcome_of(reply)
    assert replace(outcome, latency_ms=0) == expected
    assert outcome.latency_ms > 0
    assert server.count == 1


# --- how it fails

BROKEN = {"retried": 4, "once": 1}


@pytest.mark.parametrize(
    ("reply", "kind", "tries", "text"),
    [
        pytest.param(Reply(hang=True), Kind.TIMEOUT, "once", "in time", id="a server that never answers"),
        pytest.param(Reply(drip=0.05), Kind.TIMEOUT, "once", "in time", id="an answer that drips past the deadline"),
        pytest.param(Reply(raw=b""), Kind.RESET, "retried", "ended before", id="a connection closed without a word"),
        pytest.param(Reply(reset_after=20), Kind.RESET, "retried", "127.0.0.1", id="a reset in mid-body"),
        pytest.param(
            Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"),
            Kind.RESET,
            "retried",
            "ended before",
            id="a body shorter than it says",
        ),
        pytest.param(Reply.error(429, "slow down"), Kind.RATE_LIMITED, "retried", "429: slow down", id="429"),
        pytest.param(Reply.error(500, "oops"), Kind.SERVER_ERROR, "retried", "500: oops", id="500"),
        pytest.param(Reply.html(503), Kind.SERVER_ERROR, "retried", "Sign in", id="503 with a page"),
        pytest.param(Reply.error(408), Kind.TIMEOUT, "retried", "408", id="408"),
        pytest.param(Reply.error(400, "no such parameter"), Kind.CLIENT_ERROR, "once", "no such", id="400"),
        pytest.param(Reply.error(401), Kind.UNAUTHORIZED, "once", "401", id="401"),
        pytest.param(Reply.error(404, "no such model"), Kind.CLIENT_ERROR, "once", "no such model", id="404"),
        pytest.param(
            Reply(status=422, body=b'{"detail": [1]}'),
            Kind.CLIENT_ERROR,
            "once",
            '{"detail": [1]}',
            id="422 of its own",
        ),
        pytest.param(Reply(status=304, body=b""), Kind.REDIRECT, "once", "HTTP 304", id="304"),
        pytest.param(Reply.html(), Kind.BAD_ANSWER, "once", "text/html instead of JSON", id="a page instead of JSON"),
        pytest.param(
            Reply(headers={"Content-Type": "text/plain"}),
            Kind.BAD_ANSWER,
            "once",
            "text/plain",
            id="wrong content type",
        ),
        pytest.param(Reply(body=b"{nope"), Kind.BAD_ANSWER, "once", "not JSON: {nope", id="broken JSON"),
        pytest.param(Reply(body=b""), Kind.BAD_ANSWER, "once", "it is empty", id="an empty body"),
        pytest.param(Reply(body=b'{"choices": NaN}'), Kind.BAD_ANSWER, "once", "not JSON", id="NaN is not JSON"),
        pytest.param(Reply(body=b"[" * 200_000), Kind.BAD_ANSWER, "once", "too deeply", id="nested beyond reason"),
        pytest.param(Reply(body=b'"\xff\xfe"'), Kind.BAD_ANSWER, "once", "UTF-8", id="invalid UTF-8"),
        pytest.param(
            Reply(body=completion(content="x").replace(b'"x"', b'"\xed\xa0\x80"')),
            Kind.BAD_ANSWER,
            "once",
            "UTF-8",
            id="a surrogate in UTF-8",
        ),
        pytest.param(
            Reply(body=completion(content="\ud800")),
            Kind.BAD_ANSWER,
            "once",
            "surrogate",
            id="an escaped surrogate",
        ),
        pytest.param(Reply(body=b"[]"), Kind.BAD_ANSWER, "once", "not a JSON object", id="a list"),
        pytest.param(
            Reply(body=b'{"error": {"message": "overloaded"}}'),
            Kind.BAD_ANSWER,
            "once",
            "overloaded",
            id="200 and error",
        ),
        pytest.param(Reply(body=b'{"choices": []}'), Kind.BAD_ANSWER, "once", "no choices", id="no choices"),
        pytest.param(Reply(body=b'{"choices": [3]}'), Kind.BAD_ANSWER, "once", "first choice", id="a choice of 3"),
        pytest.param(Reply(body=b'{"choices": [{}]}'), Kind.BAD_ANSWER, "once", "message", id="no message"),
        pytest.param(Reply(None), Kind.BAD_ANSWER, "once", "neither text nor", id="a null content"),
        pytest.param(Reply(message={"content": []}), Kind.BAD_ANSWER, "once", "neither text nor", id="no parts"),
        pytest.param(
            Reply(None, message={"tool_calls": [{"id": "1"}]}),
            Kind.BAD_ANSWER,
            "once",
            "a tool call is not",
            id="a tool call that is none",
        ),
        pytest.param(
            Reply(body=gzip.compress(completion(content="x")), headers={"Content-Encoding": "gzip"}),
            Kind.BAD_ANSWER,
            "once",
            "compressed",
            id="compressed against our wish",
        ),
        pytest.param(Reply(raw=b"SSH-2.0-OpenSSH_9.9\r\n"), Kind.BAD_ANSWER, "once", "not HTTP", id="not HTTP at all"),
        pytest.param(
            Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000),
            Kind.BAD_ANSWER,
            "once",
            "not HTTP",
            id="a huge header",
        ),
        pytest.param(Reply("x" * 10_000_000), Kind.TOO_LARGE, "once", "4 MB", id="an answer of 10 MB"),
        pytest.param(Reply(body=b"x" * 10_000_000, status=500), Kind.TOO_LARGE, "once", "4 MB", id="an error of 10 MB"),
    ],
)
def test_every_failure_has_a_name(reply, kind, tries, text):
    slow = {"timeout_seconds": 0.4} if reply.hang or reply.drip else {}
    outcome, server = outcome_of(reply, **slow)
    assert isinstance(outcome, CallError)
    assert outcome.kind == kind
    assert text in outcome.detail
    assert "\n" not in outcome.detail
    assert server.count == BROKEN[tries]
    assert ("(4 tries)" in outcome.detail) == (tries == "retried")


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    assert call(provider_at(f"http://127.0.0.1:{port}/v1")) == CallError(
        Kind.REFUSED, f"127.0.0.1:{port}: connection refused (4 tries)"
    )


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_a_certificate_that_nobody_vouches_for(self_signed):
    outcome, server = outcome_of(Reply(), tls=self_signed, credential=KEY)
    assert outcome.kind == Kind.TLS
    assert "certificate not trusted" in outcome.detail
    assert server.count == 0


def test_https_to_a_server_that_speaks_http():
    with ModelServer() as server:
        outcome = call(provider_at(server.base_url.replace("http:", "https:")))
    assert outcome.kind == Kind.TLS


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_next_step(kind):
    assert NEXT_STEP[kind]


# --- retries


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_call_is_saved_by_its_third_try(status):
    outcome, server = outcome_of([Reply.error(status), Reply(reset_after=3), Reply("at last")])
    assert outcome.text == "at last"
    assert server.count == 3


def date(second):
    return f"Fri, 20 Nov 2026 09:00:{second:02} GMT"


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        pytest.param({"Retry-After": "0"}, 0.0, id="no wait"),
        pytest.param({"Retry-After": "1"}, 1.0, id="seconds"),
        pytest.param({"Retry-After": date(31), "Date": date(30)}, 1.0, id="a date, by the server's own clock"),
    ],
)
def test_retry_after_is_honoured(headers, waited):
    outcome, server = outcome_of([Reply.error(429, headers=headers), Reply("ok")])
    first, second = server.requests
    assert outcome.text == "ok"
    assert second.at - first.at >= waited - 0.05  # a lower bound, which no slow machine breaks


def test_a_pause_that_one_call_was_asked_for_holds_for_all():
    pause = Reply.error(429, headers={"Retry-After": "1"})
    with ModelServer([pause, Reply(delay=0.2), Reply()]) as server:
        provider = server.provider(concurrency=2)
        run([ask(str(n)) for n in range(6)], {provider.id: OpenAIWire(provider, None)}, HASTY, Watch())
    first, _, *later = server.requests  # the second was on its way already
    assert len(later) == 5
    assert all(seen.at - first.at >= 0.95 for seen in later)


def test_a_wait_beyond_the_deadline_is_not_waited_for():
    outcome, server = outcome_of(Reply.error(429, headers={"Retry-After": "3600"}))
    assert outcome.kind == Kind.RATE_LIMITED
    assert "3600 s" in outcome.detail
    assert server.count == 1


@pytest.mark.parametrize(
    ("retry_after", "now", "seconds"),
    [
        pytest.param("7", None, 7.0, id="seconds"),
        pytest.param(" 7 ", None, 7.0, id="with spaces"),
        pytest.param("9" * 5000, None, 999999999.0, id="beyond all measure"),
        pytest.param(date(40), date(30), 10.0, id="a date"),
        pytest.param(date(20), date(30), 0.0, id="a date that has passed"),
        pytest.param(date(40), None, None, id="a date without a clock"),
        pytest.param(None, date(30), None, id="absent"),
        pytest.param("-1", None, None, id="negative"),
        pytest.param("soon", date(30), None, id="a word"),
        pytest.param("²", None, None, id="a digit that is no digit"),
        pytest.param("Fri, 20 Nov 2026 09:00:40", date(30), None, id="a date without a zone"),
    ],
)
def test_what_a_provider_asks_to_wait(retry_after, now, seconds):
    assert asked_wait(retry_after, now) == seconds


@given(st.text(), st.none() | st.text())
def test_whatever_a_header_says_gives_a_wait_or_none(retry_after, now):
    wait = asked_wait(retry_after, now)
    assert wait is None or wait >= 0


@given(st.integers(1, 60), st.floats(0, 1))
def test_back_off_is_capped_and_its_jitter_is_full(tried, share):
    patience = Patience(first=0.5, longest=8.0)
    assert 0 <= patience.wait(tried, share) <= min(8.0, 0.5 * 2 ** (tried - 1))
    assert patience.wait(tried, 0.0) == 0


def test_a_deadline_holds_for_all_tries_and_waits_together():
    outcome, server = outcome_of(Reply.error(500, delay=0.3), timeout_seconds=0.5)
    assert outcome.kind == Kind.TIMEOUT  # each try alone would have been in time
    assert server.count <= 2


# --- the credential


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(status):
    with ModelServer() as elsewhere:
        headers = {"Location": f"{elsewhere.base_url}/chat/completions"}
        outcome, server = outcome_of(Reply(status=status, headers=headers), credential=KEY)
    assert outcome.kind == Kind.REDIRECT
    assert (server.count, elsewhere.count) == (1, 0)


def echoing(seen):
    return seen.headers["authorization"]


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(lambda seen: Reply(echoing(seen)), id="in an answer"),
        pytest.param(lambda seen: Reply(finish_reason=echoing(seen)), id="in a finish reason"),
        pytest.param(
            lambda seen: Reply(body=completion(content=echoing(seen)).replace(b"sk-", b"\\u0073k-")),
            id="escaped",
        ),
        pytest.param(lambda seen: Reply.error(400, echoing(seen)), id="in an error"),
        pytest.param(lambda seen: Reply.error(500, "x" * 280 + echoing(seen)), id="where an error is cut"),
        pytest.param(lambda seen: Reply(body=(b"<p>%s" % echoing(seen).encode())), id="in a page"),
        pytest.param(lambda seen: Reply(headers={"Content-Type": echoing(seen)}), id="in a content type"),
        pytest.param(lambda seen: Reply(raw=echoing(seen).encode() + b"\r\n\r\n"), id="in what is not HTTP"),
    ],
)
def test_a_credential_that_a_server_echoes_is_hidden(script, caplog):
    caplog.set_level(logging.DEBUG)
    outcome, server = outcome_of(script, credential=KEY)
    assert KEY in server.requests[0].headers["authorization"]
    shown = repr(outcome) + caplog.text
    assert "very-secret" not in shown.lower()
    assert "sk-very" not in shown.lower()


def test_a_dummy_key_does_not_change_answers():
    outcome, _ = outcome_of(Reply("The mailbox is EMPTY."), credential="EMPTY")
    assert outcome.text == "The mailbox is EMPTY."


def test_a_wire_does_not_show_its_credential():
    assert KEY not in repr(OpenAIWire(provider_at("http://127.0.0.1:1/v1"), KEY))


def test_proxies_and_netrc_of_the_environment_are_left_alone(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n")
    netrc.chmod(0o600)
    with ModelServer() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.base_url)
        monkeypatch.setenv("NETRC", str(netrc))
        _, server = outcome_of(Reply())
    assert (server.count, proxy.count) == (1, 0)
    assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("name", "environ", "expected"),
    [
        pytest.param(None, {}, None, id="none is needed"),
        pytest.param("MODEL_KEY", {"MODEL_KEY": KEY}, KEY, id="it is set"),
        pytest.param("MODEL_KEY", {"MODEL_KEY": f"{KEY}\n"}, KEY, id="a newline at its end is dropped"),
    ],
)
def test_a_credential(name, environ, expected):
    assert credential_of(provider_at("http://127.0.0.1:1", credential=name), environ) == expected


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({}, id="not set"),
        pytest.param({"MODEL_KEY": " "}, id="empty"),
        pytest.param({"MODEL_KEY": "se\r\nX-Evil: cret"}, id="with a line break"),
        pytest.param({"MODEL_KEY": "se cret"}, id="with a space"),
        pytest.param({"MODEL_KEY": "secrét"}, id="not ASCII"),
    ],
)
def test_a_credential_that_cannot_be_used_is_named_and_not_shown(environ):
    with pytest.raises(PlacetError) as caught:
        credential_of(provider_at("http://127.0.0.1:1", credential="MODEL_KEY"), environ)
    said = f"{caught.value.what} {caught.value.help}"
    assert "MODEL_KEY" in said
    assert "stand-in" in said
    assert "cret" not in said


def test_a_missing_credential_names_the_file_to_correct():
    with pytest.raises(PlacetError) as caught:
        credential_of(provider_at("http://127.0.0.1:1", credential="MODEL_KEY"), {})
    assert "policies/providers.yaml" in caught.value.help


# --- from settings to wires


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        pytest.param({"wire": "grpc"}, "speaks grpc", id="an unknown wire"),
        pytest.param({"base_url": "file:///etc"}, "http or https", id="a file"),
        pytest.param({"base_url": "127.0.0.1/v1"}, "http or https", id="no scheme"),
        pytest.param({"base_url": "http://"}, "base_url", id="no host"),
        pytest.param({"base_url": "http://[::1/v1"}, "not a URL", id="no URL"),
        pytest.param({"base_url": "http://me:pw@127.0.0.1/v1"}, "more than", id="a credential in the URL"),
        pytest.param({"base_url": "http://127.0.0.1/v1?key=1"}, "more than", id="a query in the URL"),
    ],
)
def test_a_provider_that_cannot_be_called(changes, text):
    provider = replace(provider_at("http://127.0.0.1:1/v1"), **changes)
    with pytest.raises(PlacetError, match=text):
        wires_for(["stand-in"], {"stand-in": provider}, {})


def test_a_provider_that_does_not_exist():
    with pytest.raises(PlacetError, match="no provider is called acme"):
        wires_for(["acme"], {}, {})


def test_only_the_providers_that_are_called_need_their_credential():
    providers = {
        "one": provider_at("http://127.0.0.1:1", id="one"),
        "two": provider_at("http://127.0.0.1:1", id="two", credential="UNSET"),
    }
    assert list(wires_for(["one", "one"], providers, {})) == ["one"]


# --- the limiter


def test_both_arms_share_one_limit():
    with ModelServer(Reply(delay=0.03)) as server:
        wire = OpenAIWire(server.provider(concurrency=3), None)

        async def both():
            async with wire:
                arms = ([ask(f"{arm}{n}") for n in range(10)] for arm in ("head", "base"))
                await asyncio.gather(*(run_calls(arm, {"stand-in": wire}, HASTY, Watch()) for arm in arms))

        asyncio.run(both())
        asyncio.run(both())  # a wire serves one run after another
    assert server.count == 40
    assert server.max_concurrent == 3


@given(st.integers(1, 4), st.integers(1, 6))
def test_no_window_holds_more_tries_than_allowed(concurrency, limit):
    window, starts = 0.02, []

    async def work(limiter):
        async with limiter.place():
            starts.append(asyncio.get_running_loop().time())

    async def all_of_it():
        limiter = Limiter(concurrency, limit, window=window)
        await asyncio.gather(*(work(limiter) for _ in range(3 * limit + 1)))

    asyncio.run(all_of_it())
    for first, beyond in zip(starts, starts[limit:], strict=False):
        assert beyond - first >= window * 0.9


def test_latency_is_the_sockets_and_not_the_queues():
    answers = []
    with ModelServer(Reply(delay=0.02)) as server:
        provider = server.provider(concurrency=1)
        watch = Watch(result=lambda _, answer: answers.append(answer.latency_ms / 1000))
        run([ask(str(n)) for n in range(10)], {provider.id: OpenAIWire(provider, None)}, HASTY, watch)
    first, *_, last = (seen.at for seen in server.requests)
    assert min(answers) >= 0.019
    assert sum(answers[:-1]) <= last - first + 0.05
