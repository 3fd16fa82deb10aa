"""What a kind of fault is, and which systems it can be planted in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.corpus.damage import Damage
from bench.corpus.plan import Plan

Needs = Callable[[Plan], bool]
Plant = Callable[[Damage, Plan], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """`once`: it hurts a file that all systems share, so that there can be one of it."""

    name: str
    plant: Plant
    needs: Needs
    once: bool = False


def whole(plan: Plan) -> bool:
    """Any system but those that many others hang on."""
    return plan.index > 0 and not plan.shares_prompt


def anyone(plan: Plan) -> bool:
    """The same, of whose answers nothing is kept: another prompt or model makes nothing stale."""
    return whole(plan) and not plan.labelled and not plan.recorded


def simple(plan: Plan) -> bool:
    """Nothing but a registration and a prompt: a change of the registration makes no document stale."""
    return anyone(plan) and not plan.documented and not plan.waives_logging


def demanding(plan: Plan) -> bool:
    """Of a tier that asks for pinned models, more owners and more monitors."""
    return simple(plan) and plan.tier == "medium"


def modest(plan: Plan) -> bool:
    """Of a tier that demands nothing but business and technical owners."""
    return simple(plan) and plan.tier == "low"


def suited(plan: Plan) -> bool:
    return whole(plan) and plan.suited and not plan.waives_document


def lone(plan: Plan) -> bool:
    """With a suite that nothing else hangs on: no labels, and no other suite."""
    return suited(plan) and anyone(plan)


def documented(plan: Plan) -> bool:
    return suited(plan) and plan.documented


def strict(plan: Plan) -> bool:
    """Of a tier that demands suite and documents."""
    return suited(plan) and plan.tier in ("high", "critical")


def agent(plan: Plan) -> bool:
    return simple(plan) and plan.agent


def judged(plan: Plan) -> bool:
    """With a suite that a model judges, at a tier that lets models float."""
    return suited(plan) and plan.judged and plan.tier == "low" and not plan.documented


def labelled(plan: Plan) -> bool:
    """By people, though its tier doesn't ask for it."""
    return whole(plan) and plan.labelled and plan.tier == "low"


def labelled_as_asked(plan: Plan) -> bool:
    return whole(plan) and plan.labelled and plan.tier == "critical"


def of_model(plan: Plan) -> bool:
    """With recorded outputs of a model."""
    return suited(plan) and plan.recorded == "model" and not plan.documented


def of_prompt(plan: Plan) -> bool:
    """With recorded outputs of a prompt."""
    return suited(plan) and plan.recorded == "prompt" and not plan.documented


def recorded(plan: Plan) -> bool:
    return of_model(plan) or of_prompt(plan)


def excused(plan: Plan) -> bool:
    """With a waiver of what isn't due on commit."""
    return anyone(plan) and plan.waives_logging and not plan.suited


def edit(pattern: str, replacement: str, rule: str, *more: tuple[str, str]) -> Plant:
    """One edit of the registration; `more` are edits without a mark."""

    def plant(damage: Damage, plan: Plan) -> None:
        damage.edit(plan.registration, pattern, replacement, rule)
        for other, new in more:
            damage.edit(plan.registration, other, new)

    return plant


def prompt(pattern: str, replacement: str, rule: str, *more: tuple[str, str]) -> Plant:
    """One edit of the prompt."""

    def plant(damage: Damage, plan: Plan) -> None:
        damage.edit(plan.prompt, pattern, replacement, rule)
        for other, new in more:
            damage.edit(plan.prompt, other, new)

    return plant


def file(name: str, pattern: str, replacement: str, rule: str, *more: tuple[str, str]) -> Plant:
    """One edit of a file in the system's folder."""

    def plant(damage: Damage, plan: Plan) -> None:
        path = f"systems/{plan.id}/{name}"
        damage.edit(path, pattern, replacement, rule)
        for other, new in more:
            damage.edit(path, other, new)

    return plant


def policy(path: str, pattern: str, replacement: str, rule: str, *more: tuple[str, str]) -> Plant:
    """One edit of a file that all systems share."""

    def plant(damage: Damage, _: Plan) -> None:
        damage.edit(path, pattern, replacement, rule)
        for other, new in more:
            damage.edit(path, other, new)

    return plant
