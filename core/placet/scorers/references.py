"""Texts that an answer is compared with, their placeholders filled in. Compares nothing itself."""

from __future__ import annotations

from collections.abc import Mapping

from placet.model.run import Score
from placet.scorers.text import unsupplied
from placet.substitute import placeholders, substitute


def filled(templates: tuple[str, ...], variables: Mapping[str, str]) -> tuple[str, ...] | Score:
    """The texts for this case, or a failed score when the case lacks a variable that one of them names."""
    names = frozenset(name for template in templates for name in placeholders(template))
    missing = unsupplied(names, variables)
    return missing if missing is not None else tuple(substitute(template, variables) for template in templates)
