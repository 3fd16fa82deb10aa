"""A review as JSON, for scripts. An interface: keys are added, never renamed, while `version` stays 1.

answer      "placet", "non placet" or "error", of files, gates and controls; `approvals` are needed besides
reasons     every requirement: id, outcome (met, waived, unsure, pending, failed, error), text
edits       every changed path: status, whether it can change behaviour, and what changed in it
systems     what the change touches, with tier, runs, controls and what it would lower
unregistered  runs of prompts that no system uses, which gate nothing
findings    errors that hold the change up: rule, severity, path, line, column, message, note, help
runs        of systems and prompts: the model asked, and where outputs are supplied the `claim` that they rest on
metrics     every result, gated or not: estimates with their intervals, head minus base as judged (positive is better)
flips       cases that newly fail or newly pass, by metric and by scorer, with digests of what was said; the texts stay
            in the local store
shifted     of a change to the policies: what it does to each system once merged
waivers     those on base that hold today for a touched system, needed or not
spent       calls, calls saved, cost in US dollars (null: unknown), errors by kind
evidence    ids of the records that hold the trials, and digests of recorded files that do, sorted; `measured` is the
            day of the oldest that was reused
A number that is unknown, infinite or not a number is null, and so is a text that there is none of. Dollars have at most
nine digits after the point.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from placet.approvals import ApprovalNeeds
from placet.findings import Finding
from placet.gate.verdicts import Unit
from placet.judge import Judged
from placet.moments import stamp
from placet.plan import Ends, Plan, Touched
from placet.record import as_dict
from placet.report.escape import plain
from placet.report.flips import Flip, Flips, flips
from placet.report.headline import headline, rolled_back
from placet.report.naming import told
from placet.results import Review
from placet.runs import PlannedRun

VERSION = 1


def as_json(review: Review) -> str:
    head = headline(review)
    return dumped(
        {
            "version": VERSION,
            "kind": "review",
            "answer": review.decision.answer.value,
            "outcome": review.decision.outcome.name.lower(),
            "headline": plain(f"{head.verdict}: {head.text}"),
            "at": stamp(review.at),
            "change": ends(review.plan.ends, review.base_name),
            "policy": review.policy,
            "rollback": [{"what": what, "commit": commit} for what, commit in rolled_back(review)],
            "reasons": [
                {
                    "id": one.id,
                    "outcome": one.outcome.name.lower(),
                    "text": told(one.judged, review, one.text) if one.judged else one.text,
                    "path": one.path or None,
                    "system": one.system or None,
                }
                for one in review.decision.reasons
            ],
            "edits": edits(review.plan),
            "systems": systems(review.plan),
            "unregistered": [run(one) for one in review.plan.unregistered],
            "findings": [_finding(one) for one in review.findings],
            "metrics": [_metric(judged, review) for judged in review.judged],
            "flips": [_flip(found, flip) for found in flips(review) for flip in found.cases],
            "approvals": approvals(review.decision.approvals),
            **({"shifted": as_dict(review.plan.shifted)} if review.plan.shifted else {}),
            "waivers": [as_dict(waiver) for waiver in review.waivers],
            "spent": {**as_dict(review.spent), "cost_usd": _dollars(review.spent.cost_usd)},
            **({"prices": review.prices} if review.prices else {}),
            "evidence": sorted(review.evidence),
            "measured": review.measured or None,
            "left_out": review.left_out,
            "notes": review.notes,
        }
    )


def dumped(value: Mapping[str, Any]) -> str:
    """As ASCII: what a terminal would act on, or a reader wouldn't see, is escaped like everything beyond it."""
    return json.dumps(_plain(value), indent=2, ensure_ascii=True, allow_nan=False)


def _plain(value: Any) -> Any:
    """Only what JSON has. A lone surrogate is escaped: it is no text that a file could hold."""
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    return str(value).encode("utf-8", "backslashreplace").decode()


