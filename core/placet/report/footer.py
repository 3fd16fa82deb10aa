"""What a review rests on and what it took, in one line: commits, policy, calls, cost, evidence."""

from __future__ import annotations

from collections.abc import Iterator

from placet.plan import Ends
from placet.report.escape import tick
from placet.report.numbers import count, money
from placet.results import Review, Spent

_SHORT = 7
HOW = "how this was judged: docs/statistics.md in Placet's repository"


def footer(review: Review) -> list[str]:
    parts = [commits(review.plan.ends, review.base_name), f"policy {tick(review.policy[:_SHORT])}"]
    if review.plan.runs:
        parts += list(spent(review.spent))
    if review.prices:
        parts.append(f"prices {tick(short_digest(review.prices))}")
    if review.evidence:
        more = f" and {len(review.evidence) - 1} more" if len(review.evidence) > 1 else ""
        parts.append(f"evidence {tick(short_digest(review.evidence[0]))}{more}")
    if review.plan.runs:
        parts.append(HOW)
    return parts


def commits(ends: Ends, base_name: str) -> str:
    head = "the working tree" if ends.uncommitted else tick(ends.head[:_SHORT])
    return f"{head} merged onto {tick(base_name)} {tick(ends.base[:_SHORT])}"


def spent(took: Spent) -> Iterator[str]:
    """Calls and cost; then the calls saved, and those that failed."""
    yield f"{count(took.calls, 'model call')}, {money(took.cost_usd)}"
    saved = [(took.reused, "from evidence"), (took.cached, "from the cache")]
    known = [f"{number:,} {whence}" for number, whence in saved if number]
    if known:
        yield (
            f"{count(took.reused + took.cached, 'call')} saved: {', '.join(known)}"
            if len(known) > 1
            else (f"{count(took.reused + took.cached, 'answer')} {saved[0][1] if took.reused else saved[1][1]}")
        )
    if took.errors:
        failed = ", ".join(f"{number} {kind}" for kind, number in sorted(took.errors.items()))
        yield f"calls without an answer: {failed}"


def short_digest(digest: str) -> str:
    name, _, hexadecimal = digest.partition(":")
    return f"{name}:{hexadecimal[:8]}…" if len(hexadecimal) > 8 else digest
