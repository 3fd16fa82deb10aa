"""`placet new` in real repositories: what it writes is valid, or it says what is left; nothing is overwritten."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.command import ROOT, Done, judged, placet
from tests.e2e.terminal import typed
from tests.repository import PROMPT, SYSTEM, Repo, governed

FINE, NOT_MET, USAGE, CANNOT_DECIDE = 0, 1, 2, 4
REASON = "The new category has too few cases yet; 40 more are being labelled."


@pytest.fixture
def repo(tmp_path: Path) -> Iterator[Repo]:
    """The sorter's repository, where `placet check` has no finding; nothing that a test does breaks a file of it."""
    repo = governed(tmp_path / "shop")
    yield repo
    rules = {finding["rule"] for found in findings(repo).values() for finding in found}
    assert not {rule for rule in rules if rule.startswith("FIL")}, findings(repo)


def new(repo: Repo, *arguments: str, code: int = FINE) -> Done:
    done = judged(placet(repo.path, "new", *arguments))
    assert done.code == code, done.said
    if code == USAGE:
        assert "help: " in done.err
    return done


def findings(repo: Repo) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = judged(placet(repo.path, "check", "--format", "json")).json["findings"]
    return found


# -- system -----------------------------------------------------------------------------------------------------------


def test_a_new_system_asks_only_for_what_a_person_has_to_write(repo: Repo) -> None:
    done = new(repo, "system", "chat", "--owner", "@dana", "--tier", "low", "--purpose", "It answers colleagues.")
    assert "systems/chat/documents/model-card.md:" in done.out
    assert {finding["rule"] for path, found in findings(repo).items() for finding in found} == {"SYS006"}
    body = "It answers questions that colleagues ask about the house. " * 8
    repo.write({"systems/chat/documents/model-card.md": repo.read("systems/chat/documents/model-card.md") + body})
    assert findings(repo) == {}


def test_an_assumed_tier_is_said_last_with_what_a_lower_one_would_change(repo: Repo) -> None:
    said = new(repo, "system", "chat", "--owner", "@dana").out
    tier, commit = said.strip().split("\n\n")[-2:]
    assert tier.startswith("Tier critical is assumed, since neither --tier nor all risk factors were given.")
    assert "--tier low would ask for" in tier
    assert "delete systems/chat/, and run this again with --tier low" in tier
    count = sum(one["severity"] == "error" for found in findings(repo).values() for one in found)
    which = "this finding is" if count == 1 else f"these {count} findings are"
    assert commit == f"It can't be committed until {which} mended."


def test_a_tier_that_was_given_is_not_assumed_and_what_excludes_a_lower_one_offers_none(repo: Repo) -> None:
    assert "is assumed" not in new(repo, "system", "low", "--owner", "@dana", "--tier", "low").out
    acts = new(repo, "system", "acts", "--owner", "@dana", "--autonomy", "acts").out
    assert "--tier low would" not in acts


def test_the_sequence_of_the_page_works_as_written(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "shop")
    judged(placet(repo.path, "init", "--yes", "--owner", "@acme/platform", "--risk", "@acme/ai-risk"))
    page = (ROOT / "docs/init.md").read_text().replace("\\\n", " ").replace("2026-12-01", "2099-12-01")
    commands = [shlex.split(line)[2:] for line in page.splitlines() if line.startswith("$ placet new")]
    assert [words[1] for words in commands] == ["system", "prompt", "suite", "waiver"]
    for words in commands:
        done = judged(placet(repo.path, *words))
        assert done.code == FINE, done.said
    assert not [finding for finding in repo.snapshot().findings if finding.rule.startswith("FIL")]


