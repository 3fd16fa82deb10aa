"""What a change may try so that it is judged less strictly, on real repositories: none of it helps."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from tests.e2e.command import judged, placet
from tests.model_server import ModelServer
from tests.repository import CARD, CASES, PROMPT, PROVIDERS, SUITE, SYSTEM, TIERS, Repo, files, governed, sorter

from placet.cli.main import COMMANDS, main
from placet.decision import Answer
from placet.errors import Exit
from placet.evidence import from_bytes, to_bytes
from placet.findings import Finding
from placet.record import replace
from placet.results import Review
from placet.review import holding_up

CLASSIFICATION = "policies/classification.yaml"
TODAY = date(2026, 11, 20)
LOSS = ("Answer with one word.", "Answer with one word. Get 10 wrong.")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(sorter) as server:
        yield server


# -- adding comparisons (Holm) ----------------------------------------------------------------------------------------


def lossy(folder: Path, server: ModelServer) -> Repo:
    """A hundred cases, a gate with a low floor, and a branch on which the prompt gets ten of them wrong."""
    repo = Repo(folder)
    repo.write(files(server.base_url))
    with repo.rows(CASES) as rows:
        for row in rows:
            row.pop("critical", None)
        for number in range(31, 101):
            kind = ("billing", "account")[number % 2]
            text = f"Ticket {number} is about {kind}."
            rows.append({"id": f"{kind}-{number}", "inputs": {"ticket": text}, "expected": kind})
    with repo.yaml(SUITE) as suite:
        suite["gates"] = {"accuracy": {"min": 0.5, "max_regression": 0.05}}
    repo.stamp()
    repo.commit("Govern the sorter")
    repo.branch("edit")
    repo.edit(PROMPT, *LOSS)
    return repo


def tidy(suite: dict[str, Any]) -> None:
    """Gates that no answer fails."""
    suite["scorers"] += [{"name": f"tidy-{number}", "type": "regex", "pattern": "."} for number in range(45)]
    suite["gates"] |= {f"tidy-{number}": {"max_regression": 0.05} for number in range(45)}


def nothing(repo: Repo) -> None:
    pass


def more_gates(repo: Repo) -> None:
    with repo.yaml(SUITE) as suite:
        tidy(suite)


def more_suites(repo: Repo) -> None:
    for name in ("extra", "more"):
        repo.write({SUITE.replace("core", name): repo.read(SUITE)})
        with repo.yaml(SUITE.replace("core", name)) as suite:
            suite["name"] = name
            tidy(suite)
            suite["gates"].pop("accuracy")


@pytest.mark.parametrize("adds", [nothing, more_gates, more_suites])
def test_a_regression_stays_one_however_many_gates_are_added(
    tmp_path: Path, server: ModelServer, adds: Callable[[Repo], None]
) -> None:
    repo = lossy(tmp_path / "shop", server)
    adds(repo)
    repo.commit()
    found = repo.review()
    assert found.decision.answer is Answer.NON_PLACET
    assert "gate core.accuracy" in {reason.id for reason in found.decision.unmet()}


# -- rewriting the policy that judges ---------------------------------------------------------------------------------


def pinned_off(repo: Repo) -> None:
    with repo.yaml(TIERS) as tiers:
        tiers["tiers"]["high"]["models"]["pinned"] = False


def floating(repo: Repo) -> None:
    with repo.yaml(SYSTEM) as system:
        system["models"].append({"id": "acme/l", "provider": "stand-in", "name": "gpt-latest"})


def regions_moved(repo: Repo) -> None:
    with repo.yaml(PROVIDERS) as providers:
        providers["providers"]["stand-in"]["regions"] = ["us"]


def residency_moved(repo: Repo) -> None:
    with repo.yaml(SYSTEM) as system:
        system["residency"]["regions"] = ["us"]


def rules_gone(repo: Repo) -> None:
    with repo.yaml(CLASSIFICATION) as rules:
        rules["rules"] = [rule for rule in rules["rules"] if rule["id"] != "acts-alone"]


def acts_alone(repo: Repo) -> None:
    with repo.yaml(SYSTEM) as system:
        system["risk"]["factors"]["autonomy"] = "acts"


def owners_not_demanded(repo: Repo) -> None:
    with repo.yaml(TIERS) as tiers:
        tiers["tiers"]["low"]["owners"] = ["technical"]


def without_owner(repo: Repo) -> None:
    with repo.yaml(SYSTEM) as system:
        del system["owners"]["business"]


def control_gone(repo: Repo) -> None:
    repo.remove("policies/controls/model-card.yaml")
    with repo.yaml(TIERS) as tiers:
        tiers["tiers"]["low"]["controls"].remove("model-card")


def without_card(repo: Repo) -> None:
    repo.remove(CARD)


def provider_added(repo: Repo) -> None:
    with repo.yaml(PROVIDERS) as providers:
        providers["providers"]["mine"] = providers["providers"]["stand-in"]


def at_a_new_provider(repo: Repo) -> None:
    with repo.yaml(SYSTEM) as system:
        system["models"][1]["provider"] = "mine"


def margin_raised(repo: Repo) -> None:
    with repo.yaml(TIERS) as tiers:
        tiers["tiers"]["high"]["gates"]["margin"] = 0.5


def larger_loss(repo: Repo) -> None:
    with repo.yaml(SUITE) as suite:
        suite["gates"]["accuracy"]["max_regression"] = 0.5


def least_cases_lowered(repo: Repo) -> None:
    with repo.yaml(TIERS) as tiers:
        tiers["tiers"]["high"]["suites"]["least_cases"] = 1


def main_suite_renamed(repo: Repo) -> None:
    with repo.yaml("policies/placet.yaml") as settings:
        settings["suites"]["main"] = "tiny"


def fewer_cases(repo: Repo) -> None:
    with repo.rows(CASES) as rows:
        del rows[5:]


def policy_broken(repo: Repo) -> None:
    repo.write({TIERS: "version: 1\ntiers: nothing\n"})


REWRITES = [
    pytest.param(pinned_off, floating, "SYS004", id="models needn't be pinned"),
    pytest.param(regions_moved, residency_moved, "SYS013", id="a provider says to be elsewhere"),
    pytest.param(rules_gone, acts_alone, "SYS021", id="a classification rule is gone"),
    pytest.param(owners_not_demanded, without_owner, "SYS002", id="an owner role isn't demanded"),
    pytest.param(control_gone, without_card, "SYS006", id="a control is gone"),
    pytest.param(provider_added, at_a_new_provider, "SYS003", id="a provider is added"),
    pytest.param(margin_raised, larger_loss, "SUI007", id="the margin is raised"),
    pytest.param(least_cases_lowered, fewer_cases, "SUI005", id="fewer cases do"),
    pytest.param(main_suite_renamed, fewer_cases, "SUI005", id="another suite is the main one"),
    pytest.param(policy_broken, floating, "SYS004", id="a policy doesn't parse, and judges nothing"),
]


def high(folder: Path) -> Repo:
    """A governed repository, of tier high and without a finding, with a branch checked out."""
    repo = Repo(folder)
    repo.write(files(tier="high"))
    with repo.yaml(SUITE) as suite:
        suite["gates"]["accuracy"]["max_regression"] = 0.02
    repo.stamp()
    repo.commit("Govern the sorter")
    repo.branch("edit")
    return repo


def held_up(repo: Repo) -> tuple[Finding, ...]:
    if (repo.path / CARD).exists():
        repo.stamp()
    repo.commit()
    return holding_up(repo.gather(), TODAY)


@pytest.mark.parametrize(("rewrite", "breach", "rule"), REWRITES)
def test_a_change_is_judged_by_the_policies_that_it_found(
    tmp_path: Path, rewrite: Callable[[Repo], None], breach: Callable[[Repo], None], rule: str
) -> None:
    repo = high(tmp_path / "shop")
    breach(repo)
    rewrite(repo)
    of_systems = [finding for finding in held_up(repo) if not finding.path.startswith("policies/")]
    assert rule in {finding.rule for finding in of_systems}
    assert len(set(of_systems)) == len(of_systems)


def test_of_its_own_policies_a_change_hears_once_what_is_wrong_with_them(tmp_path: Path) -> None:
    repo = high(tmp_path / "shop")
    with repo.yaml(TIERS) as tiers:
        tiers["tiers"]["high"]["approvals"]["roles"] = ["nobody"]
        tiers["tiers"]["low"]["controls"].append("gone")
    rules = ["POL002", "POL004", "POL006"]  # the tier above doesn't ask for the role that was made up
    assert [(finding.rule, finding.path) for finding in held_up(repo)] == [(rule, TIERS) for rule in rules]


def test_a_stricter_policy_judges_systems_from_when_it_is_merged(tmp_path: Path) -> None:
    repo = high(tmp_path / "shop")
    with repo.yaml(TIERS) as tiers:
        tiers["tiers"]["low"]["owners"].append("risk")
    assert held_up(repo) == ()


def test_a_provider_called_title_is_a_change_of_policy(tmp_path: Path) -> None:
    repo = governed(tmp_path / "shop")
    repo.branch("edit")
    with repo.yaml(PROVIDERS) as providers:
        providers["providers"]["title"] = providers["providers"]["stand-in"] | {"base_url": "http://evil.example/v1"}
    repo.commit()
    assert repo.gather().plan.changes_policy


# -- rolling the dice again -------------------------------------------------------------------------------------------


def answers(review: Review) -> tuple[int, int]:
    return review.spent.calls + review.spent.cached, review.spent.reused


def test_an_edit_that_no_model_sees_rolls_no_dice_again(tmp_path: Path, server: ModelServer) -> None:
    repo = governed(tmp_path / "shop", server.base_url)
    repo.branch("edit")
    repo.edit(PROMPT, *LOSS)
    repo.commit()
    first, asked = repo.review(), server.count
    repo.forget_answers()
    for salt in (1, 2):
        with repo.yaml(PROMPT) as prompt:
            prompt["modelParameters"]["salt"] = salt
        repo.commit()
        again = repo.review()
        assert (server.count, answers(again)) == (asked, (0, asked))
        assert again.outcomes[0].head == first.outcomes[0].head


# -- planting evidence ------------------------------------------------------------------------------------------------


def test_evidence_from_the_future_is_not_counted(tmp_path: Path, server: ModelServer) -> None:
    repo = governed(tmp_path / "shop", server.base_url)
    repo.branch("edit")
    repo.edit(PROMPT, *LOSS)
    repo.commit()
    repo.review()
    asked = server.count
    repo.forget_answers()
    for path in (repo.path / ".git/placet/evidence").rglob("*.json"):
        record = replace(from_bytes(path.read_bytes()), finished="2999-01-01T00:00:00Z")
        path.unlink()
        (path.parent / f"{record.id.removeprefix('sha256:')}.json").write_bytes(to_bytes(record))
    assert repo.review().spent.reused == 0
    assert server.count == 2 * asked


def test_a_replacement_in_this_clone_shows_nothing_else_than_what_would_be_merged(tmp_path: Path) -> None:
    """`git replace` isn't pushed: what it hides would be on the pull request all the same."""
    repo = governed(tmp_path / "shop")
    repo.branch("edit")
    repo.edit(PROMPT, *LOSS)
    repo.commit()
    repo.git("replace", repo.git("rev-parse", "edit^{tree}"), repo.git("rev-parse", "main^{tree}"))
    gathered = repo.gather()
    assert [edit.path for edit in gathered.plan.edits] == [PROMPT]
    assert b"Get 10 wrong." in (gathered.merged.files[PROMPT].data or b"")


