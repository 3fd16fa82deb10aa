"""How far a run is: one redrawn line per suite on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from types import TracebackType
from typing import Self, TextIO

import click

from placet.cli.colour import wants_colour
from placet.providers.estimate import Estimate
from placet.report.numbers import count
from placet.runner import Progress

_BAR = 20
_REDRAW_SECONDS, _LINE_SECONDS = 0.1, 5.0

Suites = Mapping[str, tuple[int, int]]


class Meter:
    """Shows a run's progress on `stream`, and nothing for a run that is over at once."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._drawn = 0
        self._started = self._last = monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._erase()

    def asking(self, ask: Callable[[str], bool] | None) -> Callable[[Estimate], bool]:
        """Says what a run will take; asks first when it costs money and somebody is there to answer."""

        def confirm(estimate: Estimate) -> bool:
            about = "at least" if estimate.at_least else "about"
            money = _or_more if estimate.at_least else _at_most
            cost = f"{money(estimate.cost_usd)}{_duration(estimate.seconds)}"
            said = f"{about} {count(estimate.calls, 'model call')}, {cost}"
            self._started = monotonic()
            if ask and estimate.calls and estimate.cost_usd != 0:
                return ask(f"{said[0].upper()}{said[1:]}. Run?")
            if estimate.calls:
                click.echo(said, file=self._stream)
            return True

        return confirm

    def show(self, progress: Progress, suites: Suites) -> None:
        wait = _REDRAW_SECONDS if self._live else _LINE_SECONDS
        if monotonic() - self._last < wait and progress.done < progress.total:
            return
        self._last = monotonic()
        if self._live:
            self._draw(
                [_line(name, done, total, wants_colour(self._stream)) for name, (done, total) in suites.items()],
                progress,
            )
        elif progress.done < progress.total:
            click.echo(f"{progress.done}/{progress.total} answers, {self._rest(progress)}", file=self._stream)

    def _draw(self, lines: list[str], progress: Progress) -> None:
        self._erase()
        lines.append(f"  {self._rest(progress)}")
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()
        self._drawn = len(lines)

    def _erase(self) -> None:
        if self._live and self._drawn:
            self._stream.write(f"\x1b[{self._drawn}F\x1b[J")
            self._stream.flush()
            self._drawn = 0

    def _rest(self, progress: Progress) -> str:
        passed = monotonic() - self._started
        left = passed / progress.done * (progress.total - progress.done) if progress.done else 0.0
        errors = f"  errors {progress.errors}" if progress.errors else ""
        return f"calls {progress.calls}  {_money(progress.cost_usd)}{errors}  ~{left:.0f} s left"


def _line(name: str, done: int, total: int, colour: bool) -> str:
    filled = round(_BAR * done / total) if total else _BAR
    bar = "█" * filled + "·" * (_BAR - filled)
    return f"  {name:<14} {done:>4}/{total:<4} {click.style(bar, fg='green') if colour and done == total else bar}"


def _money(cost: float | None) -> str:
    return "cost unknown" if cost is None else f"${cost:.3f}"


def _at_most(cost: float | None) -> str:
    return f"at most {_money(cost)}" if cost else _money(cost)


def _or_more(cost: float | None) -> str:
    return f"{_money(cost)} or more" if cost else _money(cost)


def _duration(seconds: float | None) -> str:
    return "" if seconds is None else f", about {max(1, round(seconds))} s"
