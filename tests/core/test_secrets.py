"""Secrets are found where they stand, invented ones aren't, and none is ever shown."""

from __future__ import annotations

import base64
import hashlib
import random
import string
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.governed import ROOT, Files, added, base, edited, file, judged, lines

from placet.errors import PlacetError
from placet.findings import Finding
from placet.report.annotations import as_annotations
from placet.report.findings import Checked, as_text
from placet.report.json_lines import as_json_lines, one_object
from placet.report.masked import masked
from placet.report.sarif import as_sarif
from placet.secrets import MOST, _forms, secrets_in

PROMPT, SETTINGS, PROVIDERS = "prompts/notes/summarise.prompt.yml", "policies/placet.yaml", "policies/providers.yaml"
LETTERS, HEX = string.ascii_letters + string.digits, "0123456789abcdef"


def drawn(alphabet: str, count: int) -> str:
    """The same every time, and nothing that a vendor ever gave out."""
    found, number = "", 0
    while len(found) < count:
        number += 1
        digest = hashlib.sha256(f"{alphabet}{count}{number}".encode()).digest()
        found += "".join(alphabet[byte % len(alphabet)] for byte in digest)
    return found[:count]


#: Joined here, so that no scanner takes this file for a leak.
TOKENS = {
    "an Anthropic key": "sk-ant-" + "api03-" + drawn(LETTERS, 90),
    "an OpenAI key": "sk-" + "proj-" + drawn(LETTERS, 60),
    "an OpenRouter key": "sk-" + "or-v1-" + drawn(HEX, 64),
    "a model provider's key": "sk-" + drawn(HEX, 32),
    "a Google API key": "AI" + "za" + drawn(LETTERS, 35),
    "a Hugging Face token": "hf" + "_" + drawn(string.ascii_letters, 34),
    "a Groq key": "gsk" + "_" + drawn(LETTERS, 52),
    "an xAI key": "xai" + "-" + drawn(LETTERS, 80),
    "a Replicate token": "r8" + "_" + drawn(LETTERS, 37),
    "a LangSmith key": "lsv2" + "_pt_" + drawn(HEX, 32) + "_" + drawn(HEX, 10),
    "a Databricks token": "dap" + "i" + drawn(HEX, 32),
    "an AWS access key id": "AK" + "IA" + drawn(string.ascii_uppercase + "234567", 16),
    "a GitHub token": "gh" + "p_" + drawn(LETTERS, 36),
    "a GitLab token": "glp" + "at-" + drawn(LETTERS, 20),
    "a Slack token": "xox" + "b-" + drawn("0123456789", 12) + "-" + drawn(LETTERS, 24),
    "a Stripe key": "sk" + "_live_" + drawn(LETTERS, 24),
    "a SendGrid key": "S" + "G." + drawn(LETTERS, 22) + "." + drawn(LETTERS, 43),
    "an npm token": "npm" + "_" + drawn(LETTERS, 36),
    "a PyPI token": "pypi-" + "AgEIcHlwaS5vcmc" + drawn(LETTERS, 100),
    "a Telegram bot token": drawn("0123456789", 9) + ":A" + "A" + drawn(LETTERS, 33),
    "a JSON web token": "ey" + "J" + drawn(LETTERS, 30) + ".ey" + "J" + drawn(LETTERS, 40) + "." + drawn(LETTERS, 43),
}
TOKEN = TOKENS["an Anthropic key"]
EACH = pytest.mark.parametrize(("what", "token"), TOKENS.items(), ids=list(TOKENS))


