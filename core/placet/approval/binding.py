"""What an approval is bound to, and whether that still is what would be merged.

It binds to a head commit, the digest of its diff, the merge base and the evidence. States are compared, not clocks:
an approval of other content doesn't become one of this content by being late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from placet.approval.facts import Diff, Event, Evidence, Facts
from placet.approval.people import Rule
from placet.record import record

_WORSE = {"pass": 0, "inconclusive": 1, "fail": 2, "error": 3}


@record
class Same:
    """Heads, and digests of diffs, an approval of which is one of today's content."""

    heads: frozenset[str]
    digests: frozenset[str]
    retargeted: Event | None  # the last change of the base branch


def same_content(facts: Facts) -> Same:
    """From head backwards: over clean merges of base to what they merged, and to whatever has the same diff."""
    by_digest: dict[str, list[str]] = {}
    for head, diff in facts.diffs.items():
        by_digest.setdefault(diff.digest, []).append(head)
    parents = {commit.sha: commit.parents for commit in facts.commits}
    heads, digests, pending = {facts.head}, set[str](), [facts.head]
    while pending:
        head = pending.pop()
        known = facts.diffs.get(head)
        if known is None:
            continue
        reached = [] if known.digest in digests else by_digest[known.digest]
        digests.add(known.digest)
        if facts.keeps_clean_updates:
            reached = [*reached, *_merged_cleanly(parents.get(head, ()), known, facts)]
        pending += [one for one in reached if one not in heads]
        heads.update(reached)
    retargets = [event for event in facts.events if event.kind == "retarget"]
    return Same(frozenset(heads), frozenset(digests), retargets[-1] if retargets else None)


def _merged_cleanly(parents: tuple[str, ...], diff: Diff, facts: Facts) -> Iterator[str]:
    """What was merged with base, if that merge adds nothing to what git makes of the two by itself."""
    match parents:
        case (merged, of_base) if of_base in facts.boundary and merged not in facts.boundary:
            if diff.tree and diff.tree == diff.recomputed_tree:
                yield merged


def why_lapsed(approval: Event, same: Same, facts: Facts) -> Iterator[Rule]:
    """By which rules the approval is no longer one of what would be merged now."""
    if not _is_same(approval, same, facts.diffs):
        yield Rule("other-content", f"approved {approval.head[:12]}, and {facts.head[:12]} is other content")
    if same.retargeted and same.retargeted.order > approval.order and approval.merge_base != facts.merge_base:
        yield Rule("other-base", f"approved before the base branch became {same.retargeted.base}")
    yield from _about_evidence(approval, facts)
    limit = facts.max_age_days
    if limit is not None and facts.now - approval.at > timedelta(days=limit):
        yield Rule("too-old", f"approved on {approval.at.date()}, and counts for {limit} days")


def _is_same(approval: Event, same: Same, diffs: Mapping[str, Diff]) -> bool:
    known = diffs.get(approval.head)
    if approval.head in same.heads:
        return not approval.diff or known is None or approval.diff == known.digest
    return known is None and approval.diff in same.digests


def _about_evidence(approval: Event, facts: Facts) -> Iterator[Rule]:
    """At the strict tiers it has to come after the evidence; below, worse evidence makes it stale."""
    evidence = facts.evidence
    if evidence is None:
        return
    is_bound, is_earlier = approval.evidence == evidence.digest, approval.at <= evidence.at
    if facts.is_strict:
        if approval.evidence and not is_bound:
            yield Rule("other-evidence", f"approved on other evidence than that of {_when(evidence)}")
        elif is_earlier:
            yield Rule("before-evidence", f"approved before the evidence of {_when(evidence)} was there")
    elif is_bound or not (is_earlier or approval.evidence):
        return
    elif _WORSE[evidence.verdict] > _WORSE[_seen(approval, evidence)]:
        yield Rule("worse-evidence", f"approved before the evidence of {_when(evidence)}, which is worse")


def _seen(approval: Event, evidence: Evidence) -> str:
    """The verdict that the approver could see. Whoever approved without any relied on a good one."""
    bound = [one.verdict for one in evidence.earlier if one.digest == approval.evidence]
    before = bound or [one.verdict for one in evidence.earlier if one.at < approval.at]
    return before[-1] if before else "pass"


def _when(evidence: Evidence) -> str:
    return evidence.at.strftime("%Y-%m-%d %H:%M")
