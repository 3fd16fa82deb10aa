"""Which faults are planted where: every kind in turn, each in a system of its own, chosen by the seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bench.corpus.damage import Answer, Damage
from bench.corpus.faults.extras import EXTRAS
from bench.corpus.faults.kind import Kind
from bench.corpus.faults.others import OTHERS
from bench.corpus.faults.outputs import OUTPUTS
from bench.corpus.faults.policies import ALONE, SHARED, WAIVERS
from bench.corpus.faults.prompts import PROMPTS
from bench.corpus.faults.registrations import REGISTRATIONS
from bench.corpus.faults.suites import SUITES
from bench.corpus.faults.texts import TEXTS
from bench.corpus.faults.workflows import WORKFLOWS
from bench.corpus.files import Files
from bench.corpus.plan import Plan

KINDS: tuple[Kind, ...] = (
    *REGISTRATIONS,
    *TEXTS,
    *PROMPTS,
    *SUITES,
    *OUTPUTS,
    *WAIVERS,
    *SHARED,
    *WORKFLOWS,
    *OTHERS,
)
EVERY: dict[str, Kind] = {kind.name: kind for kind in (*KINDS, *ALONE, *EXTRAS)}


@dataclass(slots=True)
class _Field:
    """The systems that are still whole."""

    damage: Damage
    free: list[Plan]

    def plant(self, kind: Kind) -> bool:
        """Whether there was a place for it."""
        place = next((plan for plan in self.free if kind.needs(plan)), None)
        if place is None:
            return False
        if not kind.once:
            self.free.remove(place)
        self.damage.kind = kind.name
        kind.plant(self.damage, place)
        return True


def plant(files: Files, plans: Sequence[Plan], kinds: Sequence[Kind], count: int, seed: int) -> list[Answer]:
    """Plant `count` faults of `kinds`: each once as far as there is a place for it, and then again.

    Raises LookupError when there are too few systems. The rarest systems go first to the kinds that need them.
    """
    rng = random.Random(f"{seed}/faults")
    field = _Field(Damage(files), rng.sample(plans, len(plans)))
    first = rng.sample(kinds, len(kinds))[:count]
    left = count - sum([field.plant(kind) for kind in sorted(first, key=lambda kind: sum(map(kind.needs, plans)))])
    again = [kind for kind in first if not kind.once]
    while left:
        planted = 0
        for kind in again:
            planted += planted < left and field.plant(kind)
        if not planted:
            raise LookupError(f"no system is left for {left} of {count} faults")
        left -= planted
    return field.damage.answers()
