"""Make an index of a commit, or take an index on to a later one."""

from __future__ import annotations

from placet.index import judge as judging
from placet.index.found import by_unit as units_of
from placet.index.reach import next_change, refs_of, unit_of
from placet.index.store import created, discarded, published, writing
from placet.parse.facts import read_facts
from placet.parse.snapshot import assemble
from placet.waived import parted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import Any

    from placet.git.repository import Repository
    from placet.index.judge import Judgement
    from placet.index.store import Store
    from placet.index.view import View
    from placet.parse.facts import Facts, File


def build_for(repository: Repository, today: date) -> bool:
    """Make an index of the last commit of `repository`. False when there is none, or no room for an index."""
    from sqlite3 import Error

    from placet.errors import PlacetError
    from placet.git import quick
    from placet.load import files_of
    from placet.parse.kinds import FOLDERS

    where = quick.places(str(repository.root))
    head = quick.head_commit(where) if where and quick.can_ask() else None
    if where is None or head is None:
        return False
    try:
        files = files_of(repository, repository.tree_entries(head, FOLDERS))
        if files:
            build(f"{where.git_dir}/placet", head, files, today)
    except (OSError, Error, PlacetError):
        return False
    return bool(files)


def build(folder: str, commit: str, files: Mapping[str, File], today: date) -> None:
    """Put an index of `commit`, whose governed files these are, into `folder`. Raises OSError or sqlite3.Error."""
    from placet.rules.catalogue import found, unowned

    facts: dict[str, Facts] = {path: read_facts(file) for path, file in files.items()}
    snapshot = assemble(files, facts.__getitem__)
    units = units_of(*parted(found(snapshot, today, leave_out=(judging.UNOWNED,)), snapshot, today))
    store = created(folder)
    try:
        store.put_files((path, file.mode, file.blob) for path, file in files.items())
        store.put_facts((path, files[path].blob, one) for path, one in facts.items() if files[path].data is not None)
        daily = _asks_for_the_day(snapshot.own_rules)
        by_unit: dict[str, dict[str, Facts]] = {unit: {} for unit in units}
        for path, one in facts.items():
            by_unit.setdefault(unit_of(path), {})[path] = one
        for unit, own in by_unit.items():
            store.put_unit(unit, units.get(unit), changes_on(own, daily, today), refs_of(unit, own))
        owned = judging.has_owners(files)
        store.put_unowned(unowned(snapshot.codeowners, files) if owned else {}, gone=None)
        store.put_meta(commit=commit, day=today.isoformat(), files=str(len(files)))
        published(store, folder)
    except BaseException:
        discarded(store)
        raise


def changes_on(facts: Mapping[str, Facts], daily: bool, today: date) -> str | None:
    """When the unit of these files has to be judged again though nothing changed: by what day it is."""
    from datetime import timedelta

    day = next_change(facts, today.isoformat())
    if daily and facts:  # an organisation's own rule asks for the day, in whatever way
        tomorrow = (today + timedelta(days=1)).isoformat()
        return min(day or tomorrow, tomorrow)
    return day


def _asks_for_the_day(own_rules: Mapping[str, Any]) -> bool:
    if not own_rules:
        return False
    from placet.rules.own import asks_for_the_day

    return asks_for_the_day(own_rules)


def fold(view: View, judgement: Judgement, commit: str, today: date) -> bool:
    """Take the index of `view` on to `commit`, whose files the view has and of which `judgement` speaks.

    False when another process was quicker.
    """
    store = view.store
    own_rules = {path: view.facts(path).value or () for path in view.paths_below("policies/rules/")}
    daily = _asks_for_the_day(own_rules)
    rows = [(unit, judgement.units.get(unit), view.facts_of(unit), view.refs(unit)) for unit in judgement.judged]
    count = int(store.meta()["files"]) + sum(
        (new is not None) - (view.before(path) is not None) for path, new in view.changed.items()
    )
    if not writing(store):
        return False
    store.put_facts((path, blob, one) for (path, blob), one in view.learned.items())
    there = ((path, *new) for path, new in view.changed.items() if new is not None)
    store.put_files(there, gone=[path for path, new in view.changed.items() if new is None])
    if judgement.everything:
        store.forget_units()
    for unit, findings, facts, refs in rows:
        store.put_unit(unit, findings, changes_on(facts, daily, today), refs)
    store.put_unowned(judgement.unowned, gone=None)
    store.put_meta(commit=commit, day=today.isoformat(), files=str(count))
    store.forget_facts()
    store.database.execute("COMMIT")
    return True


def keep_learned(store: Store, learned: Mapping[tuple[str, str], Facts]) -> None:
    """Remember what was read of blobs, so that the next attempt at this commit needn't read them again."""
    if learned and writing(store):
        store.put_facts((path, blob, one) for (path, blob), one in learned.items())
        store.database.execute("COMMIT")
