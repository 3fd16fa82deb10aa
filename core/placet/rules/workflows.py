"""Rules about GitHub workflows that run Placet: who could make one say yes, or take its keys. Others aren't judged."""

from __future__ import annotations

from placet.parse.foreign import place_of
from placet.rules.problem import Check, Problem
from placet.rules.workflow import PRIVILEGED, Job, Step, Workflow, is_clean, workflows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from placet.findings import Position

#: What a job that runs Placet may write: checks, comments, code scanning's results, and a token for a cloud provider.
_MAY_WRITE = frozenset({"checks", "pull-requests", "issues", "statuses", "security-events", "id-token"})
#: Text that anybody who opens a pull request or an issue writes.
_ANYBODY_S = (
    "github.head_ref",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.head_commit.message",
    "github.event.workflow_run.head_branch",
)
_MOST = 100  # findings of a rule in one file


def head_trusted(check: Check) -> Iterator[Problem]:
    """The one mistake by which a stranger's code gets the repository's keys."""
    for workflow in workflows(check.snapshot):
        events = sorted(workflow.events & PRIVILEGED)
        for step in workflow.steps if events else ():
            at = _head_place(workflow, step)
            if at is not None:
                message = f"`{events[0]}` runs with the rights and secrets of base, and this step checks out the head"
                advice = "check out base alone (no `ref:`): the bot reads the head as data, by itself"
                yield Problem(workflow.path, at, message, help=advice)


def _head_place(workflow: Workflow, step: Step) -> Position | None:
    """Where the step says that it wants the head; None when it doesn't."""
    if step.is_checkout:
        key = next((key for key in ("ref", "repository") if step.names_head("with", key)), None)
        return workflow.at(*step.keys, "with", key) if key else None
    command = step.checks_out_in_shell
    return place_of(workflow.tree, command, *step.keys, "run") if command else None


def permissions_said(check: Check) -> Iterator[Problem]:
    for workflow in workflows(check.snapshot):
        for job in workflow.jobs if "permissions" not in workflow.value else ():
            if job.runs_placet and "permissions" not in job.value:
                message = f"job `{job.name}` doesn't say what its token may do, and may get to write everything"
                advice = "write `permissions: {}` at the top, and in each job what it needs, such as `contents: read`"
                yield Problem(workflow.path, workflow.at(*job.keys, key=True), message, help=advice)


def permissions_narrow(check: Check) -> Iterator[Problem]:
    for workflow in workflows(check.snapshot):
        judged = [job for job in workflow.jobs if job.runs_placet]
        places = [job.keys for job in judged if "permissions" in job.value]
        if len(places) < len(judged):
            places.append(())
        for keys in places:
            yield from _wide(workflow, (*keys, "permissions"))


def _wide(workflow: Workflow, keys: tuple[str | int, ...]) -> Iterator[Problem]:
    given = workflow.value_at(*keys)
    advice = "leave it out: Placet writes checks and comments. Give other work a job of its own"
    if given == "write-all":
        yield Problem(workflow.path, workflow.at(*keys), "the token of this job may write everything", help=advice)
    for scope, right in given.items() if isinstance(given, dict) else ():
        if right == "write" and scope not in _MAY_WRITE:
            message = f"the token of this job may write `{scope}`, which Placet doesn't need"
            yield Problem(workflow.path, workflow.at(*keys, scope), message, help=advice)


def actions_pinned(check: Check) -> Iterator[Problem]:
    """A tag can be moved to other code, which then runs here."""
    for workflow in workflows(check.snapshot):
        places = [(job.keys, job.uses) for job in workflow.jobs] + [(step.keys, step.uses) for step in workflow.steps]
        loose = [(keys, uses) for keys, uses in places if uses and not _is_pinned(uses)]
        for keys, uses in loose[:_MOST]:
            name, _, ref = uses.partition("@")
            message = f"{name} can change while this file doesn't: {f'`{ref}` is no' if ref else 'it names no'} commit"
            advice = f"write the full commit: `{name}@<40 hexadecimal digits>`, and the version in a comment"
            yield Problem(workflow.path, workflow.at(*keys, "uses"), message, help=advice)


def _is_pinned(uses: str) -> bool:
    """A path is the repository's own; an image is pinned by its digest."""
    ref = uses.rpartition("@")[2].removeprefix("sha256:")
    return uses.startswith("./") or (len(ref) in (40, 64) and all(char in "0123456789abcdefABCDEF" for char in ref))


def secrets_apart(check: Check) -> Iterator[Problem]:
    """Whatever a pull request brings could print what a step of it is given."""
    for workflow in workflows(check.snapshot):
        for job in workflow.jobs:
            start = _runs_head_from(workflow, job)
            if start is None:
                continue
            places = [("env",), (*job.keys, "env")]
            places += [(*step.keys, part) for step in job.steps[start:] for part in ("env", "with", "run")]
            for keys in places:
                yield from _secrets(workflow, keys, job)


def _runs_head_from(workflow: Workflow, job: Job) -> int | None:
    """The first step by which code of the head may run; None when none does."""
    checkout = next((at for at, step in enumerate(job.steps) if step.checks_out_head(workflow.events)), None)
    if checkout is None:
        return None
    later = enumerate(job.steps[checkout + 1 :], start=checkout + 1)
    return next((at for at, step in later if step.uses.startswith("./") or not is_clean(step.run)), None)


def _secrets(workflow: Workflow, keys: tuple[str | int, ...], job: Job) -> Iterator[Problem]:
    for name, where in workflow.secrets_in(keys):
        message = f"job `{job.name}` runs code of the pull request's head, and this gives it `secrets.{name}`"
        advice = (
            "check out base (`ref: ${{ github.event.pull_request.base.sha }}`), or use the secret in a job that does"
        )
        yield Problem(workflow.path, where, message, help=advice)


def credentials_left(check: Check) -> Iterator[Problem]:
    for workflow in workflows(check.snapshot):
        for step in (step for job in workflow.jobs if job.runs_placet for step in job.steps):
            if step.is_checkout and str(step.given("with", "persist-credentials")).lower() != "false":
                message = "this checkout leaves the job's token in .git/config, where every later step finds it"
                yield Problem(
                    workflow.path,
                    workflow.at(*step.keys, "uses"),
                    message,
                    help="add `persist-credentials: false` under `with:`",
                )


def shell_is_ours(check: Check) -> Iterator[Problem]:
    """An expression is put into the command before a shell reads it, so a title can hold a command."""
    for workflow in workflows(check.snapshot):
        for step in workflow.steps:
            for keys, text in (((*step.keys, "run"), step.run), ((*step.keys, "with", "script"), step.script)):
                for piece in _expressions(text):
                    if any(mark in piece.lower() for mark in _ANYBODY_S):
                        message = "whoever opens a pull request writes this text, and here it becomes part of a command"
                        advice = "put it into `env:` of the step, and write the variable in double quotes"
                        position = place_of(workflow.tree, piece, *keys)
                        yield Problem(workflow.path, position, message, help=advice)


def _expressions(text: str) -> Iterator[str]:
    for piece in text.split("${{")[1:][:_MOST]:
        if "}}" in piece:
            yield f"${{{{{piece.partition('}}')[0]}}}}}"
