"""Whose yes the change needs beside the count: owner sets and roles, from base alone.

A CODEOWNERS that can't be trusted is a `Trouble`, and never means that nobody has to be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from placet.approval.document import Trouble
from placet.approval.facts import Facts, OwnerSet, Role
from placet.approvals import code_owner_sets, unowned
from placet.codeowners.governance import is_governance
from placet.codeowners.owners import TOO_LARGE, CodeOwners, parse
from placet.codeowners.paths import Paths
from placet.model.policy import Tier
from placet.parse.kinds import GOVERNANCE
from placet.record import record

MOST = 20


@record
class Asked:
    """Owner sets, each once, and roles."""

    sets: tuple[OwnerSet, ...]
    roles: tuple[Role, ...]

    @property
    def owners(self) -> tuple[str, ...]:
        named = (*(one.owners for one in self.sets), *(role.holders for role in self.roles))
        return tuple(dict.fromkeys(owner for owners in named for owner in owners))


def asked(facts: Facts) -> tuple[Asked, tuple[Trouble, ...]]:
    """Who is asked, and what of it can't be known."""
    troubles = list(_state(facts))
    sets = list(facts.owner_sets)
    open_paths = list(facts.unowned)
    if facts.codeowners.text is not None and not troubles:
        text = parse(facts.codeowners.text.encode("utf-8", "surrogatepass"))
        paths = sorted(facts.paths or ())
        troubles += _lines(text, paths)
        loaded = CodeOwners(text.rules)
        sets += [OwnerSet(one.owners, one.paths, one.why) for one in code_owner_sets(paths, loaded)]
        open_paths += unowned(paths, loaded)
    troubles += _nobody(facts, sets, open_paths)
    return Asked(_merged(sets), facts.roles), tuple(troubles)


def _merged(sets: Iterable[OwnerSet]) -> tuple[OwnerSet, ...]:
    """The same owners are asked once, for everything that they own."""
    found: dict[frozenset[str], OwnerSet] = {}
    for one in sets:
        key = frozenset(owner.lower() for owner in one.owners)
        known = found.get(key)
        paths = tuple(dict.fromkeys((*known.paths, *one.paths))) if known and known.paths and one.paths else ()
        why = known.why or one.why if known else one.why
        found[key] = OwnerSet(known.owners, paths, why) if known else one
    return tuple(found.values())


def _state(facts: Facts) -> Iterator[Trouble]:
    owners = facts.codeowners
    size = max(owners.size, len(owners.text.encode("utf-8", "surrogatepass")) if owners.text else 0)
    if owners.state == "too-large" or size >= TOO_LARGE:
        yield Trouble("codeowners", f"{owners.location} has {size:,} bytes; GitHub loads it only below 3 MB")
    elif owners.state == "missing" and owners.text is not None:
        yield Trouble("codeowners", "is said to be missing, and has a text")
    elif owners.state == "missing" and facts.tier >= Tier.MEDIUM:
        yield Trouble("codeowners", f"base has none, and tier {facts.tier.label} needs it")
    elif owners.state in ("invalid", "unreadable") and not owners.errors:
        yield Trouble("codeowners", f"{owners.location} of base is {owners.state}")
    for error in owners.errors[:MOST]:
        about = f", which touches {error.path}" if error.path else ""
        yield Trouble(f"codeowners line {error.line}", f"{error.message}{about}")
    if owners.text is not None and facts.paths is None:
        yield Trouble("paths", "is missing: the owners in `codeowners.text` are those of paths")


def _lines(text: CodeOwners, paths: Iterable[str]) -> list[Trouble]:
    """Lines that aren't loaded and speak of a changed path, or of any."""
    touched = {error.line: (error, "every path") for error in text.errors if error.pattern is None}
    wrong = Paths([error.pattern or "" for error in text.errors])
    for path in paths if text.errors else ():
        for at in wrong.every(path):
            error = text.errors[at]
            if error.pattern is not None:
                touched.setdefault(error.line, (error, path))
    first = sorted(touched.items())[:MOST]
    return [Trouble(f"codeowners line {line}", f"{error.message}; it touches {path}") for line, (error, path) in first]


def _nobody(facts: Facts, sets: Iterable[OwnerSet], open_paths: Iterable[str]) -> Iterator[Trouble]:
    """What somebody has to own and nobody does. Governance counts whether or not it exists, at every tier."""
    for index, one in enumerate(facts.owner_sets):
        if not one.owners:
            yield Trouble(f"needs.owner_sets[{index}]", "names no owner, and so nobody could ever cover it")
    for role in facts.roles:
        if not role.holders:
            yield Trouble(f"needs.roles {role.name}", "has no holder on base, and so nobody could ever give it")
    owned = {path for one in sets for path in one.paths}
    whole = any(not one.paths for one in sets)
    governing = [path for path in facts.paths or () if governs(path) and not whole and path not in owned]
    open_paths = dict.fromkeys([*(open_paths if facts.is_strict else ()), *governing])
    for path in list(open_paths)[:MOST]:
        kind = "governance path" if governs(path) else f"path, at tier {facts.tier.label}"
        yield Trouble(f"path {path}", f"nobody on base owns this {kind}")


def governs(path: str) -> bool:
    """Whether `path` says who may change what, or what runs the checks: by name alone, existing or not."""
    return is_governance(path) or path.startswith(f"{GOVERNANCE[0]}/") or path in GOVERNANCE
