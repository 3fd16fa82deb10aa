from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.bot.test_events import GOOD

from placet.errors import Exit, PlacetError
from placet_bot.environment import environment_of

TOKEN = "ghs_secretSecretSecret"


@pytest.fixture
def variables(tmp_path: Path) -> dict[str, str]:
    event = tmp_path / "event.json"
    event.write_text(json.dumps(GOOD))
    return {
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": "acme/governed",
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_WORKSPACE": str(tmp_path),
        "GITHUB_RUN_ID": "17",
        "GITHUB_RUN_ATTEMPT": "2",
    }


def test_a_run_is_read(variables: dict[str, str]) -> None:
    found = environment_of(variables)
    assert (found.pull.number, found.run) == (7, "placet/7/17/2")
    assert (found.api, found.server) == ("https://api.github.com", "https://github.com")
    assert TOKEN not in repr(found)


def test_all_that_is_missing_is_named(variables: dict[str, str]) -> None:
    with pytest.raises(PlacetError) as caught:
        environment_of({"GITHUB_EVENT_NAME": "pull_request", "GITHUB_TOKEN": ""})
    assert caught.value.exit_code is Exit.USAGE
    for name in set(variables) - {"GITHUB_EVENT_NAME", "GITHUB_RUN_ID", "GITHUB_RUN_ATTEMPT"}:
        assert name in caught.value.what


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"GITHUB_EVENT_PATH": "/nowhere/event.json"}, "No such file", id="no event file"),
        pytest.param({"GITHUB_EVENT_PATH": "/"}, "directory", id="a folder for an event"),
        pytest.param({"GITHUB_REPOSITORY": "acme/other"}, "another repository", id="an event about another repository"),
        pytest.param(
            {"GITHUB_API_URL": "http://github.example/api/v3"}, "no https address", id="the token in the clear"
        ),
        pytest.param({"GITHUB_API_URL": "http://127.0.0.1.evil.example"}, "no https", id="a host that looks like ours"),
        pytest.param({"GITHUB_API_URL": "file:///etc"}, "no https address", id="a file for an address"),
        pytest.param(
            {"GITHUB_SERVER_URL": "https://me:pw@github.com"}, "no https address", id="an address with a login"
        ),
        pytest.param({"GITHUB_SERVER_URL": "ext::sh -c x"}, "no https address", id="a program for an address"),
    ],
)
def test_what_cannot_be_meant_is_refused(variables: dict[str, str], change: dict[str, str], says: str) -> None:
    with pytest.raises(PlacetError) as caught:
        environment_of(variables | change)
    assert says in caught.value.what
    assert TOKEN not in f"{caught.value.what}{caught.value.help}"


@pytest.mark.parametrize(
    "api", ["https://ghe.acme.example/api/v3", "http://127.0.0.1:8080", "http://localhost:1/api/v3/"]
)
def test_an_address_of_ones_own_is_taken(variables: dict[str, str], api: str) -> None:
    assert environment_of(variables | {"GITHUB_API_URL": api}).api == api.rstrip("/")
