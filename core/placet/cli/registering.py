"""Write the registrations that a scan proposes. What is there already stays as it is, apart from `x-sources`."""

from __future__ import annotations

from collections.abc import Mapping

from placet.cli.guessing import checked_owner, no_owner, owner_of
from placet.cli.scan import content
from placet.cli.writing import Writer
from placet.errors import PlacetError
from placet.git.repository import Repository
from placet.model.policy import Policies, Tier
from placet.parse.snapshot import Snapshot
from placet.record import record
from placet.scaffold.additions import appended, prompt_entry
from placet.scaffold.propose import Known, prompts_of, proposal
from placet.scaffold.templates import quoted
from placet.scan.register import SOURCES
from placet.scan.signs import Sort
from placet.scan.survey import Group, Survey, patterns_for


@record
class Written:
    """Files that were written, and what a person has to do that no file can."""

    paths: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def register(repository: Repository, snapshot: Snapshot, survey: Survey, owner: str | None, tier: str) -> Written:
    """A registration for each group that has none; the others' gets their patterns. Raises PlacetError."""
    policies = snapshot.policies
    if policies is None:
        raise PlacetError(
            "a registration is judged by policies, and they are missing here or broken",
            help="write them with: placet init; if they are there, see: placet check policies",
        )
    paths: list[str] = []
    notes: list[str] = []
    for group in survey.shadow:
        done = _one(repository, snapshot, policies, group, (owner, tier))
        paths += done.paths
        notes += done.notes
    return Written(tuple(paths), tuple(notes))


def _one(
    repository: Repository, snapshot: Snapshot, policies: Policies, group: Group, given: tuple[str | None, str]
) -> Written:
    prompts = {
        sign.path: content(repository.root, sign.path) or b"" for sign in group.shadow if sign.sort is Sort.PROMPT
    }
    if group.near is not None:
        return _added(repository, snapshot, group, group.near, prompts)
    owner = checked_owner(given[0], "--owner") if given[0] else owner_of(repository, snapshot, group.files[0])
    if owner is None:
        raise no_owner()
    made = proposal(group, Known(snapshot, policies, prompts, owner, Tier.of(given[1])))
    if made is None:
        return Written(notes=(f"{group.id} isn't written: by policies/classification.yaml no system is {given[1]}",))
    writer = Writer(repository)
    there = [draft.path for draft in made.drafts if writer.read(draft.path) is not None]
    if there:
        return Written(notes=(f"{group.id} isn't written: {there[0]} is there already",))
    for draft in made.drafts:
        writer.create(draft.path, draft.text.encode())
    return Written(tuple(draft.path for draft in made.drafts), made.notes)


def _added(repository: Repository, snapshot: Snapshot, group: Group, id: str, contents: Mapping[str, bytes]) -> Written:
    """The prompts and patterns in the registration that the group seems to belong to."""
    path, writer = f"systems/{id}/system.yaml", Writer(repository)
    old = writer.read(path)
    prompts = prompts_of(group, id, snapshot, contents)
    there = [draft.path for draft in prompts.drafts if writer.read(draft.path) is not None]
    if there:
        return Written(notes=(f"{path} is left as it is: {there[0]} is there already",))
    entries = [("prompts", prompt_entry(prompt.path, prompt.untrusted)) for prompt in prompts.used]
    text: str | None = (old or b"").decode("utf-8", "replace")
    for key, entry in [*entries, *((SOURCES, quoted(pattern)) for pattern in patterns_for(group))]:
        text = appended(text, key, entry) if text is not None else None
    if old is None or text is None:
        return Written(notes=(f"{path} is left as it is: it can't be added to by a program",))
    for draft in prompts.drafts:
        writer.create(draft.path, draft.text.encode())
    writer.replace(path, old, text.encode())
    return Written((*(draft.path for draft in prompts.drafts), path), tuple(prompts.notes))