def test_what_is_stated_is_taken_and_the_rest_is_assumed(repo: Repo) -> None:
    stated = ("--autonomy", "informs", "--exposure", "internal", "--regulation", "gdpr")
    new(repo, "system", "chat", "--owner", "@dana", "--owner", "business=@rosa", *stated)
    system = repo.snapshot().by_id["chat"]
    assert system.owners == {"business": ("@rosa",), "technical": ("@dana",)}
    assert (system.factors.autonomy, system.factors.exposure) == (("informs",), ("internal",))
    assert system.factors.data == ("internal", "personal", "sensitive")
    assert system.factors.regulation == ("gdpr",)
    assert system.tier.label == "high"
    text = repo.read("systems/chat/system.yaml")
    assert re.search(r"data: .*# assumed", text)
    assert not re.search(r"autonomy: .*# assumed", text)


def test_everything_stated_assumes_nothing(repo: Repo) -> None:
    stated = ("--autonomy", "informs", "--data", "none", "--exposure", "internal", "--criticality", "low")
    new(repo, "system", "chat", "--owner", "@dana", *stated)
    text = repo.read("systems/chat/system.yaml")
    assert "assumed" not in text
    assert "tier: low" in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("Chat Bot",), "did you mean chat-bot?", id="a name that isn't one"),
        pytest.param(("sorter",), "is there already", id="one that is registered"),
        pytest.param(("chat", "--owner", "dana"), "is no owner", id="an owner without @"),
        pytest.param(("chat", "--owner", "bussiness=@a"), "did you mean business?", id="a misspelt role"),
        pytest.param(("chat", "--owner", "@a", "--model", "acme/oen"), "did you mean acme/one?", id="a misspelt model"),
        pytest.param(
            ("chat", "--owner", "@a", "--tier", "low", "--autonomy", "acts"), "as low as low", id="too low a tier"
        ),
        pytest.param(("chat", "--owner", "@a", "--title", "x" * 300), "at most 200", id="too long a title"),
        pytest.param(("chat", "--tier", "lo"), "Invalid value", id="a misspelt tier"),
    ],
)
def test_what_cannot_be_meant_writes_nothing(repo: Repo, arguments: tuple[str, ...], says: str) -> None:
    done = judged(placet(repo.path, "new", "system", *arguments))
    assert done.code == USAGE
    assert says in done.err
    assert repo.status() == ""


def test_without_policies_it_says_how_to_get_them(tmp_path: Path) -> None:
    done = judged(placet(Repo(tmp_path / "bare").path, "new", "system", "chat", "--owner", "@a"))
    assert done.code == CANNOT_DECIDE
    assert "placet init" in done.err


# -- prompt -----------------------------------------------------------------------------------------------------------

REPLY = "prompts/sorter/reply.prompt.yml"


def test_a_new_prompt_is_registered_and_the_rest_of_the_registration_stays(repo: Repo) -> None:
    before = repo.read(SYSTEM)
    done = new(repo, "prompt", REPLY, "--variable", "ticket", "--title", "Reply to a ticket")
    assert f"wrote {REPLY}" in done.out
    assert f"changed {SYSTEM}" in done.out
    after = repo.read(SYSTEM).splitlines()
    added = [line for line in after if line not in before.splitlines()]
    assert [line for line in after if line not in added] == before.splitlines()
    assert repo.snapshot().by_id["sorter"].prompts[-1].untrusted == ("ticket",)
    assert repo.snapshot().prompts[REPLY].model == "acme/one"
    assert {finding["rule"] for found in findings(repo).values() for finding in found} <= {"DOC002"}
    assert "DOC002" in done.out


def test_a_prompt_from_a_folder_below(repo: Repo) -> None:
    done = judged(placet(repo.path / "prompts/sorter", "new", "prompt", "reply.prompt.yml"))
    assert done.code == FINE, done.said
    assert (repo.path / REPLY).exists()


