"""The published schemas in the language server that editors run: completions, explanations, findings.

Not part of `make test`, since it needs Node and npm packages: `make editors` fetches those and runs this.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.editors.language_server import ROOT, LanguageServer

PUBLISHED = ROOT / "docs/schemas"
ADDRESS = "https://placet.dev/schemas/"
SYSTEM, PROMPT = "systems/notes/system.yaml", "prompts/notes/summarise.prompt.yml"
REGISTRATION = """\
version: 1
id: notes
title: Meeting notes
purpose: Turns a transcript into notes.
kind: llm
lifecycle: production
owners: {business: ["@acme/workplace"], technical: ["@mira"]}
risk:
  tier: low
  factors: {autonomy: informs, data: [internal], exposure: internal, regulation: [], criticality: low}
models:
  - id: acme/stand-in
    provider: stand-in
    name: stand-in-2026-10-01
prompts: []
"""


class Shelf(BaseHTTPRequestHandler):
    """Serves docs/schemas as placet.dev does, and the catalog with its addresses turned to this server."""

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        body = (PUBLISHED / name).read_text("utf-8") if (PUBLISHED / name).is_file() else ""
        if name == "catalog.json":
            body = body.replace(ADDRESS, f"http://127.0.0.1:{self.server.server_address[1]}/")  # type: ignore[str-bytes-safe]
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def shelf() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


def settings(schemas: dict[str, str], catalog: str = "") -> dict[str, Any]:
    store = {"enable": bool(catalog), "url": catalog}
    yaml = {"validate": True, "hover": True, "completion": True, "schemas": schemas, "schemaStore": store}
    return {"yaml": yaml}


def documented() -> dict[str, str]:
    """The settings that docs/editors.md gives for VS Code."""
    block = re.search(r"```json\n(.*?)```", (ROOT / "docs/editors.md").read_text("utf-8"), re.DOTALL)
    assert block
    shown: dict[str, str] = json.loads(block[1])["yaml.schemas"]
    return shown


@pytest.fixture(scope="module")
def server(shelf: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """With the settings of the page on editors."""
    schemas = {address.replace(ADDRESS, shelf): pattern for address, pattern in documented().items()}
    with LanguageServer(tmp_path_factory.mktemp("workspace"), settings(schemas)) as running:
        yield running


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """Without any settings: files name their schema themselves."""
    with LanguageServer(tmp_path_factory.mktemp("workspace"), settings({})) as running:
        yield running


@pytest.fixture(scope="module")
def with_catalog(shelf: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LanguageServer]:
    """With our entry for SchemaStore as its whole catalog."""
    with LanguageServer(tmp_path_factory.mktemp("workspace"), settings({}, f"{shelf}catalog.json")) as running:
        yield running


def found(diagnostics: list[dict[str, Any]]) -> list[tuple[int, int, str]]:
    """(line, column, message), counted from 1."""
    starts = [(one["range"]["start"], one["message"]) for one in diagnostics]
    return sorted((start["line"] + 1, start["character"] + 1, message) for start, message in starts)


class TestARegistration:
    def test_that_is_good_has_no_findings(self, server: LanguageServer) -> None:
        assert found(server.open(SYSTEM, REGISTRATION)) == []

    def test_with_a_misspelt_key_is_underlined_there(self, server: LanguageServer) -> None:
        text = REGISTRATION.replace("prompts:", "promts: []\nprompts:")
        assert found(server.open(SYSTEM, text)) == [(15, 1, "Property promts is not allowed.")]

    def test_with_a_wrong_value_is_told_the_right_ones(self, server: LanguageServer) -> None:
        (line, column, message) = found(server.open(SYSTEM, REGISTRATION.replace("tier: low", "tier: none")))[0]
        assert (line, column) == (9, 9)
        assert all(tier in message for tier in ("low", "medium", "high", "critical"))

    def test_with_a_date_that_does_not_exist_is_told_so(self, server: LanguageServer) -> None:
        told = found(server.open(SYSTEM, REGISTRATION + "reviewed: 2026-13-01\n"))
        assert {place[:2] for place in told} == {(16, 11)}

    def test_without_a_key_is_told_which(self, server: LanguageServer) -> None:
        messages = [message for *_, message in found(server.open(SYSTEM, REGISTRATION.replace("kind: llm\n", "")))]
        assert messages == ['Missing property "kind".']

    def test_takes_keys_that_begin_with_x(self, server: LanguageServer) -> None:
        assert found(server.open(SYSTEM, REGISTRATION + "x-note: ours\n")) == []


class TestCompletions:
    def test_offer_the_keys_that_are_missing_with_what_they_mean(self, server: LanguageServer) -> None:
        server.open(SYSTEM, REGISTRATION + "\n")
        offered = server.completions(SYSTEM, 16, 1)
        assert {"monitoring", "rollout", "human_oversight", "review_by"} <= set(offered)
        assert "lifecycle" not in offered, "it is there already"
        assert "Who pays for it." in str(offered["cost_center"]["documentation"])

    def test_offer_the_values_of_a_key(self, server: LanguageServer) -> None:
        server.open(SYSTEM, REGISTRATION.replace("lifecycle: production", "lifecycle: "))
        assert set(server.completions(SYSTEM, 6, 12)) == {"experiment", "staging", "production", "retired"}

    def test_offer_the_keys_of_an_entry_in_a_list(self, server: LanguageServer) -> None:
        server.open(SYSTEM, REGISTRATION.replace("prompts: []", "    \nprompts: []"))
        assert {"version", "role"} <= set(server.completions(SYSTEM, 15, 5))

    def test_write_an_example_where_text_belongs(self, server: LanguageServer) -> None:
        server.open(SYSTEM, REGISTRATION + "\n")
        assert "2027-05-02" in server.completions(SYSTEM, 16, 1)["review_by"]["insertText"]


class TestHovering:
    @pytest.mark.parametrize(
        ("line", "column", "shown"),
        [
            pytest.param(6, 3, ("Lifecycle", "Where it stands.", "experiment", "production"), id="a key of our own"),
            pytest.param(
                2, 1, ("The name of its folder below systems/.", "support-triage"), id="one with a definition"
            ),
            pytest.param(9, 3, ("never lower", "critical", "medium"), id="one below another"),
            pytest.param(13, 6, ("policies/providers.yaml", "stand-in"), id="one of an entry in a list"),
        ],
    )
    def test_explains_a_key_with_an_example(
        self, server: LanguageServer, line: int, column: int, shown: tuple[str, ...]
    ) -> None:
        server.open(SYSTEM, REGISTRATION)
        text = server.hover(SYSTEM, line, column)
        assert [words for words in ("Example", *shown) if words not in text] == []


class TestAPromptFile:
    def test_is_left_to_others_by_our_settings(self, server: LanguageServer) -> None:
        assert found(server.open(PROMPT, "mesages: []\n")) == []
        assert server.hover(PROMPT, 1, 2) == ""

    def test_has_our_schema_where_it_names_it(self, bare: LanguageServer) -> None:
        text = f"# yaml-language-server: $schema={PUBLISHED / 'prompt.schema.json'}\nmessages:\n  - role: robot\n"
        assert [place[:2] for place in found(bare.open(PROMPT, text))] == [(3, 5), (3, 11)]
        assert "Who speaks" in bare.hover(PROMPT, 3, 6)


def test_the_first_line_may_be_that_of_jetbrains(bare: LanguageServer) -> None:
    text = f"# $schema: {PUBLISHED / 'system.schema.json'}\n{REGISTRATION}ownerz: 1\n"
    assert found(bare.open(SYSTEM, text)) == [(17, 1, "Property ownerz is not allowed.")]


class TestTheCatalog:
    @pytest.mark.parametrize(
        "path",
        [
            pytest.param(SYSTEM, id="a registration"),
            pytest.param("policies/tiers.yaml", id="tiers"),
            pytest.param("policies/controls/owned.yaml", id="a control"),
            pytest.param("systems/notes/evals/core.yaml", id="a suite"),
            pytest.param("systems/notes/incidents/lost.yaml", id="an incident"),
            pytest.param("deploy/ai/systems/notes/system.yaml", id="one in a folder below"),
        ],
    )
    def test_gives_our_files_their_schema(self, with_catalog: LanguageServer, path: str) -> None:
        messages = [message for *_, message in found(with_catalog.open(path, "unheard_of: 1\n"))]
        assert "Property unheard_of is not allowed." in messages

    @pytest.mark.parametrize(
        "path",
        [
            pytest.param(PROMPT, id="a prompt file"),
            pytest.param(".github/prompts/x.prompt.yml", id="a prompt file of others"),
            pytest.param("system.yaml", id="a system.yaml of others"),
            pytest.param("policies/network.yaml", id="a policy of others"),
        ],
    )
    def test_gives_other_files_none(self, with_catalog: LanguageServer, path: str) -> None:
        assert found(with_catalog.open(path, "unheard_of: 1\n")) == []


def own_files() -> list[Any]:
    """The YAML files of this repository that name their schema."""
    paths = [path for where in ("policies", "systems", "prompts") for path in sorted((ROOT / where).rglob("*.y*ml"))]
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


@pytest.mark.parametrize("path", own_files())
def test_the_files_of_this_repository_have_no_findings(bare: LanguageServer, path: Path) -> None:
    text = path.read_text("utf-8")
    first, _, rest = text.partition("\n")
    schema = first.partition("$schema=")[2]
    assert schema, "it names no schema"
    named = f"# yaml-language-server: $schema={(path.parent / schema).resolve()}"
    assert found(bare.open(path.relative_to(ROOT).as_posix(), f"{named}\n{rest}")) == []
