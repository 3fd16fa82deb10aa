"""`placet judge`: what a model's opinion is worth. `calibrate` holds it against what people found."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from placet.errors import Exit, PlacetError
from placet.git.repository import Repository
from placet.providers.costs import INTERRUPTED, Budget
from placet.record import as_dict
from placet.report.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from placet.cli.labelled import Chosen
    from placet.gate.calibrated import Calibration
    from placet.labels import Output
    from placet.model.label import Label
    from placet.model.run import Request
    from placet.model.suite import ScorerSpec
    from placet.tasks import Tools

_CELLS = ("both_pass", "people_pass_judge_fails", "people_fail_judge_passes", "both_fail")


@click.group()
def judge() -> None:
    """Models that judge: how far people agree with them.

    \b
    Example:
      placet judge calibrate core
    """


@judge.command()
@click.argument("suite")
@click.option("--system", "system", metavar="ID", help="The system, where several have a suite of that name.")
@click.option("--max-calls", type=click.IntRange(min=0), help="Stop before more model calls than this.")
@click.option(
    "--max-cost", type=click.FloatRange(min=0), metavar="USD", help="Stop before the calls cost more than this."
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
def calibrate(suite: str, system: str | None, max_calls: int | None, max_cost: float | None, format_: str) -> int:
    """Measure how far the judges of SUITE agree with people's labels, beyond chance (Cohen's kappa).

    Asks each judge about the labelled outputs that it hasn't judged yet; their texts have to be in this clone. A gate
    on its metric counts once enough outputs are labelled and the agreement is beyond chance; exits with 1 before.
    SUITE is NAME or SYSTEM/NAME.

    \b
    Examples:
      placet judge calibrate core
      placet judge calibrate core --max-cost 0.50
      placet judge calibrate support-triage/core --format json
    """
    from placet.calibrations import calibrations
    from placet.cli.labelled import chosen
    from placet.cli.progress import Meter
    from placet.gate.calibrated import why_not
    from placet.gather import gather
    from placet.labels import labels_of
    from placet.review import Wishes, tools_for

    repository = Repository.at(Path.cwd())
    gathered = gather(repository, worktree=True)
    found = chosen(gathered, suite, system)
    suite = found.suite.name
    labels, judges = labels_of(found.system, suite, gathered.merged), _judges(found)
    with Meter(sys.stderr) as meter:
        tools = tools_for(repository, gathered, Wishes(Budget(max_calls, max_cost), progress=meter.show))
        with closing(tools):
            for spec in judges:
                _ask(found, spec, labels, tools)
    measured = calibrations(found.suite, labels, tools.ledger)
    click.echo(_as_json(found, judges, measured) if format_ == "json" else _as_text(suite, judges, measured))
    return Exit.NOT_MET if any(why_not(measured.get(spec.name)) for spec in judges) else Exit.FINE


def _judges(found: Chosen) -> list[ScorerSpec]:
    """The judges of the suite. Raises PlacetError where there is none, or nobody knows which model one is."""
    from placet.scorers.judge import BOUND, JUDGES, model_of

    judges = [spec for spec in found.suite.scorers if spec.type in JUDGES]
    if found.suites > 1:
        raise PlacetError(
            f"{found.suites} prompts of {found.system.id} carry a suite `{found.suite.name}`, with judges of their own",
            help="calibrate a judge in a suite of its own, in evals/",
        )
    if not judges:
        raise PlacetError(f"no model judges suite {found.suite.name}", help="see docs/judges.md for how one does")
    for spec in judges:
        if BOUND not in spec.parameters:
            named = model_of(spec) or "GitHub itself"
            raise PlacetError(
                f"{spec.name} is judged by {named}, which {found.system.id} doesn't register",
                help=f"add it to the models of {found.system.path}, with `role: judge`",
            )
    return judges


def _ask(found: Chosen, spec: ScorerSpec, labels: Sequence[Label], tools: Tools) -> None:
    """Let one judge judge what people have labelled and it hasn't seen, and keep what it found."""
    from placet.calibrations import due, keep
    from placet.providers.credentials import wires_for
    from placet.runner import Terms, Watch, run
    from placet.scorers.judge import providers_of

    items = due(found.suite, spec, labels, tools.ledger)
    asked = [(key, name, request) for key, requests in items.items() for name, request in requests.items()]
    if not asked:
        return
    said: dict[Output, dict[str, str]] = {}

    def hear(index: int, outcome: Any) -> None:
        key, name, _ = asked[index]
        if hasattr(outcome, "text"):
            said.setdefault(key, {})[name] = outcome.text

    wires = wires_for(providers_of(found.suite), tools.providers, os.environ)
    requests: list[Request] = [request for _, _, request in asked]
    watch = Watch(hear, lambda progress: tools.progress(progress, {spec.name: (progress.done, progress.total)}))
    summary = run(requests, wires, Terms(tools.cache, tools.budget), watch)
    keep(found.suite, spec, said, tools.ledger)
    if summary.stopped and summary.stopped.reason == INTERRUPTED:
        raise KeyboardInterrupt
    if summary.stopped:
        raise PlacetError(summary.stopped.what, help="raise the limit; what was judged is kept")


