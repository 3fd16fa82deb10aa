"""`placet scan` in real repositories: what it reads, what it says, and what it writes when asked to register."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.e2e.command import Done, judged, placet
from tests.repository import Repo

FINE, NOT_MET, USAGE, CANNOT_DECIDE = 0, 1, 2, 4
OWNER = ("--owner", "@acme/platform")
PROMPTY = """\
---
name: Answer
model:
  api: chat
  configuration: {type: openai, name: gpt-4o}
---
system:
Answer in one sentence.

user:
{{question}}
"""
FILES = {
    "services/chat/app.py": 'from openai import OpenAI\nOpenAI(api_key="sk-hidden").x(model="gpt-4o")\n',
    "services/chat/prompts/answer.prompty": PROMPTY,
    "services/chat/prompts/tone.txt": "Be kind.\n",
    "web/package.json": '{"dependencies": {"ai": "^5"}}\n',
    "prompts/billing/explain.prompt.yml": (
        'model: openai/gpt-4o-mini\nmessages:\n  - {role: user, content: "Explain {{invoice}}"}\n'
    ),
    ".cursor/mcp.json": '{"mcpServers": {"github": {"command": "npx", "env": {"TOKEN": "hidden"}}}}\n',
    "AGENTS.md": "Be kind.\n",
    "README.md": "We call https://api.openai.com with gpt-4o.\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "shop")
    repo.commit("A shop", FILES)
    return repo


def scanned(repo: Repo, *arguments: str, code: int = FINE) -> Done:
    done = judged(placet(repo.path, "scan", *arguments))
    assert done.code == code, done.said
    return done


def unregistered(repo: Repo, *arguments: str) -> set[str]:
    groups = scanned(repo, "--format", "json", *arguments).json["groups"]
    return {group["id"] for group in groups if not group["registered"]}


def govern(repo: Repo) -> None:
    done = judged(placet(repo.path, "init", "--yes", *OWNER, "--risk", "@acme/ai-risk", "--provider", "openai"))
    assert done.code == FINE, done.said


# -- finding ----------------------------------------------------------------------------------------------------------


def test_what_uses_models_is_found_with_file_and_line(repo: Repo) -> None:
    said = scanned(repo)
    assert said.out.startswith("4 parts of this repository use models and aren't registered:")
    for sign in (
        "services/chat/app.py:1 ",
        "services/chat/app.py:2 ",
        "services/chat/prompts/answer.prompty:1 ",
        "web/package.json:1 ",
        "prompts/billing/explain.prompt.yml:1 ",
        ".cursor/mcp.json:1 ",
    ):
        assert sign in said.out
    assert "Coding agents read AGENTS.md" in said.out
    assert "README.md" not in said.out
    assert "hidden" not in said.said


def test_a_gate_for_ci(repo: Repo) -> None:
    scanned(repo, "--fail-on-unregistered", code=NOT_MET)
    scanned(Repo(repo.path.parent / "empty"), "--fail-on-unregistered", code=FINE)


def test_paths_choose_what_is_looked_at(repo: Repo) -> None:
    assert unregistered(repo, "services") == {"chat"}
    assert unregistered(repo, "web", ".cursor/mcp.json") == {"web", "coding-agent"}
    done = judged(placet(repo.path / "services", "scan", "chat", "--format", "json"))
    assert [group["id"] for group in done.json["groups"]] == ["chat"]


@pytest.mark.parametrize(
    ("path", "says"), [("../elsewhere", "is outside"), ("nothing/here", "nothing at nothing/here")]
)
def test_a_path_that_cannot_be_meant(repo: Repo, path: str, says: str) -> None:
    done = scanned(repo, path, code=USAGE)
    assert says in done.err


def test_untracked_files_count_and_ignored_ones_do_not(repo: Repo) -> None:
    repo.write({"jobs/a.py": "import ollama\n", "scratch/b.py": "import ollama\n", ".gitignore": "scratch/\n"})
    found = unregistered(repo)
    assert "a" in found or "jobs" in found or "shop" in found
    assert "scratch/b.py" not in scanned(repo).out
    assert "jobs/a.py:1" in scanned(repo).out


def test_links_are_not_followed(repo: Repo, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("import cohere\n")
    (repo.path / "linked").symlink_to(outside)
    (repo.path / "link.py").symlink_to(outside / "secret.py")
    repo.git("add", "--all")
    assert "cohere" not in scanned(repo).out
    (repo.path / "jobs").mkdir()
    (repo.path / "jobs/secret.py").write_text("x = 1\n")
    repo.git("add", "jobs")
    (repo.path / "jobs/secret.py").unlink()
    (repo.path / "jobs").rmdir()
    (repo.path / "jobs").symlink_to(outside)  # git still lists what was behind it
    assert "cohere" not in scanned(repo).out


def test_what_is_large_binary_special_or_gone_is_left_out(repo: Repo) -> None:
    repo.commit(
        "Odd files",
        {
            "large.py": b"import cohere\n" + b"#" * 2**20,
            "binary.py": b"\0import cohere\n",
            "gone.py": "import cohere\n",
        },
    )
    repo.remove("gone.py")
    os.mkfifo(repo.path / "pipe.py")
    done = scanned(repo)
    assert "cohere" not in done.out
    assert "1 file larger than 1 MiB left out" in done.out


def test_names_of_any_kind_are_no_trouble(repo: Repo) -> None:
    for name in (b"caf\xe9.py", b"a\nb.py", b"\x1b[2J.py", b'q"uote.py', "naïve.py".encode()):
        (repo.path / os.fsdecode(name)).write_text("import cohere\n")
    done = scanned(repo)
    assert "\x1b" not in done.said
    assert scanned(repo, "--format", "json").json["summary"]["unregistered"] >= 5
    govern(repo)
    scanned(repo, "--register", *OWNER)
    assert unregistered(repo) == set()
    assert not {finding["rule"] for found in _findings(repo).values() for finding in found if finding["rule"][0] == "F"}


def test_no_git_repository(tmp_path: Path) -> None:
    done = judged(placet(tmp_path, "scan"))
    assert done.code == USAGE
    assert "git init" in done.err


# -- registering ------------------------------------------------------------------------------------------------------


def test_what_is_proposed_makes_everything_registered(repo: Repo) -> None:
    govern(repo)
    done = scanned(repo, "--register", *OWNER)
    assert "wrote systems/chat/system.yaml" in done.out
    assert "prompts/chat/answer.prompt.yml is a copy of services/chat/prompts/answer.prompty" in done.out
    assert "tone.txt isn't converted" in done.out
    assert unregistered(repo) == set()
    scanned(repo, "--fail-on-unregistered")
    assert "Nothing to write." in scanned(repo, "--register").out


def test_what_is_proposed_is_valid_and_the_worst_is_assumed(repo: Repo) -> None:
    govern(repo)
    scanned(repo, "--register", *OWNER)
    snapshot = repo.snapshot()
    assert [finding for finding in snapshot.findings if finding.rule.startswith("FIL")] == []
    for id in ("chat", "web", "billing", "coding-agent"):
        system = snapshot.by_id[id]
        assert system.lifecycle == "experiment"
        assert system.tier.label == "critical"
        assert system.factors.autonomy == ("acts",)
    billing = snapshot.by_id["billing"]
    assert [(use.path, use.untrusted) for use in billing.prompts] == [
        ("prompts/billing/explain.prompt.yml", ("invoice",))
    ]
    assert [(model.id, model.provider, model.name) for model in billing.models] == [
        ("openai/gpt-4o-mini", "openai", "gpt-4o-mini")
    ]
    assert [tool["name"] for tool in snapshot.by_id["coding-agent"].fields["tools"]] == ["github"]
    rules = {finding["rule"] for found in _findings(repo).values() for finding in found}
    assert not {rule for rule in rules if rule.startswith(("FIL", "PRM", "OWN"))}


def _findings(repo: Repo) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = judged(placet(repo.path, "check", "--format", "json")).json["findings"]
    return found


def test_a_prompt_file_outside_prompts_is_copied_and_registered(repo: Repo) -> None:
    text = 'model: openai/gpt-4.1-mini-2025-04-14\nmessages:\n  - {role: user, content: "Sum up {{text}}"}\n'
    repo.write({"services/sum/app.py": "import openai\n", "services/sum/short.prompt.yml": text})
    govern(repo)
    said = scanned(repo, "--register", *OWNER).out
    assert "prompts/sum/short.prompt.yml is a copy of services/sum/short.prompt.yml" in said
    assert "placet scan --register" not in said
    assert repo.read("prompts/sum/short.prompt.yml") == text
    system = repo.snapshot().by_id["sum"]
    assert [(use.path, use.untrusted) for use in system.prompts] == [("prompts/sum/short.prompt.yml", ("text",))]
    assert [model.version for model in system.models] == ["2025-04-14"]


def test_prompt_files_of_a_registered_part_that_are_not_governed_are_counted(repo: Repo) -> None:
    govern(repo)
    scanned(repo, "--register", *OWNER)
    done = scanned(repo)
    assert done.out.startswith("Everything that was found is registered: ")
    assert "2 prompt files are not governed: only those in prompts/ are judged." in done.out
    assert "! services/chat/, openai: registered as chat, 2 prompt files are not governed" in done.out
    assert "✓ web/" in done.out
    groups = {group["id"]: group["ungoverned_prompts"] for group in scanned(repo, "--format", "json").json["groups"]}
    assert groups["chat"] == ["services/chat/prompts/answer.prompty", "services/chat/prompts/tone.txt"]
    assert groups["web"] == groups["billing"] == []


def test_a_prompt_file_of_a_part_that_belongs_to_a_system_is_copied_too(repo: Repo) -> None:
    govern(repo)
    scanned(repo, "--register", *OWNER)
    repo.edit("systems/chat/system.yaml", '  - "/services/chat/"', '  - "/services/chat/app.py"')
    (repo.path / "prompts/chat/answer.prompt.yml").rename(repo.path / "services/chat/prompts/other.prompt.yml")
    repo.edit("systems/chat/system.yaml", "answer.prompt.yml", "gone.prompt.yml")
    said = scanned(repo, "--register", *OWNER).out
    assert "wrote prompts/chat/other.prompt.yml" in said
    uses = [use.path for use in repo.snapshot().by_id["chat"].prompts]
    assert uses == ["prompts/chat/gone.prompt.yml", "prompts/chat/answer.prompt.yml", "prompts/chat/other.prompt.yml"]
    assert unregistered(repo) == set()


def test_a_low_tier_leaves_little_to_do(repo: Repo) -> None:
    govern(repo)
    scanned(repo, "--register", "--tier", "low", *OWNER)
    system = repo.snapshot().by_id["chat"]
    assert system.tier.label == "low"
    rules = sorted({finding["rule"] for path, found in _findings(repo).items() for finding in found if "chat" in path})
    assert set(rules) <= {"SYS006", "SYS007", "SYS027", "PRM002"}


def test_code_owners_own_what_is_proposed(repo: Repo) -> None:
    govern(repo)
    repo.write({".github/CODEOWNERS": repo.read(".github/CODEOWNERS") + "/web/ @acme/web\n"})
    scanned(repo, "--register")
    assert repo.snapshot().by_id["web"].owners["technical"] == ("@acme/web",)
    assert repo.snapshot().by_id["chat"].owners["technical"] == ("@acme/platform",)


def test_what_belongs_to_a_system_is_added_to_it_and_comments_stay(repo: Repo) -> None:
    govern(repo)
    scanned(repo, "--register", "--tier", "low", *OWNER)
    repo.edit("systems/web/system.yaml", "version: 1\n", "# mine\nversion: 1\n")
    repo.edit("systems/web/system.yaml", '  - "/web/"', '  - "/web/package.json"  # only that')
    repo.write({"web/src/a.ts": 'import x from "openai"\n'})
    assert unregistered(repo) == {"web"}
    assert "if it is part of web, add it to systems/web/system.yaml" in scanned(repo).out
    scanned(repo, "--register")
    text = repo.read("systems/web/system.yaml")
    assert text.startswith("# mine\n")
    assert '  - "/web/package.json"  # only that\n  - "/web/"\n' in text
    assert unregistered(repo) == set()


def test_nothing_is_overwritten(repo: Repo) -> None:
    govern(repo)
    repo.write({"systems/chat/system.yaml": "mine: [\n"})
    done = scanned(repo, "--register", *OWNER)
    assert repo.read("systems/chat/system.yaml") == "mine: [\n"
    assert "systems/chat/system.yaml is there already" in done.out


def test_without_policies_nothing_is_registered(repo: Repo) -> None:
    done = scanned(repo, "--register", *OWNER, code=CANNOT_DECIDE)
    assert "placet init" in done.err


def test_a_wrong_owner_registers_nothing(repo: Repo) -> None:
    govern(repo)
    assert "is no owner" in scanned(repo, "--register", "--owner", "dana", code=USAGE).err
    assert unregistered(repo) == {"chat", "web", "billing", "coding-agent"}


def test_json_says_what_was_written(repo: Repo) -> None:
    govern(repo)
    value = scanned(repo, "--register", "--format", "json", *OWNER).json
    assert "systems/chat/system.yaml" in value["written"]
    assert any("tone.txt" in note for note in value["notes"])
