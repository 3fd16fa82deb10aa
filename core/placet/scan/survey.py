"""The signs of a whole repository, put together: which part they speak of, and whether the register knows of it.

A sign is registered when a registration names its file under `prompts:`, or matches it by a pattern of `x-sources:`,
which are written like those of CODEOWNERS. Everything else that runs is shadow AI.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from placet.model.register import System
from placet.scan.register import SPACES, Register
from placet.scan.signs import FOR_INFORMATION, Found, Sign, Sort
from placet.scan.units import AGENTS, Layout, Unit, slug


@dataclass(frozen=True)
class Group:
    """The signs of one part of the repository.

    `known` are the systems that registrations tie to some of it; `near` the one that the rest seems to belong to.
    """

    id: str
    folder: str
    signs: tuple[Sign, ...]
    known: tuple[str, ...] = ()
    near: str | None = None
    shadow: tuple[Sign, ...] = ()  # those that no registration speaks of

    @cached_property
    def vendors(self) -> tuple[str, ...]:
        """Whose models it calls, most often named first."""
        named = [sign.vendor for sign in self.signs if sign.vendor and sign.sort not in (Sort.MCP, Sort.INSTRUCTIONS)]
        return tuple(sorted(dict.fromkeys(named), key=lambda vendor: -named.count(vendor)))

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(sign.path for sign in self.signs))

    @property
    def ungoverned(self) -> tuple[str, ...]:
        """Prompt files that stand where none is governed: a registration may speak of them, and nothing judges them."""
        prompts = dict.fromkeys(sign.path for sign in self.signs if sign.sort is Sort.PROMPT)
        return tuple(path for path in prompts if not is_governed_prompt(path))


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found: groups that no registration speaks of come first.

    `information` decides nothing: what coding agents are told, and `aside` what stands in tests alone.
    """

    groups: tuple[Group, ...]
    information: tuple[Sign, ...] = ()
    aside: tuple[Sign, ...] = ()
    retired: Mapping[str, tuple[Sign, ...]] = field(default_factory=dict)  # signs of systems that are out of use

    @property
    def shadow(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.shadow)


def survey(found: Mapping[str, Found], layout: Layout, systems: Iterable[System]) -> Survey:
    """Group what was found, by path, and hold it against the register."""
    register = Register(systems)
    signs = [sign for path in sorted(found) for sign in found[path].signs if not _of_its_own(sign, layout)]
    counted = [sign for sign in signs if sign.sort not in FOR_INFORMATION and not layout.is_aside(sign.path)]
    units = _units(counted, found, layout)
    called = Counter(unit.id for unit in set(units.values()))
    by_unit: dict[Unit, list[Sign]] = {}
    for sign in counted:
        by_unit.setdefault(units[sign.path], []).append(sign)
    groups = [
        _group(unit, by_unit[unit], found, register, alone=called[unit.id] == 1)
        for unit in sorted(by_unit, key=lambda unit: (unit.id, unit.folder))
    ]
    aside = tuple(s for s in signs if s.sort not in FOR_INFORMATION and layout.is_aside(s.path))
    retired = {id: tuple(s for s in counted if id in register.systems_of(s.path)) for id in sorted(register.retired)}
    return Survey(
        groups=tuple(sorted(_named(groups, register), key=lambda group: (not group.shadow, group.id))),
        information=tuple(sign for sign in signs if sign.sort in FOR_INFORMATION),
        aside=aside,
        retired={id: kept for id, kept in retired.items() if kept},
    )


def _of_its_own(sign: Sign, layout: Layout) -> bool:
    """Whether what looks like an SDK is a module of this repository."""
    return sign.sort is Sort.IMPORT and sign.path.endswith(".py") and layout.holds_module(sign.path, sign.what)


