"""Rules about a system's documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from placet.findings import Finding, Severity
from placet.judged import stale_scopes
from placet.model.register import Document, System
from placet.parse.kinds import Kind, is_shared, kind_of, system_of
from placet.rules.problem import Check, Problem

#: What these ask for is another file: writing it leaves the registration as it was judged.
_OF_OTHER_FILES = frozenset({"SYS006", "SYS010"})
#: Of a file that can't be read as what it is.
_UNREAD = "FIL"


def belongs(check: Check) -> Iterator[Problem]:
    for document in check.snapshot.documents.values():
        if check.misses_registration(document.path):
            registration = f"systems/{system_of(document.path)}/system.yaml"
            position = check.snapshot.at(document.path)
            advice = "register the system, or remove its folder"
            yield Problem(document.path, position, f"there is no {registration}", help=advice)


def fresh(check: Check) -> Iterator[Problem]:
    """A warning on commit, since the judgement comes after the edit; the pull request wants it done."""
    for system in check.snapshot.systems.values():
        for document in check.snapshot.documents_of(system):
            for scope in stale_scopes(document, system, check.snapshot):
                if _is_unknown(check, system, scope):
                    continue
                message = f"judged the {scope} of {document.dated}, which changed since"
                advice = f"read it again, correct it, and record that with: placet stamp {document.path}"
                yield Problem(document.path, check.snapshot.at(document.path, "judges", scope), message, help=advice)


def _is_unknown(check: Check, system: System, scope: str) -> bool:
    """Whether the scope can't be compared while a file of its own is broken, which is said there."""
    snapshot = check.snapshot
    if scope == "controls":
        unread = (path for path in snapshot.files if is_shared(path) and kind_of(path) is Kind.SUITE)
        broken = any(path not in snapshot.shared for path in unread)
        return broken or check.policies is None or check.has_unread(Kind.CONTROL)
    if scope == "suites" and check.has_unread(Kind.SUITE, f"{system.folder}/evals/"):
        return True
    if scope == "suites" and any(check.has_broken_cases(suite) for suite in snapshot.suites_of(system)):
        return True
    return scope in ("prompts", "suites") and check.lacks_prompts(system)


def read_again_in_time(check: Check) -> Iterator[Problem]:
    """Only of the newest of each kind: an older one counts for nothing."""
    for system in check.snapshot.systems.values():
        for document in newest_of_each_kind(check.snapshot.documents_of(system)):
            due = document.review_by
            if due and due < check.today.isoformat():
                position = check.snapshot.at(document.path, "review_by")
                advice = (
                    "do again what it is about, correct it, write a new day as `review_by:`, and record that with: "
                    f"placet stamp {document.path}"
                )
                yield Problem(document.path, position, f"was to be read again by {due}", help=advice)


def judged_before(check: Check) -> Iterator[Problem]:
    """It would stay young for longer than its tier allows. A day of grace, since it is another day elsewhere."""
    latest = check.today.toordinal() + 1
    for document in check.snapshot.documents.values():
        if document.dated.toordinal() > latest:
            position = check.snapshot.at(document.path, "date")
            advice = f"write the day on which you judged, or have it written: placet stamp {document.path}"
            yield Problem(document.path, position, f"{document.dated} is still to come", help=advice)


def newest_of_each_kind(documents: Iterable[Document]) -> Iterable[Document]:
    """The document of each kind that counts."""
    known = sorted(documents, key=lambda document: (document.dated, document.path))
    return {document.kind: document for document in known}.values()


def too_early(stale: Finding, errors: Iterable[Finding]) -> bool:
    """Whether one of `errors` is to be mended before anybody judges again what `stale` is about.

    Such an error is in the registration, in the document itself, or in what can't be read of their folder. Mending it
    may change what is judged: who followed the advice first would stand by a typo.
    """
    folder = f"systems/{system_of(stale.path)}/"
    return any(
        error.path == stale.path
        or is_in_registration(error, f"{folder}system.yaml")
        or (error.rule.startswith(_UNREAD) and error.path.startswith(folder))
        for error in errors
    )


def is_in_registration(finding: Finding, registration: str) -> bool:
    """Whether mending it changes the registration."""
    wrong = finding.severity is Severity.ERROR and finding.path == registration
    return wrong and finding.rule not in _OF_OTHER_FILES
