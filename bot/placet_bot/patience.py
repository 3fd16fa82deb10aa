"""How long and how often the bot waits for GitHub: values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """`longest_wait` bounds a wait that GitHub asks for: when it wants more, the bot gives up and says so.

    GitHub asks for a second between writes; reads may follow each other faster.
    """

    tries_again: int = 4
    backoff_seconds: float = 1.0
    longest_wait: float = 60.0
    between_requests: float = 0.1
    between_writes: float = 1.0
    timeout_seconds: int = 30