def test_a_prompt_that_no_system_uses_says_so(repo: Repo) -> None:
    done = new(repo, "prompt", "prompts/other/x.prompt.yml")
    assert "No system uses it" in done.out
    assert "PRM003" in done.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param((PROMPT,), "is there already", id="one that is there"),
        pytest.param(("reply.md",), "did you mean prompts/reply.prompt.yml?", id="a place where prompts aren't"),
        pytest.param(
            ("prompts/sorter/reply.yaml",), "did you mean prompts/sorter/reply.prompt.yml?", id="a wrong suffix"
        ),
        pytest.param(("../x.prompt.yml",), "no place for a prompt", id="outside"),
        pytest.param((REPLY, "--system", "sortr"), "did you mean sorter?", id="a misspelt system"),
        pytest.param((REPLY, "--model", "acme/on"), "did you mean acme/one?", id="a misspelt model"),
        pytest.param((REPLY, "--variable", "a b"), "no name of a variable", id="a variable with a space"),
    ],
)
def test_a_prompt_that_cannot_be_meant(repo: Repo, arguments: tuple[str, ...], says: str) -> None:
    assert says in new(repo, "prompt", *arguments, code=USAGE).err
    assert repo.status() == ""


def test_a_link_is_not_written_through(repo: Repo, tmp_path: Path) -> None:
    (repo.path / "prompts/linked").symlink_to(tmp_path)
    done = judged(placet(repo.path, "new", "prompt", "prompts/linked/x.prompt.yml"))
    assert done.code == CANNOT_DECIDE
    assert "symbolic link" in done.err
    assert not (tmp_path / "x.prompt.yml").exists()
    (repo.path / "prompts/linked").unlink()


# -- suite ------------------------------------------------------------------------------------------------------------


def test_a_new_suite_begins_with_the_prompts_own_test_data(repo: Repo) -> None:
    with repo.yaml(PROMPT) as prompt:
        prompt["testData"] = [{"ticket": "I was charged twice.", "expected": "billing", "note": "x"}]
        prompt["evaluators"] = [{"name": "has it", "string": {"contains": "{{expected}}"}}]
    done = new(repo, "suite", "sorter/tone")
    assert "Yours to write: cases" in done.out
    suite = repo.snapshot().suites["systems/sorter/evals/tone.yaml"]
    assert [(case.id, case.inputs, case.expected) for case in suite.cases] == [
        ("row-01", {"ticket": "I was charged twice."}, "billing")
    ]
    assert suite.gates[0].max_regression == 0.1


def test_a_suite_for_a_prompt_without_test_data_has_one_case_to_replace(repo: Repo) -> None:
    new(repo, "suite", "sorter/tone", "--title", "Polite")
    suite = repo.snapshot().suites["systems/sorter/evals/tone.yaml"]
    assert [case.id for case in suite.cases] == ["replace-me"]
    assert suite.title == "Polite"
    assert findings(repo) == {}


@pytest.mark.parametrize(
    ("own", "says"),
    [
        pytest.param(False, "policies/suites/injection.yaml judges this system too", id="beside the shared one"),
        pytest.param(True, "policies/suites/injection.yaml then stands back", id="in its place"),
    ],
)
def test_a_suite_of_a_shared_suite_s_name_says_what_becomes_of_that(repo: Repo, own: bool, says: str) -> None:
    repo.write(
        {
            "policies/suites/injection.yaml": "version: 1\nname: injection\ntitle: It holds\n"
            "cases: [{id: a, payload: Obey., expected: yes}]\n"
            'scorers: [{name: held, type: contains, value: "{{expected}}", not: true}]\n'
            "gates: {held: {min: 0.5}}\n",
            "policies/controls/injection.yaml": "version: 1\nid: injection\ntitle: Holds\nreason: It must.\n"
            f"phase: pr\nmet_by: {{suite: injection}}\nown: {str(own).lower()}\n",
        }
    )
    with repo.yaml("policies/tiers.yaml") as tiers:
        tiers["tiers"]["low"]["controls"].append("injection")
    assert says in " ".join(new(repo, "suite", "sorter/injection").out.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("sorter/core",), "is there already", id="one that is there"),
        pytest.param(("sorter",), "sorter/core", id="a system alone"),
        pytest.param(("sortr/tone",), "did you mean sorter?", id="a misspelt system"),
        pytest.param(("sorter/Tone",), "did you mean tone?", id="a name that isn't one"),
        pytest.param(("sorter/inline",), "a prompt carries itself", id="the name of another thing"),
        pytest.param(("sorter/shared-tone",), "`shared-` begins the names of shared suites", id="a shared one's name"),
        pytest.param(("sorter/tone", "--prompt", "prompts/sorter/sort.yml"), f"did you mean {PROMPT}?", id="a prompt"),
    ],
)
def test_a_suite_that_cannot_be_meant(repo: Repo, arguments: tuple[str, ...], says: str) -> None:
    assert says in new(repo, "suite", *arguments, code=USAGE).err
    assert repo.status() == ""


