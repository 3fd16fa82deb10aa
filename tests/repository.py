"""Real git repositories for tests: any, and the smallest one that Placet governs.

    repo = governed(tmp_path / "shop", server.base_url)     # committed on main
    repo.branch("shorter")
    repo.edit(PROMPT, "one word", "one short word")
    repo.commit("Shorter answers")
    gathered = repo.gather()

The governed repository sorts tickets: each names its category, and `sorter` answers it like a model would, unless the
prompt says `Always answer X.` or `Get N wrong.`
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from tests.model_server import Reply, Seen

from placet.change import Status
from placet.gather import Gathered, gather
from placet.git.repository import Repository
from placet.judged import judged_digests
from placet.load import snapshot_of_worktree
from placet.parse.snapshot import File, Snapshot, read_snapshot
from placet.plan import Ends, Plan, plan
from placet.record import replace
from placet.results import Review
from placet.review import Wishes, review, tools_for

SYSTEM = "systems/sorter/system.yaml"
PROMPT = "prompts/sorter/sort.prompt.yml"
SUITE = "systems/sorter/evals/core.yaml"
CASES = "systems/sorter/evals/cases/core.jsonl"
CARD = "systems/sorter/documents/model-card.md"
OWNERS = ".github/CODEOWNERS"
PROVIDERS = "policies/providers.yaml"
TIERS = "policies/tiers.yaml"

#: Where nothing listens: a test that means to call a model says which.
NOWHERE = "http://127.0.0.1:9/v1"


class Repo:
    """A git repository in a folder of its own, with `main` checked out."""

    def __init__(self, path: Path, *, init: bool = True) -> None:
        self.path = path
        if init:
            path.mkdir(parents=True, exist_ok=True)
            self.git("init", "--quiet", "--initial-branch=main")

    # -- git ------------------------------------------------------------------------------------------------------

    def run(self, *arguments: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
        """Git, whatever it answers."""
        merged = os.environ | dict(environ or {})
        return subprocess.run(["git", *arguments], cwd=self.path, env=merged, capture_output=True, check=False)

    def git(self, *arguments: str, environ: Mapping[str, str] | None = None) -> str:
        """Git, which has to succeed."""
        done = self.run(*arguments, environ=environ)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def add(self, *paths: str) -> None:
        self.git("add", "--all", *(("--", *paths) if paths else ()))

    def commit(self, message: str = "A change", files: Mapping[str, str | bytes] | None = None) -> str:
        """Write `files`, and commit everything that is in the working tree."""
        self.write(files or {})
        self.add()
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.head

    def branch(self, name: str, at: str = "HEAD") -> None:
        self.git("switch", "--quiet", "--create", name, at)

    def switch(self, name: str) -> None:
        self.git("switch", "--quiet", name)

    def merge(self, name: str, *, into: str = "main") -> str:
        """Merge as GitHub does: with a commit of its own."""
        self.switch(into)
        self.git("merge", "--quiet", "--no-ff", "--no-edit", name)
        return self.head

    def revert(self, commit: str = "HEAD") -> str:
        mainline = ("--mainline", "1") if self.run("rev-parse", "--verify", "--quiet", f"{commit}^2").stdout else ()
        self.git("revert", "--no-edit", *mainline, commit)
        return self.head

    def clone(self, path: Path, *options: str) -> Repo:
        self.git("clone", "--quiet", *options, f"file://{self.path}", str(path))
        return Repo(path, init=False)

    def status(self) -> str:
        return self.git("--no-optional-locks", "status", "--porcelain")

    # -- files ----------------------------------------------------------------------------------------------------

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def read(self, name: str) -> str:
        return (self.path / name).read_text()

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace `old`, which has to be there."""
        text = self.read(name)
        assert old in text, (name, old)
        self.write({name: text.replace(old, new)})

    def remove(self, name: str) -> None:
        (self.path / name).unlink()

    def move(self, old: str, new: str) -> None:
        (self.path / new).parent.mkdir(parents=True, exist_ok=True)
        (self.path / old).rename(self.path / new)

    @contextmanager
    def yaml(self, name: str) -> Iterator[Any]:
        """The file's content to change in place: `with repo.yaml(SYSTEM) as system: system["title"] = "New"`."""
        value = yaml.safe_load(self.read(name))
        yield value
        self.write({name: dumped(value)})

    @contextmanager
    def rows(self, name: str) -> Iterator[list[dict[str, Any]]]:
        """The same for JSON Lines."""
        rows = [json.loads(line) for line in self.read(name).splitlines()]
        yield rows
        self.write({name: lines(rows)})

    # -- Placet ---------------------------------------------------------------------------------------------------

    @property
    def repository(self) -> Repository:
        return Repository.at(self.path)

    def snapshot(self) -> Snapshot:
        return snapshot_of_worktree(self.repository)

    def gather(self, base: str | None = None, head: str | None = None, *, worktree: bool = False) -> Gathered:
        return gather(self.repository, base, head, worktree=worktree)

    def review(
        self, base: str | None = None, head: str | None = None, *, now: datetime | None = None, **wishes: Any
    ) -> Review:
        """The main job, as the terminal does it; `now` turns the clock, `wishes` are those of placet.review."""
        gathered, wishes = self.gather(base, head), {"environ": {}, **wishes}
        tools = tools_for(self.repository, gathered, Wishes(**wishes))
        if now:
            tools = replace(tools, now=now, clock=lambda: now)
        try:
            return review(gathered, tools)
        finally:
            if tools.cache:
                tools.cache.close()

    def forget_answers(self) -> None:
        """Delete the response cache: what remains is evidence."""
        for path in (self.path / ".git/placet").glob("cache.sqlite*"):
            path.unlink()

    def stamp(self, name: str = CARD) -> None:
        """Have the document judge its system's files as they are now."""
        snapshot = self.snapshot()
        system = snapshot.by_id[name.split("/")[1]]
        scopes = judged_digests(system, snapshot)
        front, body = self.read(name).removeprefix("---\n").split("---\n", 1)
        value = yaml.safe_load(front)
        value["judges"] = {scope: scopes[scope] for scope in value["judges"]}
        self.write({name: f"---\n{dumped(value)}---\n{body}"})