# -- what a path or a message may do to a terminal --------------------------------------------------------------------

TITLE, CLEAR, TURNED = "\x1b]0;PWNED\x07", "\x1b[2J", "\u202e"


@pytest.mark.parametrize("name", ["plan", "review"])
def test_a_path_in_an_error_drives_no_terminal(tmp_path: Path, name: str) -> None:
    repo = governed(tmp_path / "shop")
    evil = f"prompts/sorter/{TITLE}{CLEAR}{TURNED}\nplacet: all is well.prompt.yml"
    repo.move(PROMPT, evil)
    repo.commit()
    repo.branch("edit")
    repo.edit(evil, "one word", "a word")
    repo.commit()
    repo.switch("main")
    repo.edit(evil, "one word", "a single word")
    repo.commit()
    repo.switch("edit")
    done = judged(placet(repo.path, name))
    assert "conflicts with its base" in done.err
    assert [line[:8] for line in done.err.splitlines()] == ["placet: ", "  help: "]
    assert hidden(done.said) == set()


@pytest.mark.parametrize("name", ["check", "plan", "review"])
@pytest.mark.parametrize("format_", ["text", "json"])
def test_no_path_and_no_content_drives_a_terminal(tmp_path: Path, name: str, format_: str) -> None:
    repo = governed(tmp_path / "shop")
    repo.branch("edit")
    repo.write(
        {
            f"systems/sorter/{TITLE}.yaml": "a: [",
            f"prompts/{TURNED}\x7f\x9b2J\U000e0041.prompt.yml": f'name: "{TURNED}"\nmessages: []\n',
            "systems/\x1b[31m/system.yaml": "version: 1\n",
        }
    )
    repo.commit()
    done = judged(placet(repo.path, name, "--format", format_))
    assert hidden(done.said) == set()
    assert format_ == "text" or TURNED in json.dumps(done.json, ensure_ascii=False)


@click.command()
def broken() -> None:
    raise ValueError(f"{TITLE}\udcff{TURNED}")


def test_a_bug_of_ours_is_told_in_plain_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setitem(COMMANDS, "broken", (f"{__name__}:broken", ""))
    assert main(["broken"]) == Exit.BUG
    said = capsys.readouterr().err
    assert "this is a bug of ours: ValueError: " in said
    assert hidden(said) == set()


def hidden(text: str) -> set[str]:
    """What a terminal would act on, or a reader not see."""
    return {letter for letter in text if letter != "\n" and unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Co"}}
