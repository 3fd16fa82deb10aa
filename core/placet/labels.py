"""What people's labels say: which of them count for today's content, and until when they are enough.

Pure. A label counts for the subject that gave the output: another prompt, model or parameter needs new eyes. Whether a
person looked is what a file can show; never that they looked well.
"""

from __future__ import annotations

from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from placet.model.label import Label
    from placet.model.register import System
    from placet.model.suite import Suite
    from placet.parse.snapshot import Snapshot

#: An output, for people: the case that it answers, and the digest of its text.
Output = tuple[str, str]


@record
class Tally:
    """The judged outputs that count. `days` are those on which each was last judged, the newest first."""

    passed: int
    failed: int
    unsettled: int  # outputs about which as many say pass as say fail
    people: int
    days: tuple[str, ...]

    @property
    def outputs(self) -> int:
        return self.passed + self.failed + self.unsettled

    def until(self, least: int, max_age_days: int) -> str:
        """The last day (ISO) on which at least `least` of the outputs were judged within `max_age_days`."""
        from datetime import date, timedelta

        try:
            return (date.fromisoformat(self.days[least - 1]) + timedelta(days=max_age_days)).isoformat()
        except (ValueError, OverflowError):  # no day that a calendar has: its rule says so
            return ""


def path_of(system: System, suite: str) -> str:
    return f"{system.folder}/labels/{suite}.jsonl"


def labels_of(system: System, suite: str, snapshot: Snapshot) -> tuple[Label, ...]:
    return snapshot.labels.get(path_of(system, suite), ())


def suites_named(system: System, name: str, snapshot: Snapshot) -> tuple[Suite, ...]:
    """The suites that labels in `<name>.jsonl` are about: several where prompts carry theirs inline."""
    from placet.shared import suites_for

    return tuple(suite for suite in suites_for(system, snapshot) if suite.name == name)


def subjects_of(system: System, snapshot: Snapshot) -> frozenset[str]:
    """The digests of what the system is today: its prompts, and models that answer without one."""
    from placet.subject import model_subject, subject_of

    prompts = (snapshot.prompts[use.path] for use in system.prompts if use.path in snapshot.prompts)
    found = [subject_of(system, prompt) for prompt in prompts]
    found += [model_subject(system, model.id) for model in system.models]
    return frozenset(subject.digest for subject in found if subject is not None)


def verdicts(labels: Iterable[Label]) -> Mapping[Output, bool | None]:
    """By output whether most people who said pass or fail said pass; None where as many say the one as the other."""
    votes: dict[Output, int] = {}
    for label in labels:
        if label.decided:
            key = (label.case, label.output)
            votes[key] = votes.get(key, 0) + (1 if label.verdict == "pass" else -1)
    return {key: None if vote == 0 else vote > 0 for key, vote in votes.items()}


def tally(labels: Iterable[Label], subjects: Collection[str], cases: Collection[str]) -> Tally:
    """What counts of `labels`: those of today's `subjects` and of cases that are still asked."""
    counted = [one for one in labels if one.decided and one.subject in subjects and one.case in cases]
    newest: dict[Output, str] = {}
    for one in counted:
        key = (one.case, one.output)
        newest[key] = max(newest.get(key, ""), one.at[:10])
    found = list(verdicts(counted).values())
    return Tally(
        passed=found.count(True),
        failed=found.count(False),
        unsettled=found.count(None),
        people=len({one.author for one in counted}),
        days=tuple(sorted(newest.values(), reverse=True)),
    )