def dumped(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True)


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def governed(path: Path, base_url: str = NOWHERE, *, tier: str = "low") -> Repo:
    """The smallest governed repository, committed on main: one system with one prompt, and one suite of 30 cases."""
    repo = Repo(path)
    repo.write(files(base_url, tier=tier))
    repo.stamp()
    repo.commit("Govern the sorter")
    return repo


def files(base_url: str = NOWHERE, *, tier: str = "low") -> dict[str, str]:
    """All files of that repository; its model card judges nothing yet."""
    documents = {
        "policies/placet.yaml": _SETTINGS,
        TIERS: _tiers(),
        "policies/classification.yaml": _CLASSIFICATION,
        PROVIDERS: _providers(base_url),
        **{f"policies/controls/{control['id']}.yaml": control for control in _controls()},
        SYSTEM: _system(tier),
        PROMPT: _PROMPT,
        SUITE: _SUITE,
    }
    texts = {name: dumped(value) for name, value in documents.items()}
    return {**texts, CASES: lines(_cases()), CARD: _CARD, OWNERS: _OWNERS}


def snapshot_of(texts: Mapping[str, str]) -> Snapshot:
    """The snapshot of files that no repository holds: for tests of what is pure."""
    return read_snapshot({path: File(path, "100644", "", text.encode()) for path, text in texts.items()})


def plan_of(base: Mapping[str, str], head: Mapping[str, str]) -> Plan:
    """The plan of a change from one set of files to another."""
    statuses = {
        path: Status.ADDED if path not in base else Status.REMOVED if path not in head else Status.EDITED
        for path in sorted({*base, *head})
        if base.get(path) != head.get(path)
    }
    ends = Ends("b" * 40, "a" * 40, "b" * 40)
    return plan(ends, statuses, snapshot_of(base), snapshot_of(head))


def add_system(repo: Repo, id: str, *, tier: str = "low", prompt: str = PROMPT) -> None:
    """Another system, which uses `prompt`, with a copy of the sorter's suite and model card."""
    folder = f"systems/{id}"
    for name in (SUITE, CASES, CARD):
        repo.write({name.replace("systems/sorter", folder): repo.read(name)})
    system = {**_system(tier), "id": id, "prompts": [{"path": prompt, "untrusted": ["ticket"]}]}
    repo.write({f"{folder}/system.yaml": dumped(system)})
    with repo.yaml(f"{folder}/evals/core.yaml") as suite:
        suite["prompt"] = prompt
    repo.stamp(f"{folder}/documents/model-card.md")