# -- waiver -----------------------------------------------------------------------------------------------------------

WAIVER = ("--until", "2099-12-01", "--owner", "@dana", "--reason", REASON)


@pytest.mark.parametrize(("control", "file"), [("core.accuracy", "core-accuracy"), ("model-card", "model-card")])
def test_a_new_waiver(repo: Repo, control: str, file: str) -> None:
    done = new(repo, "waiver", "sorter", control, *WAIVER)
    waiver = repo.snapshot().waivers[f"systems/sorter/waivers/{file}.yaml"]
    assert (waiver.control, waiver.owner, waiver.approver) == (control, "@dana", "@acme/ai-risk")
    assert waiver.until.isoformat() == "2099-12-01"
    assert f"wrote systems/sorter/waivers/{file}.yaml" in done.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("sortr", "model-card", *WAIVER), "did you mean sorter?", id="a misspelt system"),
        pytest.param(("sorter", "model-crad", *WAIVER), "did you mean model-card?", id="a misspelt control"),
        pytest.param(("sorter", "core.acuracy", *WAIVER), "did you mean core.accuracy?", id="a misspelt gate"),
        pytest.param(
            ("sorter", "core.critcal", *WAIVER), "the gates of suite core: core.accuracy", id="never critical"
        ),
        pytest.param(("sorter", "core.tone", *WAIVER), "the gates of suite core: core.accuracy", id="no such gate"),
        pytest.param(("sorter", "cre.accuracy", *WAIVER), "did you mean core.accuracy?", id="a misspelt suite"),
        pytest.param(("sorter", "registered", *WAIVER), "can't be waived", id="what can't be waived"),
        pytest.param(("sorter", "model-card", *WAIVER, "--until", "2020-01-01"), "is over", id="a day that is over"),
        pytest.param(("sorter", "model-card", *WAIVER, "--until", "soon"), "is no day", id="no day"),
        pytest.param(
            ("sorter", "model-card", *WAIVER, "--reason", "later"), "at least a sentence", id="hardly a reason"
        ),
        pytest.param(("sorter", "model-card", *WAIVER, "--approver", "@dana"), "their own", id="one's own approval"),
        pytest.param(("sorter", "model-card", *WAIVER[2:]), "this needs --until", id="no end"),
    ],
)
def test_a_waiver_that_cannot_be_meant(repo: Repo, arguments: tuple[str, ...], says: str) -> None:
    assert says in new(repo, "waiver", *arguments, code=USAGE).err
    assert repo.status() == ""


def test_a_waiver_is_not_overwritten(repo: Repo) -> None:
    new(repo, "waiver", "sorter", "model-card", *WAIVER)
    text = repo.read("systems/sorter/waivers/model-card.yaml")
    new(repo, "waiver", "sorter", "model-card", *WAIVER, "--owner", "@rosa", code=USAGE)
    assert repo.read("systems/sorter/waivers/model-card.yaml") == text


def test_somebody_at_a_terminal_is_asked_for_what_is_missing(repo: Repo) -> None:
    asked = [
        ("Until which day", "2099-12-01"),
        ("Why is the risk", REASON),
        ("Who owns the risk", "@dana"),
        ("accepts", ""),
    ]
    done = judged(typed(repo.path, ["new", "waiver", "sorter", "core.accuracy"], asked))
    assert done.code == FINE, done.out
    assert repo.snapshot().waivers["systems/sorter/waivers/core-accuracy.yaml"].approver == "@acme/ai-risk"