@EACH
@pytest.mark.parametrize(
    "around", ["{}", 'key: "{}"', "Use {} for it, please.", "KEY={}\n", "[{}](https://acme.example)"]
)
def test_a_token_is_found_where_it_stands(what: str, token: str, around: str) -> None:
    data = around.format(token).encode()
    (found,) = secrets_in(data)
    assert found.what == what
    assert data[found.start : found.end].decode() == token


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        pytest.param("postgres://app:{}@db.acme.example/x", drawn(LETTERS, 12), id="a password in an address"),
        pytest.param("aws_secret_access_key = {}\n", drawn(LETTERS + "/+", 40), id="an AWS secret by its name"),
        pytest.param(
            "DefaultEndpoints;AccountKey={};", drawn(LETTERS + "/+", 86) + "==", id="an Azure key by its name"
        ),
        pytest.param("https://hooks.slack.com/services/{}", drawn(LETTERS + "/", 44), id="the end of a webhook"),
    ],
)
def test_of_a_longer_text_only_the_secret_is_the_secret(text: str, secret: str) -> None:
    data = text.format(secret).encode()
    (found,) = secrets_in(data)
    assert data[found.start : found.end].decode() == secret


def test_a_private_key_is_one_with_all_its_lines() -> None:
    body = base64.encodebytes(drawn(LETTERS, 300).encode()).decode()
    key = f"-----BEGIN RSA PRIVATE {'KEY'}-----\n{body}-----END RSA PRIVATE {'KEY'}-----\n"
    data = f"a: |\n  {key}".encode()
    (found,) = secrets_in(data)
    assert data[found.start : found.end].decode().strip() == key.partition("-----END")[0].strip()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("AKIAIOSFODNN7EXAMPLE", id="the key of every manual"),
        pytest.param("sk-ant-api03-your-key-goes-here-0123456789", id="what a manual asks for"),
        pytest.param("sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", id="what covers one"),
        pytest.param("ghp_" + "a" * 36, id="one letter"),
        pytest.param("ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789", id="the alphabet"),
        pytest.param("sha256:" + "9f" * 32, id="a digest"),
        pytest.param("9c091bb21b7c1c1d1991bb908d89e4e9dddfe3e0", id="a commit"),
        pytest.param("6ba7b810-9dad-11d1-80b4-00c04fd430c8", id="a UUID"),
        pytest.param("password: correct horse battery staple", id="a password without a form"),
        pytest.param("-----BEGIN RSA PRIVATE KEY-----", id="what a private key begins with"),
        pytest.param("postgres://app:${DB_PASSWORD}@db/x", id="a variable in an address"),
        pytest.param("https://acme.example:8443/@user", id="a port and a name"),
        pytest.param("sk-learn-is-a-library-of-many-estimators", id="a word that begins so"),
        pytest.param("task-" + "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6", id="a word that ends so"),
    ],
)
def test_what_is_no_secret(text: str) -> None:
    assert secrets_in(f"content: {text}\n".encode()) == ()


def test_base64_and_hexadecimal_text_holds_none() -> None:
    dice = random.Random(7)
    raw = dice.randbytes(1_500_000)
    assert secrets_in(base64.b64encode(raw)) == ()
    assert secrets_in(base64.encodebytes(raw)) == ()
    assert secrets_in(raw.hex().encode()) == ()


@pytest.mark.parametrize("folder", ["policies", "prompts", "systems", "examples", "docs", "tests/examples/public"])
def test_the_files_of_this_repository_hold_none(folder: str) -> None:
    paths = [path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix not in (".pyc", "")]
    assert paths
    found = {path: secrets_in(path.read_bytes()) for path in paths if not path.name.startswith("SEC001")}
    assert {path: one for path, one in found.items() if one} == {}


def test_a_file_of_secrets_names_the_first() -> None:
    assert len(secrets_in(f"{TOKEN}\n".encode() * (MOST + 50))) == MOST


@given(st.binary(max_size=400), st.sampled_from(sorted(TOKENS)))
def test_whatever_stands_around_it(data: bytes, what: str) -> None:
    found = secrets_in(data + b"\n" + TOKENS[what].encode() + b"\n" + data)
    assert all(0 <= one.start < one.end for one in found)
    assert any(one.what == what for one in found)


def asking(files: Files) -> Files:
    return added(files, SETTINGS, "secrets: true\n")


def leaking() -> Files:
    return edited(base(), PROMPT, ("content: Say", f"content: Use {TOKEN}. Say"))


def test_only_where_policy_asks_is_anything_looked_for() -> None:
    assert judged(leaking()) == ()
    assert [one.rule for one in judged(asking(leaking()))] == ["SEC001"]
    assert judged(added(leaking(), SETTINGS, "secrets: false\n")) == ()


