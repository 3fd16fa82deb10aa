"""Takes a run's answers as they come: scores each, keeps its text for the ledger, and counts for the progress line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from placet.digest import digest_of_text
from placet.errors import PlacetError
from placet.model.run import Answer, CallError, Trial
from placet.model.suite import Case, Suite
from placet.providers.costs import cost_of
from placet.runner import Progress
from placet.scorers import Output, Scorer, ScorerError, build
from placet.substitute import variables_of
from placet.tasks import Task, Tools, Turn


class Receiver:
    """Takes each answer as it comes: scores it, and counts it for the progress line of its suite."""

    def __init__(self, turns: Sequence[Turn], tools: Tools) -> None:
        self._turns, self._tools = turns, tools
        tasks = {id(turn.task): turn.task for turn in turns}
        self._scorers = {key: _scorers(task.arm.suite) for key, task in tasks.items()}
        self._total = Counter(turn.task.run.suite.name for turn in turns)
        self._done: Counter[str] = Counter()
        self._examples: dict[str, str] = {}  # kind of trouble -> what the first call of that kind said

    def result(self, index: int, outcome: Answer | CallError) -> None:
        task, case = self._turns[index].task, self._turns[index].case
        trials = task.fresh.setdefault(case.id, [])
        if isinstance(outcome, Answer):
            task.outputs[case.id, len(trials) + 1] = outcome.text
            trials.append(self._scored(task, case, outcome))
        else:
            trials.append(Trial(error=outcome.kind))
            self._examples.setdefault(outcome.kind, outcome.detail)
        self._done[task.run.suite.name] += 1

    @property
    def troubles(self) -> list[str]:
        """What went wrong with calls, each kind with what the first of them said."""
        return [f"calls ended as {kind}, the first with: {detail[:200]}" for kind, detail in self._examples.items()]

    def progress(self, progress: Progress) -> None:
        self._tools.progress(progress, {name: (self._done[name], total) for name, total in self._total.items()})

    def _scored(self, task: Task, case: Case, answer: Answer) -> Trial:
        subject = task.arm.subject
        price = self._tools.providers[subject.provider].price_of(subject.model)
        cost = cost_of(price, answer.input_tokens, answer.output_tokens)
        output, variables = Output(answer.text, answer.latency_ms, cost), variables_of(case)
        scores = {name: scorer(output, variables).value for name, scorer in self._scorers[id(task)].items()}
        tokens = (answer.input_tokens, answer.output_tokens)
        return Trial(scores, None, round(answer.latency_ms, 1), *tokens, cost, digest_of_text(answer.text))


def _scorers(suite: Suite) -> dict[str, Scorer]:
    """The suite's scorers, built. Raises PlacetError at the place of the one that can't be."""
    built = {}
    for spec in suite.scorers:
        try:
            built[spec.name] = build(spec)
        except ScorerError as error:
            raise PlacetError(f"{suite.path}:{spec.position.line}: {error.what}", help=error.help) from error
    return built
