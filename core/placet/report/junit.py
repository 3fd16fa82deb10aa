"""A review as JUnit XML, for what shows test results: a test suite for the decision, and one for each run.

A case of a run is a test case: a failure where head fails a scorer, an error where there is no answer or no score,
which is never a pass. Valid by the schemas of Apache Ant's JUnit reports and of Jenkins.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree as ET

from placet.decision import Outcome as Verdict
from placet.decision import Reason
from placet.gate.calibrated import why_not
from placet.judge import Outcome
from placet.model.run import Trial
from placet.model.suite import CRITICAL, Case, ScorerSpec
from placet.record import record
from placet.report.escape import plain
from placet.report.failures import failing, guilty
from placet.report.flips import case_of, said, shown_expected
from placet.report.naming import told
from placet.report.scored import why_of
from placet.results import Review
from placet.scorers.judge import JUDGES
from placet.scorers.measures import MEASURES

FAILURE, ERROR, SKIPPED = "failure", "error", "skipped"
_LONGEST = 4000
_OF_REASON = {
    Verdict.WAIVED: SKIPPED,
    Verdict.UNSURE: SKIPPED,
    Verdict.PENDING: SKIPPED,
    Verdict.FAILED: FAILURE,
    Verdict.ERROR: ERROR,
}


@record
class Test:
    """One test case; `sign` is how it ended, None for a pass."""

    name: str
    group: str
    seconds: float = 0.0
    sign: str | None = None
    kind: str = ""
    message: str = ""
    text: str = ""


def as_junit(review: Review) -> str:
    root = ET.Element("testsuites")
    suites = [("decision", "placet", list(_decision(review)))]
    suites += [(_name(outcome), outcome.run.prompt, list(_cases(outcome, review))) for outcome in review.outcomes]
    for index, (name, package, tests) in enumerate(suites):
        add_suite(root, (str(index), name, package), tests, review.at)
    return written(root)


def written(root: ET.Element) -> str:
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}'


def _name(outcome: Outcome) -> str:
    return f"{outcome.run.system}.{outcome.run.suite.name}" if outcome.run.system else outcome.run.suite.name


def add_suite(root: ET.Element, names: tuple[str, str, str], tests: list[Test], at: datetime) -> None:
    id, name, package = names
    counts = {sign: sum(test.sign == sign for test in tests) for sign in (FAILURE, ERROR, SKIPPED)}
    suite = ET.SubElement(
        root,
        "testsuite",
        id=id,
        name=legal(name),
        package=legal(package),
        timestamp=at.strftime("%Y-%m-%dT%H:%M:%S"),
        hostname="localhost",
        tests=str(len(tests)),
        failures=str(counts[FAILURE]),
        errors=str(counts[ERROR]),
        skipped=str(counts[SKIPPED]),
        time=_seconds(sum(test.seconds for test in tests)),
    )
    ET.SubElement(suite, "properties")
    for test in tests:
        case = ET.SubElement(
            suite, "testcase", name=legal(test.name), classname=legal(test.group), time=_seconds(test.seconds)
        )
        if test.sign:
            found = ET.SubElement(case, test.sign, message=legal(test.message))
            found.text = legal(test.text)
            if test.sign != SKIPPED:
                found.set("type", legal(test.kind))
    ET.SubElement(suite, "system-out")
    ET.SubElement(suite, "system-err")


def _decision(review: Review) -> Iterator[Test]:
    """Each requirement. What a tier lets pass though it can't be told, or was waived, is skipped and never passed."""
    for reason in review.decision.reasons:
        yield Test(
            name=reason.id,
            group=f"placet.{reason.system}" if reason.system else "placet",
            sign=_OF_REASON.get(reason.outcome),
            kind=reason.outcome.name.lower(),
            message=_text(reason, review),
        )


def _text(reason: Reason, review: Review) -> str:
    return plain(told(reason.judged, review, reason.text) if reason.judged else reason.text)


def _cases(outcome: Outcome, review: Review) -> Iterator[Test]:
    checks = [spec.name for spec in outcome.run.suite.scorers if _counts(outcome, spec)]
    failed = {name: frozenset(failing(outcome, name, outcome.head)) for name in (*checks, CRITICAL)}
    for case in outcome.run.suite.cases:
        trials = outcome.head.get(case.id, ())
        names = [name for name in checks if case.id in failed[name]]
        if case.id in failed[CRITICAL]:
            names += [name for name in guilty(outcome, trials, CRITICAL) if name not in names]
        yield _case(outcome, case_of(outcome.run.head, outcome, case.id), (trials, names, checks), review)


def _counts(outcome: Outcome, spec: ScorerSpec) -> bool:
    """Whether a scorer's word decides a case: no amount, and no judge that nobody has checked."""
    return spec.type not in MEASURES and (spec.type not in JUDGES or not why_not(outcome.judges.get(spec.name)))


def _case(outcome: Outcome, case: Case, found: tuple[tuple[Trial, ...], list[str], list[str]], review: Review) -> Test:
    trials, failed, checks = found
    answered = [trial for trial in trials if trial.error is None]
    seconds = sum(trial.latency_ms or 0 for trial in answered) / 1000
    unmeasured = [name for name in checks if any(trial.scores.get(name) is None for trial in answered)]
    group = f"{_name(outcome)}.{outcome.run.prompt}"
    if not answered:
        kind = next((trial.error for trial in trials if trial.error), "no-evidence")
        return Test(case.id, group, 0.0, ERROR, kind, "there is no answer")
    text = said(answered[-1], review.answers)
    about = "\n".join([f"expected: {shown_expected(case)}", f"answer: {text}"])[:_LONGEST]
    if failed:
        reasons = [f"{name}: {why_of(outcome, case, text, name)}".rstrip(": ") for name in failed]
        return Test(case.id, group, seconds, FAILURE, failed[0], "; ".join(reasons), about)
    if unmeasured:
        message = f"not measurable: {', '.join(unmeasured)}"
        return Test(case.id, group, seconds, ERROR, "not-measurable", message, about)
    return Test(case.id, group, seconds)


def _seconds(value: float) -> str:
    return f"{value:.3f}"


def legal(text: str) -> str:
    """`text` without the characters that XML 1.0 can't carry: they are shown by their number."""
    return "".join(char if _is_legal(ord(char)) else f"\\u{ord(char):04x}" for char in text)


def _is_legal(code: int) -> bool:
    return code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