def waiver(control: str, *, until: str = "2099-12-31", system: str = "sorter") -> dict[str, str]:
    """A file with a waiver, for `write` or `commit`."""
    value = {
        "version": 1,
        "control": control,
        "system": system,
        "reason": "The new provider ships the fix next week; until then an agent reads every answer.",
        "owner": "@dana",
        "approver": "@rosa",
        "until": until,
    }
    return {f"systems/{system}/waivers/{control.replace('.', '-')}.yaml": dumped(value)}


_CATEGORY = re.compile(r"about (billing|account)")


def sorter(seen: Seen) -> Reply:
    """Answers the category that the ticket names; does what two sentences of the prompt tell it."""
    right = _CATEGORY.search(seen.prompt)
    always = re.search(r"Always answer (\w+)\.", seen.system)
    wrong = re.search(r"Get (\d+) wrong\.", seen.system)
    number = re.search(r"Ticket (\d+)", seen.prompt)
    if always:
        return Reply(always[1])
    if wrong and number and int(number[1]) <= int(wrong[1]):
        return Reply("neither")
    return Reply(right[1] if right else "neither")


def _cases() -> list[dict[str, Any]]:
    """Thirty; the last two are critical. Tickets are numbered from 1."""
    rows = []
    for number in range(1, 31):
        category = ("billing", "account")[number % 2]
        row: dict[str, Any] = {
            "id": f"{category}-{number:02}",
            "inputs": {"ticket": f"Ticket {number} is about {category}."},
            "expected": category,
            "fields": {"language": ("en", "de")[number % 3 == 0]},
        }
        rows.append(row | ({"critical": True} if number > 28 else {}))
    return rows


def _system(tier: str) -> dict[str, Any]:
    return {
        "version": 1,
        "id": "sorter",
        "title": "Ticket sorter",
        "purpose": "Sorts the tickets that colleagues write to the help desk into one of two categories.",
        "kind": "classifier",
        "lifecycle": "production",
        "owners": {"business": ["@acme/desk"], "technical": ["@dana"]},
        "risk": {
            "tier": tier,
            "factors": {
                "autonomy": "informs",
                "data": ["internal"],
                "exposure": "internal",
                "regulation": [],
                "criticality": "low",
            },
        },
        "models": [
            {"id": "acme/one", "provider": "stand-in", "name": "one-2026-10-01", "version": "2026-10-01"},
            {"id": "acme/two", "provider": "stand-in", "name": "two-2026-10-01", "version": "2026-10-01"},
        ],
        "prompts": [{"path": PROMPT, "untrusted": ["ticket"]}],
        "data_sources": [
            {"name": "tickets", "class": "internal", "contract": "data/tickets.md", "retention": "7 days"}
        ],
        "fallback": {"to": "the ticket stays unsorted"},
        "monitoring": [
            {"name": "sorted-right", "group": "quality", "signal": "share", "alert": "below 90 %", "owner": "business"}
        ],
        "rollout": {"strategy": "staged", "stages": [{"name": "one-desk", "percent": 10, "success": "no complaint"}]},
        "limitations": ["It knows two categories."],
        "human_oversight": {"who": "the help desk", "how": "sees every ticket", "max_response_minutes": 60},
        "residency": {"regions": ["eu"]},
        "cost_center": "CC-1",
        "reviewed": "2026-11-02",
        "review_by": "2099-05-02",
    }


_PROMPT = {
    "name": "Sort a ticket",
    "description": "One of two categories.",
    "model": "acme/one",
    "modelParameters": {"temperature": 0, "maxTokens": 20},
    "messages": [
        {"role": "system", "content": "Sort the ticket into a category: billing or account. Answer with one word.\n"},
        {"role": "user", "content": "{{ticket}}"},
    ],
}

_SUITE = {
    "version": 1,
    "name": "core",
    "title": "Tickets get the right category",
    "prompt": PROMPT,
    "cases": "cases/core.jsonl",
    "trials": 1,
    "scorers": [{"name": "accuracy", "type": "equals", "value": "{{expected}}"}],
    "gates": {"accuracy": {"min": 0.9, "max_regression": 0.1}},
}