def ends(found: Ends, base_name: str) -> dict[str, Any]:
    return {
        "base": {"name": base_name, "commit": found.base},
        "head": None if found.uncommitted else found.head,
        "merge_base": found.merge_base,
        "uncommitted": found.uncommitted,
    }


def edits(plan: Plan) -> list[dict[str, Any]]:
    return [
        {"path": one.path, "status": one.status.value, "material": one.material, "what": one.what or None}
        for one in plan.edits
    ]


def systems(plan: Plan) -> list[dict[str, Any]]:
    return [_system(touched) for touched in plan.systems]


def _system(touched: Touched) -> dict[str, Any]:
    tiers = {"base": touched.base_tier, "head": touched.head_tier}
    return {
        "id": touched.system.id,
        "tier": touched.tier.label,
        **{f"{side}_tier": None if tier is None else tier.label for side, tier in tiers.items()},
        "why": touched.why,
        "runs": [run(one) for one in touched.runs],
        "controls": [
            {"id": one.control.id, "standing": one.standing.value, "text": one.text, "path": one.path or None}
            for one in touched.controls
        ],
        "relaxed": touched.relaxed,
        "weakenings": [as_dict(weak) for weak in touched.weakenings],
    }


def run(planned: PlannedRun) -> dict[str, Any]:
    return {
        "suite": planned.suite.name,
        "path": planned.suite.path,
        "prompt": _prompt(planned),
        "model": planned.head.subject.prompt.model or planned.head.subject.model,
        "source": planned.suite.source,
        "claim": _claim(planned),
        "cases": len(planned.suite.cases),
        "why": planned.why,
        "head": planned.head.subject.digest,
        "base": planned.base.subject.digest if planned.base else None,
    }


def _prompt(planned: PlannedRun) -> str | None:
    """The path of the prompt; None of a model that answers without one."""
    return None if planned.head.subject.promptless else planned.prompt


def _claim(planned: PlannedRun) -> dict[str, Any] | None:
    """Whose word it is, where outputs are supplied; None of what Placet measures itself."""
    if not planned.suite.claims:
        return None
    found = planned.head.recording
    told = {"digest": found.digest, "made_by": found.made_by, "made": found.made, "tool": found.tool} if found else {}
    return {"path": planned.suite.recorded, "signed": False, **told}


def approvals(needs: ApprovalNeeds) -> dict[str, Any]:
    return {"enforced": False, **as_dict(needs)}


def _metric(judged: Judged, review: Review) -> dict[str, Any]:
    prompt = _prompt(judged.run) if judged.run else None
    found = as_dict(judged.result)
    found["reasons"] = [{**one, "text": told(judged, review, one["text"])} for one in found["reasons"]]
    if judged.result.unit is Unit.DOLLARS:
        for side in ("base", "head", "difference"):
            found[side] = found[side] and {key: _dollars(value) for key, value in found[side].items()}
    claimed = judged.run is not None and judged.run.suite.claims
    return {"system": judged.system, "prompt": prompt, "gated": judged.gated, "claimed": claimed, **found}


def _dollars(value: Any) -> Any:
    return round(value, 9) if isinstance(value, float) and math.isfinite(value) else value


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "severity": found.severity.label,
        "path": found.path,
        "line": found.position.line,
        "column": found.position.column,
        "message": found.message,
        "note": found.note or None,
        "help": found.help or None,
    }


def _flip(found: Flips, flip: Flip) -> dict[str, Any]:
    outcome = found.outcome
    return {
        "system": outcome.run.system,
        "prompt": _prompt(outcome.run),
        "suite": found.suite,
        "case": flip.case.id,
        "newly_failing": flip.failing,
        "newly_passing": flip.passing,
        "newly_failing_scorers": flip.fails,
        "newly_passing_scorers": flip.passes,
        "base_outputs": [trial.output for trial in outcome.base.get(flip.case.id, ())],
        "head_outputs": [trial.output for trial in outcome.head.get(flip.case.id, ())],
    }
