"""Owners that look like a slip of the pen: written once, and one letter away from an owner that is written often.

Teams that differ by a number or by a short word on purpose are no slips.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from placet.codeowners.owners import Rule

OFTEN = 3  # so many lines know an owner well
MOST_KNOWN = 300  # well-known owners that are compared
_SHORTEST = 6  # characters of an owner
_SHORTEST_WORD = 4  # characters of the word in it that differs
_LONGEST = 120
_PARTING = str.maketrans("/-_.@+", "      ")


def misspelt(rules: Iterable[Rule]) -> Iterator[tuple[Rule, str, str, int]]:
    """The rule, the owner that it alone names, the one that may be meant, and how many lines name that."""
    counts: dict[str, int] = {}
    alone: dict[str, tuple[Rule, str]] = {}
    spelt: dict[str, str] = {}
    for rule in rules:
        for owner, name in {owner.lower(): owner for owner in rule.owners}.items():
            counts[owner] = counts.get(owner, 0) + 1
            spelt.setdefault(owner, name)
            alone[owner] = (rule, name)
    known = sorted((owner for owner, count in counts.items() if count >= OFTEN), key=lambda one: (-counts[one], one))
    near = _by_variant(known[:MOST_KNOWN])
    for owner, (rule, name) in alone.items():
        if counts[owner] == 1 and near:
            meant = _meant(owner, near)
            if meant:
                yield rule, name, spelt[meant], counts[meant]


def _by_variant(known: Iterable[str]) -> dict[str, list[str]]:
    """What is left of each owner when one letter, or none, is left out: two that are an edit apart share one."""
    near: dict[str, list[str]] = {}
    for owner in known:
        if _SHORTEST <= len(owner) <= _LONGEST:
            for variant in _variants(owner):
                near.setdefault(variant, []).append(owner)
    return near


def _variants(owner: str) -> set[str]:
    return {owner} | {owner[:at] + owner[at + 1 :] for at in range(len(owner))}


def _meant(owner: str, near: dict[str, list[str]]) -> str | None:
    if not _SHORTEST <= len(owner) <= _LONGEST:
        return None
    candidates = {other for variant in _variants(owner) for other in near.get(variant, ())}
    return min((other for other in candidates if _is_slip(owner, other)), default=None)


def _is_slip(owner: str, other: str) -> bool:
    """Whether one letter was left out, added, replaced, or swapped with its neighbour."""
    if [char for char in owner if char.isdigit()] != [char for char in other if char.isdigit()]:
        return False
    start = 0
    while start < min(len(owner), len(other)) and owner[start] == other[start]:
        start += 1
    rest, meant = owner[start:], other[start:]
    edits = (rest[1:] == meant[1:], rest[1:] == meant, rest == meant[1:])
    swapped = len(rest) > 1 and rest[:2] == meant[1::-1] and rest[2:] == meant[2:]
    return (any(edits) or swapped) and _word_is_long(owner, other)


def _word_is_long(owner: str, other: str) -> bool:
    words, others = owner.translate(_PARTING).split(), other.translate(_PARTING).split()
    if len(words) != len(others):
        return True  # what parts two words is what differs
    return all(max(len(a), len(b)) >= _SHORTEST_WORD for a, b in zip(words, others, strict=True) if a != b)