def test_without_what_looks_for_them_the_check_ends_and_never_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "re2", None)
    _forms.cache_clear()
    try:
        assert judged(leaking()) == ()
        with pytest.raises(PlacetError) as caught:
            judged(asking(base()))
        assert "pip install 'placet[secrets]'" in caught.value.help
    finally:
        _forms.cache_clear()


@pytest.mark.parametrize(
    ("text", "position"),
    [
        pytest.param("a: 1\nb: {}\n", (2, 4), id="behind a key"),
        pytest.param("\ufeff# {}\n", (1, 3), id="behind a byte order mark"),
        pytest.param("# ä€𝄞 {}\r\n", (1, 7), id="behind characters of several bytes"),
        pytest.param("a:\r\n  - {}\r\n", (2, 5), id="in a file with CRLF"),
    ],
)
def test_the_place_of_a_secret(text: str, position: tuple[int, int]) -> None:
    path = "systems/notes/documents/notes.txt.md"
    files = {**asking(base()), path: file(path, text.format(TOKEN).encode())}
    (found,) = (one for one in judged(files) if one.rule == "SEC001")
    assert (found.position.line, found.position.column, found.position.width) == (*position, len(TOKEN))


def reports(findings: tuple[Finding, ...], files: Files) -> dict[str, str]:
    """Everything that is ever printed of findings."""
    sources = {path: (one.data or b"").decode("utf-8", "replace") for path, one in files.items()}
    checked = Checked(None, len(files), 1)
    return {
        "text": as_text(findings, sources, checked),
        "json": one_object(findings, checked),
        "json lines": as_json_lines(findings, checked),
        "sarif": as_sarif(findings, sources, checked, {}),
        "annotations": as_annotations(findings, checked),
        "lines": "\n".join(lines(findings)),
    }


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(leaking(), id="in a prompt"),
        pytest.param(
            edited(base(), PROVIDERS, ("    regions: [eu]", f"    credential: {TOKEN}\n    regions: [eu]")),
            id="in the place of a variable's name",
        ),
        pytest.param(edited(base(), "systems/notes/system.yaml", ("kind: llm", f"kind: {TOKEN}")), id="as a bad value"),
        pytest.param(
            edited(base(), "systems/notes/system.yaml", ("kind: llm", f"{TOKEN}: llm\nkind: 7")), id="as an unknown key"
        ),
        pytest.param(
            edited(base(), PROMPT, ("content: Say", f"content: Use {TOKEN}. Say"), ("model: acme/small", "model: x")),
            id="above another finding",
        ),
    ],
)
def test_no_report_shows_a_secret(files: Files) -> None:
    files = asking(files)
    findings = judged(files)
    assert any(one.secret for one in findings)
    for name, report in reports(findings, files).items():
        assert TOKEN[:24] not in report, name
        assert TOKEN[-24:] not in report, name


def test_a_private_key_is_covered_to_its_end() -> None:
    body = "".join(f"      {drawn(LETTERS, 60 + at)}\n" for at in range(4))
    key = f"Keep\n      -----BEGIN PRIVATE {'KEY'}-----\n{body}      -----END PRIVATE {'KEY'}-----\n"
    prompt = f"model: acme/small\nmessages:\n  - role: user\n    content: |\n      {key}    colour: red\n"
    files = asking({**base(), PROMPT: file(PROMPT, prompt + "# {{transcript}}\n")})
    text = as_text(judged(files), {PROMPT: prompt}, Checked(None, 1, 1))
    assert "SEC001" in text
    assert not [line for line in body.split() if line in text]
    assert "role: user" in text or "colour" in text


def test_what_is_covered_keeps_its_place() -> None:
    files = asking(leaking())
    findings = judged(files)
    source = files[PROMPT].data.decode()
    shown = masked(findings, {PROMPT: source})[PROMPT]
    assert [len(line) for line in shown.split("\n")] == [len(line) for line in source.split("\n")]
    assert shown.replace("*" * len(TOKEN), TOKEN) == source
