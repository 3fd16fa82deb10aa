"""Takes a run's answers as they come: scores each, keeps its text for the ledger, and counts for the progress line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from placet.dialogue import Said, Script, script, unoffered
from placet.digest import digest_of_text
from placet.errors import PlacetError
from placet.model.run import Answer, CallError, Request, Trial
from placet.model.suite import Case, Suite
from placet.providers.costs import cost_of
from placet.runner import Progress
from placet.scorers import Output, Scorer, ScorerError, build
from placet.scorers.judge import models_asked
from placet.substitute import variables_of
from placet.supplied import kept as numbers_of
from placet.tasks import Task, Tools, Turn

_MOST_SHARED = 1_000  # kinds of scores


class Receiver:
    """Takes each answer as it comes: scores it, and counts it for the progress line of its suite."""

    def __init__(self, turns: Sequence[Turn], tools: Tools) -> None:
        self._turns, self._tools = turns, tools
        tasks = {id(turn.task): turn.task for turn in turns}
        self._scorers = {key: _scorers(task.arm.suite) for key, task in tasks.items()}
        subjects = {key: task.arm.subject for key, task in tasks.items()}
        self._prices = {key: tools.providers[own.provider].price_of(own.model) for key, own in subjects.items()}
        #: Tasks whose trials are one answer each, but for the cases with further turns.
        self._plain = {
            key for key, task in tasks.items() if not task.arm.subject.prompt.tools and not models_asked(task.arm.suite)
        }
        self._total = Counter(turn.task.run.suite.name for turn in turns)
        self._done: Counter[str] = Counter()
        self._examples: dict[str, str] = {}  # kind of trouble -> what the first call of that kind said
        self._scripts: dict[int, Script] = {}  # of trials whose first answer is there
        self._said: dict[int, Said] = {}
        self._scores: dict[tuple[tuple[str, float | None], ...], Mapping[str, float | None]] = {}

    def follow(self, index: int, answer: Answer) -> Request | CallError | None:
        """The next call that the trial wants, or None when it has ended; an error when nothing can come of it."""
        turn = self._turns[index]
        if id(turn.task) in self._plain and not turn.case.turns:
            return unoffered(answer)
        running = self._scripts.get(index)
        try:
            if running is not None:
                return running.send(answer)
            self._scripts[index] = script(turn, answer)
            return next(self._scripts[index])
        except StopIteration as end:
            if isinstance(end.value, CallError):
                return end.value
            self._said[index] = end.value
            return None

    def result(self, index: int, outcome: Answer | CallError) -> None:
        turn = self._turns[index]
        task, case = turn.task, turn.case
        self._scripts.pop(index, None)
        said = self._said.pop(index, None)
        if isinstance(outcome, Answer):
            said = said or Said((outcome,))
            kept = said.kept
            task.keep(case, turn.trial, self._scored(task, case, said, digest_of_text(kept)), kept)
        else:
            task.fresh.setdefault(case.id, []).append(Trial(error=outcome.kind))
            self._examples.setdefault(outcome.kind, outcome.detail)
        self._done[task.run.suite.name] += 1

    @property
    def troubles(self) -> list[str]:
        """What went wrong with calls, each kind with what the first of them said."""
        return [f"calls ended as {kind}, the first with: {detail[:200]}" for kind, detail in self._examples.items()]

    def progress(self, progress: Progress) -> None:
        self._tools.progress(progress, {name: (self._done[name], total) for name, total in self._total.items()})

    def _scored(self, task: Task, case: Case, said: Said, digest: str) -> Trial:
        price = self._prices[id(task)]
        latency = sum(answer.latency_ms for answer in said.answers)
        tokens = (_sum(answer.input_tokens for answer in said.answers), _sum(a.output_tokens for a in said.answers))
        cost = cost_of(price, *tokens)
        output = Output(said.text, latency, cost, said.calls, said.turns, said.verdicts)
        variables = variables_of(case)
        scores = self._shared(
            numbers_of({name: scorer(output, variables) for name, scorer in self._scorers[id(task)].items()})
        )
        return Trial(scores, None, round(latency, 1), *tokens, cost, digest)

    def _shared(self, scores: Mapping[str, float | None]) -> Mapping[str, float | None]:
        """Equal scores once: most trials of a run have those of another."""
        key = tuple(scores.items())
        if len(self._scores) < _MOST_SHARED:
            return self._scores.setdefault(key, scores)
        return self._scores.get(key, scores)


def _sum(counts: Iterable[int | None]) -> int | None:
    """Of tokens; what one answer doesn't tell, nobody knows of all."""
    known = list(counts)
    return None if None in known else sum(count for count in known if count is not None)


def _scorers(suite: Suite) -> dict[str, Scorer]:
    """The suite's scorers, built. Raises PlacetError at the place of the one that can't be."""
    built = {}
    for spec in suite.scorers:
        try:
            built[spec.name] = build(spec)
        except ScorerError as error:
            raise PlacetError(f"{suite.path}:{spec.position.line}: {error.what}", help=error.help) from error
    return built
