"""Supplied results are claims: whose they are, what they are called, and whether they count.

Pure. Whoever wrote a recorded file may have written anything into it, so what comes of it is a claim and is labelled
as one. A claim of another subject is none; from tier high up a claim counts only when a key of base has signed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from placet.gate.verdicts import Code, MetricResult, Reason, Verdict
from placet.model.policy import Tier
from placet.model.recording import Recording
from placet.model.suite import IMPORT, Suite
from placet.record import replace
from placet.runs import PlannedRun
from placet.subject import Subject

#: From this tier up a claim needs a signature.
SIGNED_FROM = Tier.HIGH
#: What stands beside every number that rests on a claim.
LABEL = "claimed"


def belongs(recording: Recording, subject: Subject) -> bool:
    """Whether `recording` was made by `subject`."""
    return recording.made_by == subject.made_by


def counts(tier: Tier, *, signed: bool = False) -> bool:
    """Whether a claim about a system of `tier` decides anything. Signatures aren't read yet, so none is signed."""
    return signed or tier < SIGNED_FROM


def discounted(result: MetricResult, tier: Tier) -> MetricResult:
    """The result of claims that don't count: its numbers are shown, and no half of it has a verdict."""
    text = f"claimed, and not signed: at tier {tier.label} only what a key in policies/keys has signed counts"
    return replace(
        result,
        verdict=Verdict.INCONCLUSIVE,
        reasons=(Reason(Code.UNSIGNED_CLAIM, text), *result.reasons),
        absolute=result.absolute and Verdict.INCONCLUSIVE,
        regression=result.regression and Verdict.INCONCLUSIVE,
        cases_to_decide=None,
    )


def notes(runs: Iterable[PlannedRun], tier: Tier) -> Iterator[str]:
    """Of the runs that rest on claims, whose word that is and what it is worth; what is the same is said once."""
    said: dict[str, list[str]] = {}
    for run in runs:
        if run.suite.claims:
            said.setdefault(f"of {run.system}: {_word(run)}; {_worth(run, tier)}", []).append(run.suite.name)
    for sentence, names in said.items():
        yield f"{_and(names)} {sentence}"


def _and(names: list[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _word(run: PlannedRun) -> str:
    recording = run.head.recording
    if recording is None:
        return f"claims, and no file at {run.suite.recorded}"
    how = "imported from" if run.suite.source == IMPORT else "recorded by"
    return f"claims, {how} {recording.tool} on {recording.made} ({recording.path}), and no call of Placet's"


def _worth(run: PlannedRun, tier: Tier) -> str:
    recording = run.head.recording
    if recording is None or not belongs(recording, run.head.subject):
        return "of another subject, so they don't count" if recording else "nothing is shown by them"
    if counts(tier):
        return f"they count at tier {tier.label}"
    return f"not signed, so they don't count at tier {tier.label}"


def labelled(suite: Suite) -> str:
    """The name of `suite` as numbers that rest on it are called."""
    return f"{suite.name} ({LABEL})" if suite.claims else suite.name