def _as_json(found: Chosen, judges: Sequence[ScorerSpec], measured: Mapping[str, Calibration]) -> str:
    """An interface: keys are added, never renamed, while `version` stays 1."""
    rows = [_plain(spec, measured.get(spec.name)) for spec in judges]
    whole = {"version": 1, "kind": "calibration", "system": found.system.id, "suite": found.suite.name, "judges": rows}
    return json.dumps(whole, indent=2, ensure_ascii=True)


def _plain(spec: ScorerSpec, found: Calibration | None) -> dict[str, Any]:
    from placet.gate.calibrated import LEAST_LABELS, why_not
    from placet.scorers.judge import BOUND, judge_digest, model_of

    return {
        "scorer": spec.name,
        "type": spec.type,
        "model": model_of(spec),
        "judge": {**spec.parameters[BOUND], "digest": judge_digest(spec)},
        "labels": found.labels if found else 0,
        "least": LEAST_LABELS,
        "unjudged": found.unjudged if found else 0,
        "table": dict(zip(_CELLS, found.table, strict=True)) if found else None,
        "agreement": {**as_dict(found.agreement), "confidence": 0.95} if found and found.agreement else None,
        "counts": not why_not(found),
        "why_not": why_not(found) or None,
    }


def _as_text(suite: str, judges: Sequence[ScorerSpec], measured: Mapping[str, Calibration]) -> str:
    return "\n\n".join("\n".join(_lines(suite, spec, measured.get(spec.name))) for spec in judges)


def _lines(suite: str, spec: ScorerSpec, found: Calibration | None) -> Iterator[str]:
    from placet.gate.amounts import percent
    from placet.gate.calibrated import why_not
    from placet.scorers.judge import BOUND, model_of

    yield printable(f"{suite}.{spec.name}, judged by {model_of(spec)} ({spec.parameters[BOUND]['name']})")
    if found and found.agreement:
        each = found.agreement
        yield f"  kappa {each.kappa:.2f} ({each.low:.2f} … {each.high:.2f}, 95 % interval) on {each.pairs} outputs"
        yield f"  they agree on {percent(each.observed)}; by chance alone it would be {percent(each.chance)}"
    if found and found.labels:
        yield "                  judge: pass  judge: fail"
        yield f"    people: pass  {found.table[0]:11}  {found.table[1]:11}"
        yield f"    people: fail  {found.table[2]:11}  {found.table[3]:11}"
    if found and found.unjudged:
        why = "their texts aren't kept here, or the judge gave none"
        yield f"  {found.unjudged} labelled outputs have no verdict: {why}"
    reason = why_not(found)
    yield f"  its gate doesn't count: {reason}" if reason else "  its gate counts"
