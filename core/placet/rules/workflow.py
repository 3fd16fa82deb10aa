"""A GitHub workflow as the rules about it see it: events, jobs and steps, whatever else the file holds.

GitHub judges whether the file is a workflow at all; what isn't as expected is passed over here.
"""

from __future__ import annotations

from placet.parse.foreign import place_of
from placet.parse.kinds import Kind, kind_of
from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from placet.findings import Position
    from placet.parse.snapshot import Snapshot
    from placet.parse.tree import Tree

    Keys = tuple[str | int, ...]

#: Events whose runs have the rights and secrets of the base branch, though somebody else caused them.
PRIVILEGED = frozenset({"pull_request_target", "workflow_run", "issue_comment"})
#: What names the head of a pull request in an expression or a ref.
HEAD = (
    "github.event.pull_request.head",
    "github.event.pull_request.merge_commit_sha",
    "github.event.workflow_run.head",
    "github.head_ref",
    "refs/pull/",
)
_SWITCH = ("git checkout", "git switch", "git merge", "git reset", "git worktree", "git pull")
#: How a command begins that runs nothing of what was checked out.
_CLEAN = ("placet ", "pip install ", "python -m pip install ", "pipx ", "uvx ", "uv tool install ", "git fetch ", "#")
_LOCAL = (".", "-e", "-r", "--editable", "--requirement")
_GITHUB_S_OWN = "GITHUB_TOKEN"
_MOST_SECRETS = 50


@record
class Step:
    keys: Keys
    value: dict[str, Any]

    @property
    def uses(self) -> str:
        return _text(self.value.get("uses"))

    @property
    def run(self) -> str:
        return _text(self.value.get("run"))

    @property
    def script(self) -> str:
        """What actions/github-script runs."""
        return _text(self.given("with", "script"))

    def given(self, part: str, key: str) -> Any:
        return _mapping(self.value.get(part)).get(key)

    @property
    def is_checkout(self) -> bool:
        return self.uses.lower().partition("@")[0] == "actions/checkout"

    def names_head(self, part: str, key: str) -> bool:
        return _is_head(_text(self.given(part, key)))

    @property
    def checks_out_in_shell(self) -> str:
        """The command by which a shell checks out the head; empty when there is none."""
        by_variable = any(_is_head(_text(value)) for value in _mapping(self.value.get("env")).values())
        for line in self.run.split("\n"):
            command = next((command for command in ("gh pr checkout", *_SWITCH) if command in line), "")
            if command and (command.startswith("gh") or by_variable or _is_head(line) or "FETCH_HEAD" in line):
                return command
        return ""

    def checks_out_head(self, events: frozenset[str]) -> bool:
        """Without a ref, `pull_request` has the merge of the head checked out."""
        if self.is_checkout:
            named = any(self.names_head("with", key) for key in ("ref", "repository"))
            return named or ("pull_request" in events and not self.given("with", "ref"))
        return bool(self.checks_out_in_shell)

    @property
    def runs_placet(self) -> bool:
        return _calls_placet(self.run) or _is_placet(self.uses)


@record
class Job:
    name: str
    keys: Keys
    value: dict[str, Any]
    steps: tuple[Step, ...]

    @property
    def uses(self) -> str:
        """The reusable workflow that this job is."""
        return _text(self.value.get("uses"))

    @property
    def runs_placet(self) -> bool:
        return _is_placet(self.uses) or any(step.runs_placet for step in self.steps)


@record
class Workflow:
    path: str
    tree: Tree
    value: dict[str, Any]
    events: frozenset[str]
    jobs: tuple[Job, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for job in self.jobs for step in job.steps)

    def at(self, *keys: str | int, key: bool = False) -> Position:
        return self.tree.at(*keys, key=key)

    def value_at(self, *keys: str | int) -> Any:
        value: Any = self.value
        for step in keys:
            if isinstance(value, dict):
                value = value.get(step)
            else:
                value = value[step] if isinstance(value, list) and isinstance(step, int) else None
        return value

    def secrets_in(self, keys: Keys) -> Iterator[tuple[str, Position]]:
        """The names of the secrets that are used there, each with its place. GitHub's own token is none of them."""
        value = self.value_at(*keys)
        texts = [((*keys, key), _text(one)) for key, one in value.items()] if isinstance(value, dict) else []
        for place, text in texts or [(keys, _text(value))]:
            for piece in text.split("secrets.")[1:][:_MOST_SECRETS]:
                name = _name(piece)
                if name and name.upper() != _GITHUB_S_OWN:
                    yield name, place_of(self.tree, f"secrets.{name}", *place)


def workflows(snapshot: Snapshot) -> Iterator[Workflow]:
    """Those that run Placet."""
    for path, file in snapshot.files.items():
        if kind_of(path) is Kind.WORKFLOW and b"placet" in (file.data or b"").lower():
            tree = snapshot.tree(path)
            workflow = _workflow(path, tree) if tree is not None and isinstance(tree.value, dict) else None
            if workflow is not None and any(job.runs_placet for job in workflow.jobs):
                yield workflow


def is_clean(run: str) -> bool:
    """Whether a shell script runs nothing but Placet and what an index of packages serves."""
    joined = run.replace("\\\n", " ").replace("&&", "\n").replace(";", "\n")
    commands = [line.strip() for line in joined.split("\n") if line.strip()]
    return all(_is_clean(command) for command in commands)


def _is_clean(command: str) -> bool:
    if any(mark in command for mark in ("$(", "`", "|", "<")):
        return False
    local = any(word in _LOCAL or word.startswith(("./", "../", "/")) for word in command.split())
    return command == "placet" or (command.startswith(_CLEAN) and not ("install" in command and local))


def _workflow(path: str, tree: Tree) -> Workflow:
    value = tree.value
    given = value.get("on")
    events = [given] if isinstance(given, str) else given if isinstance(given, list | dict) else []
    jobs = tuple(_job(name, job) for name, job in _mapping(value.get("jobs")).items() if isinstance(job, dict))
    return Workflow(path, tree, value, frozenset(event for event in events if isinstance(event, str)), jobs)


def _job(name: str, value: dict[str, Any]) -> Job:
    keys: Keys = ("jobs", name)
    given = value.get("steps")
    steps = enumerate(given if isinstance(given, list) else [])
    return Job(name, keys, value, tuple(Step((*keys, "steps", at), one) for at, one in steps if isinstance(one, dict)))


def _is_head(text: str) -> bool:
    return any(mark in text.lower() for mark in HEAD)


def _calls_placet(run: str) -> bool:
    for mark in "\n;&|()\"'`$=":
        run = run.replace(mark, " ")
    return any(word.rpartition("/")[2] == "placet" for word in run.split())


def _is_placet(uses: str) -> bool:
    return "placet" in uses.lower().partition("@")[0].split("/")


def _name(text: str) -> str:
    end = next((at for at, char in enumerate(text) if not (char.isalnum() or char == "_")), len(text))
    return text[:end]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
