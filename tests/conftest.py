"""What every test stands on: no settings of the machine's owner, and no clock in the judgement of a test."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says more about the machine than about the code; speed is measured in bench/.
settings.register_profile("placet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("placet")


@pytest.fixture(autouse=True, scope="session")
def _nobodys_machine(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No git configuration, home folder or colour setting of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]
    home = tmp_path_factory.mktemp("home")
    os.environ.update(
        HOME=str(home),
        GIT_CONFIG_NOSYSTEM="1",
        GIT_CONFIG_GLOBAL=str(home / ".gitconfig"),
        GIT_AUTHOR_NAME="Ari",
        GIT_AUTHOR_EMAIL="ari@acme.example",
        GIT_COMMITTER_NAME="Ari",
        GIT_COMMITTER_EMAIL="ari@acme.example",
    )
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        os.environ.pop(name, None)
