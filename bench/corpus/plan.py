"""Which systems there are and what each has, before a word of them is written. The same for the same size and seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from bench.corpus.words import DOMAINS, TASKS, VARIABLES

#: The prompt that a twenty-fifth of all systems share, and its model.
SHARED_PROMPT = "prompts/shared/tone.prompt.yml"
SHARED_MODEL = "acme/tone"
#: The control that a twenty-fifth of all systems have a waiver for. It is due in production, long after a commit.
WAIVED_CONTROL = "legacy-logging"
#: The provider that a twenty-fifth of all systems use.
RARE_PROVIDER = "legacy-gateway"
#: In files: `4 % of the systems`.
SHARE = 25
#: So many systems with suites and documents are wanted even in a small repository; there every fifth has them.
LEAST_SUITED = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """One system: who it is, what it may do and which files it has."""

    index: int
    id: str
    domain: str
    task: str
    variable: str
    tier: str
    shares_prompt: bool
    waives_logging: bool
    waives_document: bool  # a demanded one, for which it has a waiver instead
    rare_provider: bool
    suited: bool
    documented: bool
    incident: bool
    agent: bool  # its prompt offers tools
    judged: bool  # by a model, in a scorer of its suite
    labelled: bool  # by people, as its tier may demand
    recorded: str  # of what it has recorded outputs: of a model, of a prompt, or of nothing

    @property
    def registration(self) -> str:
        return f"systems/{self.id}/system.yaml"

    @property
    def prompt(self) -> str:
        """Its own one; the first system has none of its own."""
        return f"prompts/{self.id}/{self.task}.prompt.yml" if self.index else SHARED_PROMPT

    def rng(self, seed: int, what: str) -> random.Random:
        """Chance that depends on nothing but the system and the file: a longer repository begins like a shorter one."""
        return random.Random(f"{seed}/{self.index}/{what}")


def plans(systems: int, seed: int) -> list[Plan]:
    return list(_plans(systems, seed))


def _plans(systems: int, seed: int) -> Iterator[Plan]:
    step = max(5, min(SHARE, systems // LEAST_SUITED))
    for index in range(systems):
        rng = random.Random(f"{seed}/{index}")
        domain, task = DOMAINS[index % len(DOMAINS)], rng.choice(TASKS)
        tier = _tier(index)
        suited = tier in ("high", "critical") or index % step == 1
        yield Plan(
            index=index,
            id=f"{domain}-{task}-{index:05d}",
            domain=domain,
            task=task,
            variable=rng.choice(VARIABLES),
            tier=tier,
            shares_prompt=index == 0 or index % SHARE == 14,
            waives_logging=index % SHARE == 3,
            waives_document=index % 100 == 49,
            rare_provider=index % SHARE == 9,
            suited=suited,
            documented=tier in ("high", "critical") or (suited and index % 2 == 0),
            incident=index % SHARE in (7, 18),
            agent=index % 3 == 1,
            judged=suited and index // 5 % 4 == 0,
            labelled=tier == "critical" or (suited and index // 5 % 4 == 1),
            recorded=("model", "prompt")[index // 20 % 2] if _is_recorded(index, suited, tier) else "",
        )


def _is_recorded(index: int, suited: bool, tier: str) -> bool:
    return suited and tier in ("low", "medium") and index // 5 % 4 == 2


def _tier(index: int) -> str:
    """Three fifths low, two percent each high and critical, the others medium; spread over the domains."""
    place = index % 50
    if place in (23, 49):
        return "critical" if place == 49 else "high"
    return "low" if place % 5 < 3 else "medium"
