"""The production-readiness review and a framework's coverage as JSON, for programs."""

from __future__ import annotations

from typing import Any

from placet.covering import Cover, Coverage
from placet.report.json_report import dumped
from placet.report.standing import NOT_DECIDED, ONLY_FILES, Shown, headline
from placet.report.standing_coverage import NO_CLAIM
from placet.standing import Excused, Row, SystemStanding


def as_json(shown: Shown) -> str:
    standing = shown.standing
    system = standing.system
    return dumped(
        {
            "version": 1,
            "kind": "standing",
            **_what(shown),
            "headline": headline(standing),
            "registration": _registration(standing),
            "controls": [_row(row) for row in standing.rows],
            "measured": [
                {
                    "suite": one.suite,
                    "prompt": one.prompt,
                    "cases": one.cases,
                    "known": one.known,
                    "since": one.since or None,
                    "claim": one.claim,
                }
                for one in standing.measured
            ],
            "waivers": {"holding": standing.holding, "all": [_waiver(one) for one in standing.waivers]},
            "incidents": [
                {
                    "id": one.id,
                    "severity": one.severity,
                    "title": one.title,
                    "detected": one.detected.isoformat(),
                    "resolved": one.resolved.isoformat() if one.resolved else None,
                    "cases": list(one.cases),
                }
                for one in standing.incidents
            ],
            "labels": [
                {"suite": one.suite, "outputs": one.outputs, "people": one.people, "all": one.all}
                for one in standing.labels
            ],
            "findings": {
                "errors": [f"{one.path}:{one.position.line}: {one.rule} {one.message}" for one in standing.errors],
                "warnings": standing.warnings,
            },
            "title": system.title,
            "notes": [ONLY_FILES, NOT_DECIDED],
        }
    )


def _what(shown: Shown) -> dict[str, Any]:
    system = shown.standing.system
    return {"system": system.id, "revision": shown.revision, "as_of": shown.standing.today.isoformat()}


def _registration(standing: SystemStanding) -> dict[str, Any]:
    system = standing.system
    return {
        "path": system.path,
        "lifecycle": system.lifecycle,
        "tier": standing.tier.label,
        "declared": system.tier.label,
        "computed": standing.computed.label,
        "because": [
            {"rule": rule.id, "tier": rule.tier.label, "because": rule.because, "line": rule.position.line}
            for rule in standing.because
        ],
        "owners": {role: list(people) for role, people in system.owners.items()},
        "missing_owners": list(standing.missing_owners),
        "models": [
            {
                "id": model.id,
                "provider": model.provider or None,
                "name": model.name,
                "version": model.version,
                "role": model.role,
                "floats_by": model.floating,
            }
            for model in system.models
        ],
        "prompts": [{"path": use.path, "untrusted": list(use.untrusted)} for use in system.prompts],
        "reviewed": system.fields.get("reviewed"),
        "review_by": system.fields.get("review_by"),
    }


def _row(row: Row) -> dict[str, Any]:
    control = row.control
    return {
        "id": control.id,
        "title": control.title,
        "state": row.state.value,
        "phase": control.phase.name.lower(),
        "met_by": {control.means.value: control.name},
        "why": row.why,
        "next": row.next or None,
        "path": row.path or None,
        "until": row.until or None,
        "reasons": list(row.reasons),
        "shown_by_files": row.shown_by_files,
    }


def _waiver(one: Excused) -> dict[str, Any]:
    waiver = one.waiver
    return {
        "path": waiver.path,
        "control": waiver.control,
        "until": waiver.until.isoformat(),
        "days_left": one.days,
        "owner": waiver.owner,
        "approver": waiver.approver,
        "reason": waiver.reason,
        "findings": list(one.wrong),
    }


def coverage_as_json(shown: Shown, found: Coverage) -> str:
    framework = found.framework
    return dumped(
        {
            "version": 1,
            "kind": "coverage",
            **_what(shown),
            "framework": {
                "id": framework.id,
                "title": framework.title,
                "what": framework.what,
                "source": framework.source,
                "checked": framework.checked,
                "how": framework.how,
            },
            "covered": [_cover(cover) for cover in found.covered],
            "uncovered": [_cover(cover) for cover in found.uncovered],
            "note": NO_CLAIM,
        }
    )


def _cover(cover: Cover) -> dict[str, Any]:
    requirement = cover.requirement
    return {
        "id": requirement.id,
        "title": requirement.title or None,
        "applies": [
            {"from": one.since, "what": one.what, "source": one.source, "checked": one.checked}
            for one in requirement.applies
        ],
        "controls": [{"id": row.control.id, "state": row.state.value} for row in cover.rows],
        "in_other_tiers": list(cover.elsewhere),
    }
