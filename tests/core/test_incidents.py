"""Incidents: what they name exists, their dates are in order, and from tier medium up a case came of them."""

from __future__ import annotations

from datetime import date

import pytest
from tests.governed import Files, added, base, edited, judged, places

from placet.findings import Severity
from placet.parse.snapshot import read_snapshot

SYSTEM, PROMPT = "systems/notes/system.yaml", "prompts/notes/summarise.prompt.yml"
CORE, CASES = "systems/notes/evals/core.yaml", "systems/notes/evals/cases/core.jsonl"
PATH = "systems/notes/incidents/lost.yaml"
INCIDENT = """\
version: 1
id: lost
system: notes
title: A decision was lost
severity: major
what: Four summaries left out what was decided.
detected: 2026-10-14
detected_by: {person: "@mira"}
owner: technical
"""
MONITOR = "{name: valid, group: quality, signal: share of valid answers, alert: below 99 %, owner: technical}"
REGISTERED = f"""\
monitoring: [{MONITOR}]
failure_modes: [{{id: lost-decision, description: A decision is left out., cases: [core/venue]}}]
"""


def with_incident(more: str = "", *pairs: tuple[str, str], files: Files | None = None) -> Files:
    found = added(files or added(base(), SYSTEM, REGISTERED), PATH, INCIDENT + more)
    return edited(found, PATH, *pairs) if pairs else found


def rules(files: Files, today: date = date(2026, 11, 20)) -> list[str]:
    return [finding.rule for finding in judged(files, today)]


def test_it_is_read_as_it_is_written() -> None:
    more = (
        'resolved: 2026-10-16\nprompt: prompts/notes/summarise.prompt.yml\nrevision: "3f2c1ab"\ncases: [core/venue]\n'
    )
    found = read_snapshot(with_incident(more + "failure_mode: lost-decision\n")).incidents[PATH]
    assert (found.id, found.system, found.severity, found.owner) == ("lost", "notes", "major", "technical")
    assert (found.detected, found.resolved) == (date(2026, 10, 14), date(2026, 10, 16))
    assert (found.person, found.monitor, found.revision) == ("@mira", None, "3f2c1ab")
    assert (found.prompt, found.failure_mode, found.cases) == (PROMPT, "lost-decision", ("core/venue",))


@pytest.mark.parametrize(
    ("more", "pairs", "expected"),
    [
        pytest.param("", [], [], id="an open one"),
        pytest.param("failure_mode: lost-decision\ncases: [core/venue, core/budget]\n", [], [], id="that names much"),
        pytest.param("", [('{person: "@mira"}', "{monitor: valid}")], [], id="that a monitor noticed"),
        pytest.param("", [('{person: "@mira"}', "{monitor: vaild}")], ["INC004"], id="a monitor that isn't there"),
        pytest.param("failure_mode: hallucination\n", [], ["INC004"], id="a failure mode that isn't there"),
        pytest.param("", [("owner: technical", "owner: risk")], ["INC004"], id="an owner role that nobody holds"),
        pytest.param("cases: [core/venues]\n", [], ["INC003"], id="a case that isn't there"),
        pytest.param("cases: [other/venue]\n", [], ["INC003"], id="a suite that isn't there"),
        pytest.param("", [("system: notes", "system: other")], ["INC001"], id="another system"),
        pytest.param("", [("id: lost", "id: found")], ["INC002"], id="another id"),
        pytest.param("prompt: prompts/notes/gone.prompt.yml\n", [], [], id="a prompt that is gone by now"),
        pytest.param("resolved: 2026-10-14\n", [], [], id="resolved on the day it was detected"),
        pytest.param("resolved: 2026-10-13\n", [], ["INC005"], id="resolved before it was detected"),
        pytest.param("resolved: 2026-11-20\n", [], [], id="resolved today"),
        pytest.param("resolved: 2026-11-21\n", [], ["INC005"], id="resolved tomorrow"),
        pytest.param("", [("detected: 2026-10-14", "detected: 2026-11-21")], ["INC005"], id="detected tomorrow"),
        pytest.param("", [('{person: "@mira"}', '{person: "@mira", monitor: valid}')], ["FIL007"], id="both noticed"),
        pytest.param("", [('{person: "@mira"}', "{}")], ["FIL007"], id="nobody noticed"),
        pytest.param("revision: HEAD\n", [], ["FIL007"], id="a revision that is no commit"),
        pytest.param("cases: [core]\n", [], ["FIL007"], id="a whole suite as a case"),
    ],
)
def test_what_is_found(more: str, pairs: list[tuple[str, str]], expected: list[str]) -> None:
    assert rules(with_incident(more, *pairs)) == expected


@pytest.mark.parametrize(
    ("tier", "rule", "severity"),
    [
        ("low", None, None),
        ("medium", "INC007", Severity.WARNING),
        ("high", "INC006", Severity.ERROR),
        ("critical", "INC006", Severity.ERROR),
    ],
)
def test_a_resolved_incident_without_a_case(tier: str, rule: str | None, severity: Severity | None) -> None:
    files = edited(with_incident("resolved: 2026-10-16\n"), SYSTEM, ("tier: low", f"tier: {tier}"))
    found = [one for one in judged(files) if one.rule.startswith("INC")]
    assert [(one.rule, one.severity) for one in found] == ([(rule, severity)] if rule else [])
    with_case = added(files, PATH, "cases: [core/venue]\n")
    assert [one for one in judged(with_case) if one.rule.startswith("INC")] == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        pytest.param(CORE, "title:", "titel:", id="the suite"),
        pytest.param(CASES, '"id": "venue", "inputs"', '"id": "venue", "input"', id="the case"),
        pytest.param(PROMPT, "messages:", "mesages:", id="the prompt"),
        pytest.param(SYSTEM, "lifecycle: production", "lifecycle: productive", id="the registration"),
    ],
)
def test_what_is_broken_is_not_said_again_at_the_incident(path: str, old: str, new: str) -> None:
    files = edited(with_incident("cases: [core/venue]\nfailure_mode: lost-decision\n"), path, (old, new))
    assert {finding.path for finding in judged(files)} == {path}


def test_an_incident_without_a_registration_is_one_finding() -> None:
    files = {path: one for path, one in base().items() if not path.startswith("systems/")}
    text = INCIDENT.replace("system: notes", "system: ghost")
    found = judged(added(files, "systems/ghost/incidents/lost.yaml", text))
    assert [place for place in places(found) if place.startswith("INC")] == ["INC001 lost.yaml:3"]