_SETTINGS = {
    "version": 1,
    "ledger": {"branch": "placet/evidence"},
    "check": {"name": "placet"},
    "suites": {"main": "core"},
    "roles": {"risk": ["@acme/ai-risk"]},
}

_CLASSIFICATION = {
    "version": 1,
    "rules": [
        {"id": "acts-alone", "when": {"autonomy": ["acts"]}, "tier": "critical", "because": "nobody stands between"},
        {"id": "sensitive", "when": {"data": ["sensitive"]}, "tier": "high", "because": "it hurts for a lifetime"},
        {"id": "personal", "when": {"data": ["personal"]}, "tier": "medium", "because": "it is about people"},
    ],
}


def _providers(base_url: str) -> dict[str, Any]:
    names = ("one", "two")
    models = [
        {"name": f"{name}-2026-10-01", "ids": [f"acme/{name}"], "price": {"input": 1.0, "output": 2.0}}
        for name in names
    ]
    provider = {
        "wire": "openai",
        "base_url": base_url,
        "credential": None,
        "regions": ["eu"],
        "limits": {"concurrency": 8, "requests_per_minute": 60000, "timeout_seconds": 20},
        "models": models,
    }
    return {"version": 1, "providers": {"stand-in": provider}}


def _tiers() -> dict[str, Any]:
    """Like the shipped ones, with fewer controls and owners."""
    adds = {"low": ["registered", "owned", "model-card"], "medium": ["evaluation"], "high": [], "critical": []}
    people = {"low": (1, 1), "medium": (2, 1), "high": (2, 1), "critical": (3, 2)}
    margins = {"low": 0.1, "medium": 0.05, "high": 0.02, "critical": 0.02}
    unsure = {"low": "warn", "medium": "owner-approves", "high": "risk-approves", "critical": "block"}
    ages = {"low": 365, "medium": 180, "high": 90, "critical": 30}
    tiers = {}
    for tier, controls in adds.items():
        strict = tier in {"high", "critical"}
        tiers[tier] = {
            "controls": controls,
            "owners": ["business", "technical"] if tier == "low" else [],
            "approvals": {
                "people": people[tier][0],
                "roles": ["risk"] if strict else [],
                "rollback_people": people[tier][1],
            },
            "gates": {
                "floor": "interval" if strict else "estimate",
                "margin": margins[tier],
                "confidence": 0.9,
                "inconclusive": unsure[tier],
                "error_budget": 0 if strict else 0.02,
                "known_failures": "block" if strict else "show",
                "max_cost_increase": 0.25,
            },
            "suites": {"least_cases": 20},
            "models": {"pinned": strict},
            "evidence": {"max_age_days": ages[tier]},
        }
    return {"version": 1, "tiers": tiers}


def _controls() -> list[dict[str, Any]]:
    met_by: dict[str, tuple[dict[str, str], bool]] = {
        "registered": ({"field": "id"}, False),
        "owned": ({"field": "owners"}, False),
        "model-card": ({"document": "model-card"}, True),
        "evaluation": ({"suite": "core"}, True),
    }
    return [
        {
            "version": 1,
            "id": id,
            "title": id.replace("-", " ").capitalize(),
            "kind": "inventory",
            "reason": "Somebody has to be able to look it up.",
            "phase": "pr",
            "met_by": means,
            "waivable": waivable,
        }
        for id, (means, waivable) in met_by.items()
    ]


_CARD = """\
---
kind: model-card
title: Model card of the sorter
author: "@dana"
date: 2026-11-02
judges: {registration: "sha256:0000000000000000000000000000000000000000000000000000000000000000"}
---
# Ticket sorter

It reads the tickets that colleagues write to the help desk and puts each into one of two categories. The help desk sees
every ticket with its category and moves those that are wrong. About ten in a thousand are, most of them because they
are about both. It was tried on thirty tickets that the help desk invented, and on the tickets of one week in October.
"""

_OWNERS = """\
*            @acme/platform
/prompts/    @acme/authors
/systems/    @acme/desk
/policies/   @acme/ai-risk
/.github/    @acme/ai-risk
"""
