"""The cases of a run as folds of the comment: one line that sums them up, then a block for each that is shown whole."""

from __future__ import annotations

from collections.abc import Sequence

from placet.claims import labelled
from placet.judge import Outcome
from placet.record import record
from placet.report.escape import tick
from placet.report.failures import on_both
from placet.report.flips import Flip, Flips
from placet.report.losses import Loss, Losses
from placet.report.numbers import count, listed, p_value
from placet.report.wrapped import flip_lines, loss_lines
from placet.results import Review

_MORE = 50


@record
class Block:
    case: str
    what: str
    texts: str


@record
class Fold:
    """`total` and `sums` hold no data of anybody's but numbers."""

    system: str
    suite: str
    total: str
    sums: str
    blocks: tuple[Block, ...]
    more: str


def fold(found: Flips, cases: int, longest: int) -> Fold:
    """The first `cases` of them whole, each text cut to `longest` characters; of the others only the names."""
    shown, rest = found.cases[:cases], found.cases[cases:]
    return Fold(
        system=_owner(found.outcome),
        suite=labelled(found.outcome.run.suite),
        total=f"{count(len(found.cases), 'case')} flipped",
        sums=sums(found),
        blocks=tuple(Block(flip.case.id, what(flip), flip_lines(flip, longest)) for flip in shown),
        more=_also([flip.case.id for flip in rest]),
    )


def fold_of_losses(found: Losses, longest: int) -> Fold:
    """Where there is no before: the first failing cases whole, of the others the names."""
    return Fold(
        system=_owner(found.outcome),
        suite=labelled(found.outcome.run.suite),
        total=how_many_fail(len(found.cases)),
        sums="",
        blocks=tuple(Block(loss.case.id, why(loss), loss_lines(loss, longest)) for loss in found.first),
        more=_also(found.rest),
    )


def folds_of_both(review: Review) -> list[Fold]:
    """The cases that fail on base as well: no news, and no reason to forget them."""
    found = [(outcome, names) for outcome in review.outcomes if (names := both(outcome, review))]
    return [
        Fold(
            _owner(outcome),
            labelled(outcome.run.suite),
            f"{how_many_fail(len(names))} before and after",
            "",
            (),
            listed(names, _MORE),
        )
        for outcome, names in found
    ]


def both(outcome: Outcome, review: Review) -> list[str]:
    """Each case that fails on both sides, with what it fails."""
    return [f"{tick(id)} ({listed([tick(name) for name in by])})" for id, by in on_both(outcome, review).items()]


def why(loss: Loss) -> str:
    return f"fails {listed([tick(name) for name in loss.by])}{f': {tick(loss.why)}' if loss.why else ''}"


def how_many_fail(number: int) -> str:
    return f"{count(number, 'case')} {'fails' if number == 1 else 'fail'}"


def _owner(outcome: Outcome) -> str:
    return outcome.run.system or outcome.run.prompt


def _also(ids: Sequence[str]) -> str:
    return f"Also {listed([tick(id) for id in ids], _MORE)}" if ids else ""


def sums(found: Flips) -> str:
    """How many each way, and how likely chance alone is; the p of one metric only, since a sum has none."""
    numbers = [(len(found.failing), "newly failing"), (len(found.passing), "newly passing")]
    text = ", ".join(f"{number} {way}" for number, way in numbers if number)
    return f"{text} · exact McNemar {p_value(*found.p.values())}" if len(found.p) == 1 else text


def what(flip: Flip) -> str:
    """What happened to one case."""
    ways = (("fails", flip.fails or flip.failing), ("passes", flip.passes or flip.passing))
    return ", ".join(f"newly {way} {listed([tick(name) for name in names])}" for way, names in ways if names)