def _units(signs: Sequence[Sign], found: Mapping[str, Found], layout: Layout) -> dict[str, Unit]:
    """The unit of each file; a prompt that the code of one other unit alone mentions goes with that code."""
    users: dict[str, set[Unit]] = {}
    for path, shown in found.items():
        for name in shown.references if not layout.is_aside(path) else ():
            users.setdefault(name, set()).add(layout.unit_of(path))
    called = Counter(sign.path.rpartition("/")[2] for sign in signs if sign.sort is Sort.PROMPT)
    units: dict[str, Unit] = {}
    for sign in signs:
        name = sign.path.rpartition("/")[2]
        unit, using = layout.unit_of(sign.path), users.get(name, set())
        if sign.sort is Sort.MCP:
            unit = Unit(unit.folder, AGENTS if not unit.folder else f"{unit.id[:58]}-agent")
        elif sign.sort is Sort.PROMPT and len(using) == 1 and called[name] == 1:
            unit = next(iter(using))
        units[sign.path] = unit
    return _merged(units)


def _merged(units: dict[str, Unit]) -> dict[str, Unit]:
    """Prompts in `prompts/<id>/` go with the only code that is called <id>."""
    code: dict[str, set[Unit]] = {}
    for unit in units.values():
        if not unit.folder.startswith("prompts"):
            code.setdefault(unit.id, set()).add(unit)
    homes = {id: next(iter(found)) for id, found in code.items() if len(found) == 1}
    return {
        path: homes.get(unit.id, unit) if unit.folder.startswith("prompts") else unit for path, unit in units.items()
    }


def _group(unit: Unit, signs: list[Sign], found: Mapping[str, Found], register: Register, *, alone: bool) -> Group:
    """The signs of a unit. A system of its name is near as long as no other unit is called so."""
    known = dict.fromkeys(id for sign in signs for id in register.systems_of(sign.path))
    shadow = tuple(sign for sign in signs if not register.systems_of(sign.path))
    mentioned = dict.fromkeys(
        id
        for path in dict.fromkeys(sign.path for sign in shadow)
        for name in found[path].references
        for id in register.prompts_called(name)
    )
    near = [*mentioned, *known, *([unit.id] if alone and unit.id in register.ids else [])] if shadow else []
    live = [id for id in dict.fromkeys(near) if id not in register.retired]
    return Group(unit.id, unit.folder, tuple(signs), tuple(known), live[0] if len(live) == 1 else None, shadow)


def _named(groups: list[Group], register: Register) -> list[Group]:
    """Each group with an id of its own: the folders above tell groups apart that are called the same."""
    taken = dict.fromkeys(register.ids, 0)
    named = []
    for group in groups:
        id, number = group.id, 2
        free = group.near is None and id not in group.known
        if free and id in taken:
            id = slug(group.folder.replace("/", "-"))[-64:].strip("-") or id
        while free and id in taken:
            id, number = f"{group.id[:60].rstrip('-')}-{number}", number + 1
        taken[id] = 1
        named.append(Group(id, group.folder, group.signs, group.known, group.near, group.shadow))
    return named


def is_governed_prompt(path: str) -> bool:
    """Whether a registration can name the file under `prompts:`."""
    return path.startswith("prompts/") and path.endswith((".prompt.yml", ".prompt.yaml"))


def patterns_for(group: Group) -> tuple[str, ...]:
    """What to write as `x-sources:`: the group's folder, or else its files. Prompts are registered one by one."""
    paths = [path for path in group.files if not is_governed_prompt(path)]
    if group.folder and not group.folder.startswith(("prompts", ".github/")):
        outside = [path for path in paths if not path.startswith(f"{group.folder}/")]
        return (f"/{_literal(group.folder)}/", *(f"/{_literal(path)}" for path in outside))
    return tuple(f"/{_literal(path)}" for path in paths)


def _literal(path: str) -> str:
    """The path as a pattern; what a pattern can't hold is matched by a question mark."""
    escaped = "".join(f"\\{char}" if char in "\\*?" else char for char in path)
    return "".join("?" if char in SPACES or "\ud800" <= char <= "\udfff" else char for char in escaped)
