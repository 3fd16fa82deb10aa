"""How a system stands: every state of a control, why, and what to do; and what a framework's ids are pointed to by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from tests.golden.golden import assert_golden
from tests.repository import CARD, PROMPT, SUITE, SYSTEM, TIERS, dumped, files, snapshot_of, waiver

from placet.covering import coverage
from placet.digest import case_digest, scoring_digest
from placet.evidence import CaseRun, RunRecord
from placet.frameworks import framework
from placet.judged import judged_digests
from placet.measured import runs_for
from placet.model.run import Trial
from placet.parse.snapshot import Snapshot
from placet.report import standing as report
from placet.report import standing_coverage
from placet.report.paint import Paint
from placet.report.standing_json import as_json, coverage_as_json
from placet.rules.catalogue import found
from placet.standing import Known, Row, State, SystemStanding, standing_of
from placet.waived import parted

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ID = "sorter"


def control(id: str, met_by: Mapping[str, Any], *, phase: str = "pr", **more: Any) -> dict[str, str]:
    value = {"version": 1, "id": id, "title": id.title(), "reason": f"Somebody needs {id}.", "phase": phase}
    return {f"policies/controls/{id}.yaml": dumped({**value, "met_by": dict(met_by), **more})}


def demanding(texts: Mapping[str, str], *ids: str, tier: str = "low", **of_tier: Any) -> dict[str, str]:
    tiers = yaml.safe_load(texts[TIERS])
    tiers["tiers"][tier]["controls"] += ids
    tiers["tiers"][tier].update(of_tier)
    return {**texts, TIERS: dumped(tiers)}


def of_system(texts: Mapping[str, str], **keys: Any) -> dict[str, str]:
    value = yaml.safe_load(texts[SYSTEM])
    return {**texts, SYSTEM: dumped({key: one for key, one in {**value, **keys}.items() if one is not None})}


def stamped(texts: Mapping[str, str], path: str = CARD) -> dict[str, str]:
    of = snapshot_of(texts)
    today = judged_digests(of.systems[SYSTEM], of)
    front, body = texts[path].removeprefix("---\n").split("---\n", 1)
    value = yaml.safe_load(front)
    value["judges"] = {scope: today[scope] for scope in value["judges"]}
    return {**texts, path: f"---\n{dumped(value)}---\n{body}"}


def standing(texts: Mapping[str, str], records: tuple[RunRecord, ...] = (), now: datetime = NOW) -> SystemStanding:
    of = snapshot_of(texts)
    findings = parted(found(of, now.date()), of, now.date())[0]
    by_subject: dict[str, list[RunRecord]] = {}
    for one in records:
        by_subject.setdefault(one.subject, []).append(one)
    return standing_of(of.by_id[ID], of, Known(findings, by_subject, now))


def row(texts: Mapping[str, str], id: str, records: tuple[RunRecord, ...] = (), now: datetime = NOW) -> Row:
    return next(one for one in standing(texts, records, now).rows if one.control.id == id)


def measured(of: Snapshot, *, cases: int | None = None, day: str = "2026-11-10") -> tuple[RunRecord, ...]:
    """Records of every run of the system, of the first `cases` of each suite."""
    records = []
    for run in runs_for(of.by_id[ID], of):
        subject, suite = run.head.subject, run.head.suite
        trials = [Trial({"accuracy": 1.0}, None, 5.0, 1, 1, 0.0, f"sha256:{'1' * 64}")] * 3
        told = tuple(CaseRun(case.id, case_digest(case), tuple(trials)) for case in suite.cases[:cases])
        at = f"{day}T09:00:00Z"
        who = (ID, run.prompt, subject.digest, subject.provider, subject.model, subject.version)
        records.append(RunRecord(*who, suite.name, scoring_digest(suite), at, at, "placet 1", told))
    return tuple(records)


EVALUATED = demanding(files(), "evaluation")
WAIVED = waiver("limits", until="2026-12-01")
LIMITS = control("limits", {"field": "tools"})


@pytest.mark.parametrize(
    ("texts", "id", "state", "why", "next_"),
    [
        pytest.param(stamped(files()), "owned", State.MET, "`owners` is filled in", "", id="a field"),
        pytest.param(stamped(files()), "model-card", State.MET, "judged today's registration", "", id="a document"),
        pytest.param(
            of_system(stamped(files()), cost_center="CC-9"),
            "model-card",
            State.STALE,
            "judged the registration of 2026-11-02, which changed since",
            f"read it again, correct it, then: placet stamp {CARD}",
            id="a document that judged something else",
        ),
        pytest.param(
            stamped(demanding(files(), documents={"max_age_days": 10})),
            "model-card",
            State.STALE,
            "judged today's registration; that was enough until 2026-11-12",
            f"read it again, correct it, then: placet stamp {CARD}",
            id="a document that is older than its tier allows",
        ),
        pytest.param(
            {path: text for path, text in files().items() if path != CARD},
            "model-card",
            State.DUE,
            "no document of kind `model-card`",
            f"write {CARD} (docs/files.md#document), then: placet stamp {CARD}",
            id="a document that isn't there",
        ),
        pytest.param(
            demanding({**files(), **LIMITS}, "limits"),
            "limits",
            State.DUE,
            "the registration has no `tools`",
            f"fill in `tools:` in {SYSTEM}",
            id="a field that isn't there",
        ),
        pytest.param(
            demanding({**files(), **LIMITS, **WAIVED}, "limits"),
            "limits",
            State.WAIVED,
            "the registration has no `tools`; @rosa accepted that",
            f"meet it by 2026-12-01: fill in `tools:` in {SYSTEM}",
            id="a waiver",
        ),
        pytest.param(
            demanding({**files(), **LIMITS, **waiver("limits", until="2026-11-19")}, "limits"),
            "limits",
            State.DUE,
            "the registration has no `tools`",
            f"fill in `tools:` in {SYSTEM}",
            id="a waiver that has ended",
        ),
        pytest.param(
            demanding({**files(), **control("limits", {"field": "tools"}, waivable=False), **WAIVED}, "limits"),
            "limits",
            State.DUE,
            "the registration has no `tools`",
            f"fill in `tools:` in {SYSTEM}",
            id="a waiver of what can't be waived",
        ),
        pytest.param(
            of_system(
                demanding({**files(), **control("limits", {"field": "tools"}, phase="release")}, "limits"),
                lifecycle="staging",
            ),
            "limits",
            State.LATER,
            "the registration has no `tools`; due by release",
            f"fill in `tools:` in {SYSTEM}",
            id="a control that is due by release",
        ),
        pytest.param(
            demanding({**files(), **control("limits", {"field": "tools"}, phase="release")}, "limits"),
            "limits",
            State.DUE,
            "the registration has no `tools`",
            f"fill in `tools:` in {SYSTEM}",
            id="the same of a system in production",
        ),
        pytest.param(
            demanding({**files(), **control("audit", {"monitor": "audit"})}, "audit"),
            "audit",
            State.DUE,
            "no monitor `audit` under `monitoring`",
            f"add a monitor `audit` to `monitoring:` in {SYSTEM}",
            id="a monitor that isn't there",
        ),
        pytest.param(
            demanding({**files(), **control("yes", {"approval": "risk"})}, "yes"),
            "yes",
            State.ASKED,
            "an approval of role `risk`, on each pull request",
            "",
            id="an approval",
        ),
        pytest.param(
            demanding(
                {**files(), **control("read", {"labels": {"suite": "core", "least": 5, "max_age_days": 9}})}, "read"
            ),
            "read",
            State.DUE,
            "nobody has labelled outputs of `core`",
            "placet label core",
            id="labels",
        ),
        pytest.param(
            demanding({**files(), **control("pii", {"suite": "pii"})}, "pii"),
            "pii",
            State.DUE,
            "no suite `pii`",
            "write systems/sorter/evals/pii.yaml (docs/files.md#suite)",
            id="a suite that isn't there",
        ),
        pytest.param(
            EVALUATED,
            "evaluation",
            State.DUE,
            "suite `core`, 30 cases; 0 of 30 cases measured on today's content",
            "run `placet review` on the branch that changes it",
            id="a suite that hasn't run",
        ),
    ],
)
def test_a_control(texts: Mapping[str, str], id: str, state: State, why: str, next_: str) -> None:
    found = row(texts, id)
    assert (found.state, found.why, found.next) == (state, why, next_)


@pytest.mark.parametrize(
    ("changes", "state", "why"),
    [
        pytest.param({}, State.MEASURED, "suite `core`, 30 cases; all measured since 2026-11-10", id="all cases"),
        pytest.param({"cases": 12}, State.DUE, "suite `core`, 30 cases; 12 of 30 cases measured", id="some of them"),
        pytest.param({"day": "2024-11-10"}, State.DUE, "0 of 30 cases measured", id="too long ago"),
        pytest.param({"day": "2027-11-10"}, State.DUE, "0 of 30 cases measured", id="a day to come"),
    ],
)
def test_what_was_measured(changes: dict[str, Any], state: State, why: str) -> None:
    found = row(EVALUATED, "evaluation", measured(snapshot_of(EVALUATED), **changes))
    assert found.state is state
    assert why in found.why


def test_what_was_measured_of_other_content_is_not_known() -> None:
    records = measured(snapshot_of(EVALUATED))
    edited = {**EVALUATED, PROMPT: EVALUATED[PROMPT].replace("one word", "two words")}
    assert row(edited, "evaluation", records).state is State.DUE


def test_a_stale_document_says_which_files_it_judged() -> None:
    found = row(of_system(stamped(files()), cost_center="CC-9"), "model-card")
    assert found.reasons == (f"{SYSTEM} → registration → {CARD}",)


def test_waivers_are_counted_with_the_days_that_are_left() -> None:
    texts = {**demanding({**files(), **LIMITS}, "limits"), **WAIVED, **waiver("core.accuracy", until="2026-11-19")}
    found = standing(texts)
    assert [(one.waiver.control, one.days) for one in found.waivers] == [("core.accuracy", 0), ("limits", 12)]
    assert found.holding == 1


def everything() -> dict[str, str]:
    """A system with something of every kind."""
    texts = {**files(), **LIMITS, **WAIVED, **control("audit", {"monitor": "audit"}, phase="production")}
    texts |= control("yes", {"approval": "risk"}, crosswalk={"nist-ai-rmf": ["MANAGE 1.1"]})
    texts |= control("evaluation", {"suite": "core"}, crosswalk={"eu-ai-act": ["Art. 15", "Annex IV.2"]})
    texts |= control("owned", {"field": "owners"}, phase="commit", crosswalk={"eu-ai-act": ["Art. 17"]}, waivable=False)
    texts |= control("never", {"field": "tools"}, crosswalk={"eu-ai-act": ["Art. 9"]})
    texts = demanding(texts, "evaluation", "limits", "audit", "yes")
    texts = demanding(texts, "never", tier="critical")
    texts = of_system(texts, lifecycle="staging")
    texts = of_system(stamped(texts), title="Ticket `sorter` | <b>@everybody</b>")
    texts |= {
        "systems/sorter/incidents/2026-10-14-lost.yaml": dumped(
            {
                "version": 1,
                "id": "2026-10-14-lost",
                "system": "sorter",
                "title": "Tickets were lost",
                "severity": "major",
                "what": "Eleven tickets reached nobody.",
                "detected": "2026-10-14",
                "detected_by": {"person": "@dana"},
                "resolved": "2026-10-16",
                "owner": "technical",
                "cases": ["core/billing-02"],
            }
        )
    }
    return {**texts, SUITE: texts[SUITE].replace("trials: 1", "trials: 2")}


@pytest.fixture(scope="module")
def shown() -> report.Shown:
    return report.Shown(standing(everything(), measured(snapshot_of(everything()))), "a1b2c3d" + "0" * 33)


def test_the_review_for_a_person(shown: report.Shown) -> None:
    assert_golden("show.txt", report.as_text(shown, Paint()) + "\n")
    assert_golden("show.md", report.as_markdown(shown))


def test_the_review_for_a_program(shown: report.Shown) -> None:
    assert_golden("show.json", as_json(shown) + "\n")


def test_a_framework(shown: report.Shown) -> None:
    controls = snapshot_of(everything()).controls.values()
    found = coverage(framework("eu-ai-act"), shown.standing, controls)
    assert [cover.requirement.id for cover in found.covered] == ["Art. 15", "Art. 17", "Annex IV.2"]
    assert len(found.covered) + len(found.uncovered) == len(framework("eu-ai-act").requirements)
    assert {cover.requirement.id: cover.elsewhere for cover in found.uncovered}["Art. 9"] == ("never",)
    assert_golden("show-eu-ai-act.txt", standing_coverage.as_text(shown, found, Paint()) + "\n")
    assert_golden("show-eu-ai-act.md", standing_coverage.as_markdown(shown, found))
    assert_golden("show-eu-ai-act.json", coverage_as_json(shown, found) + "\n")


def test_nothing_claims_that_a_system_complies(shown: report.Shown) -> None:
    for name in ("eu-ai-act", "nist-ai-rmf", "iso-42001"):
        found = coverage(framework(name), shown.standing, ())
        text = standing_coverage.as_text(shown, found, Paint()).lower()
        assert text.count("complies") == text.count("nothing here says that the system complies") == 1
