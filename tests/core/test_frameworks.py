"""The frameworks as data: complete, dated and with sources; and what this repository's controls point to."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.core.test_schemas import FRAMEWORKS
from tests.governed import ROOT

from placet.frameworks import NAMES, framework
from placet.parse.snapshot import File, read_snapshot

EVERY = pytest.mark.parametrize("name", NAMES)
CONTROLS = sorted((ROOT / "policies/controls").glob("*.yaml"))


@EVERY
def test_the_ids_are_the_published_ones(name: str) -> None:
    assert framework(name).ids == FRAMEWORKS[name]


@EVERY
def test_every_date_says_where_it_stands_and_when_somebody_looked(name: str) -> None:
    found = framework(name)
    for one in (applies for requirement in found.requirements for applies in requirement.applies):
        assert date.fromisoformat(one.since) >= date(2023, 1, 1)
        assert date.fromisoformat(one.checked) <= date(2026, 11, 20)
        assert one.source.startswith("https://")
        assert one.what
    assert all(requirement.applies for requirement in found.requirements)
    assert found.source.startswith("https://")
    assert found.how


@EVERY
def test_nothing_is_listed_twice(name: str) -> None:
    ids = [requirement.id for requirement in framework(name).requirements]
    assert len(ids) == len(set(ids))
    assert not framework(name).others & set(ids)


def test_the_text_of_the_iso_standard_is_nowhere() -> None:
    assert {requirement.title for requirement in framework("iso-42001").requirements} == {""}


def test_every_other_requirement_has_a_title() -> None:
    titles = [one.title for name in NAMES[:2] for one in framework(name).requirements]
    assert all(titles)


@pytest.mark.parametrize("path", CONTROLS, ids=[path.stem for path in CONTROLS])
def test_every_control_of_this_repository_points_to_all_three(path: Path) -> None:
    key = f"policies/controls/{path.name}"
    read = read_snapshot({key: File(key, "100644", "", path.read_bytes())})
    assert read.findings == ()
    crosswalk = read.controls[key].crosswalk
    assert set(crosswalk) == set(NAMES)
    assert any(id.startswith("Art. ") for id in crosswalk["eu-ai-act"])


def test_every_control_points_to_a_heading_of_annex_iv() -> None:
    files = {f"policies/controls/{path.name}": path.read_bytes() for path in CONTROLS}
    read = read_snapshot({path: File(path, "100644", "", data) for path, data in files.items()})
    lacking = [
        control.id
        for control in read.controls.values()
        if not any(id.startswith("Annex IV.") for id in control.crosswalk["eu-ai-act"])
    ]
    assert lacking == []


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        pytest.param("Annex IV.8", "", id="a heading that is there"),
        pytest.param("Art. 57", "", id="an article that asks nothing of a provider"),
        pytest.param("Art. 114", "did you mean `Art. 14`?", id="an article beyond the last"),
        pytest.param("Annex XV", "did you mean `Annex XIV`?", id="an annex beyond the last"),
        pytest.param("Annex III.2", "did you mean `Annex III`?", id="a heading of another annex"),
    ],
)
def test_an_id_is_held_against_the_list(wrong: str, advice: str) -> None:
    path = "policies/controls/owned.yaml"
    text = (ROOT / path).read_text().replace('"Art. 17"', f'"{wrong}"')
    found = read_snapshot({path: File(path, "100644", "", text.encode())}).findings
    assert [finding.rule for finding in found] == (["POL017"] if advice else [])
    assert [finding.help for finding in found] == ([advice] if advice else [])
