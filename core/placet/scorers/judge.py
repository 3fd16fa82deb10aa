"""A model as a judge: what it is asked of an output (`questions`), and what its words are worth (the scorers).

Pure: somebody else makes the calls. A judge's words are as untrusted as what it judged: only the exact form counts, and
whatever else it says gives no score, which is never a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from placet.digest import digest
from placet.model.register import Message, Model
from placet.model.run import Request, Score
from placet.model.suite import ScorerSpec, Suite
from placet.parse.suites import JUDGE_EVALUATOR
from placet.record import record, replace
from placet.scorers import github, judge_prompts
from placet.scorers.json_text import NotJsonError, read
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, kind, only, text
from placet.scorers.shown import clip
from placet.substitute import only_placeholder, substitute

RUBRIC, PAIRWISE = "judge", "pairwise"
#: Scorer types whose score is a model's opinion. Their metrics gate only once people were seen to agree with them.
JUDGES = frozenset({RUBRIC, PAIRWISE, JUDGE_EVALUATOR})
#: The parameter that names the judge as it was resolved. No file writes it.
BOUND = "judge"
#: The role of a model in a registration that may judge.
ROLE = "judge"
#: Under which name the verdict on the swapped order stands.
SWAPPED = " (swapped)"
LEAST_STEPS, MOST_STEPS = 2, 10
UNASKED = "no verdict: the judge's model isn't registered with role `judge`"
SILENT = "no verdict of the judge; it isn't asked about what is too long, or where the case has no reference"


def model_of(spec: ScorerSpec) -> str | None:
    """The id of the model that a scorer wants as its judge."""
    value = spec.parameters.get("modelId" if spec.type == JUDGE_EVALUATOR else "model")
    return value if isinstance(value, str) else None


def bound(suite: Suite, find: Callable[[str], Model | None]) -> Suite:
    """`suite` with each judge's model resolved, so that it is part of how outputs are scored.

    A judge that `find` doesn't know stays unbound: it is never asked, and its metric can't be measured.
    """
    if not any(spec.type in JUDGES for spec in suite.scorers):
        return suite
    return replace(suite, scorers=tuple(_bound(spec, find) for spec in suite.scorers))


def _bound(spec: ScorerSpec, find: Callable[[str], Model | None]) -> ScorerSpec:
    id = model_of(spec) if spec.type in JUDGES else None
    model = find(id) if id else None
    kept = {name: value for name, value in spec.parameters.items() if name != BOUND or spec.type not in JUDGES}
    if model is None:
        return replace(spec, parameters=kept)
    judge = {
        "provider": model.provider,
        "name": model.name,
        "version": model.version,
        "prompt": judge_prompts.VERSION,
    }
    return replace(spec, parameters={**kept, BOUND: judge})


def judge_among(*registered: Iterable[Model]) -> Callable[[str], Model | None]:
    """Finds a judge by id: the first registration that has it decides, so that a change never swaps its own judge."""
    return lambda id: next(
        (model for models in registered for model in models if model.id == id and model.role == ROLE), None
    )


def providers_of(suite: Suite) -> frozenset[str]:
    """The providers that its judges are called at."""
    return frozenset(spec.parameters[BOUND]["provider"] for spec in suite.scorers if _is_bound(spec))


def models_asked(suite: Suite) -> tuple[tuple[str, str], ...]:
    """The calls that judges take for one trial: the provider and the model of each."""
    asked = [(spec.parameters[BOUND], 2 if spec.type == PAIRWISE else 1) for spec in suite.scorers if _is_bound(spec)]
    return tuple((judge["provider"], judge["name"]) for judge, times in asked for _ in range(times))


def judge_digest(spec: ScorerSpec) -> str:
    """The digest of everything that can change a judge's verdict on an output."""
    return digest({"type": spec.type, "parameters": spec.parameters})


def questions(spec: ScorerSpec, variables: Mapping[str, str], said: str, trial: int) -> dict[str, Request]:
    """The calls that a judge takes for one output, by the name under which `Output.verdicts` will hold what it says.

    None for another type of scorer, for a judge that isn't bound, and where there is nothing to judge by.
    """
    if not _is_bound(spec):
        return {}
    judge = spec.parameters[BOUND]
    return {
        name: Request(judge["provider"], judge["name"], messages, parameters, trial)
        for name, (messages, parameters) in _ASKED[spec.type](spec, variables, said).items()
    }


def _is_bound(spec: ScorerSpec) -> bool:
    return spec.type in JUDGES and isinstance(spec.parameters.get(BOUND), Mapping)


_Asked = dict[str, tuple[tuple[Message, ...], dict[str, Any]]]


def _ask_rubric(spec: ScorerSpec, variables: Mapping[str, str], said: str) -> _Asked:
    data = {**_case(variables), "answer": said}
    if judge_prompts.too_long(data):
        return {}
    rubric, most = text(spec, "rubric"), _steps(spec)
    asked = judge_prompts.pass_fail(rubric, data) if most is None else judge_prompts.scale(rubric, data, most)
    return {spec.name: asked}


def _ask_pairwise(spec: ScorerSpec, variables: Mapping[str, str], said: str) -> _Asked:
    reference = _reference(spec, variables)
    if reference is None:
        return {}
    orders = {spec.name: (said, reference), f"{spec.name}{SWAPPED}": (reference, said)}
    found: _Asked = {}
    for name, (first, second) in orders.items():
        data = {**_case(variables, expected=False), "first": first, "second": second}
        if judge_prompts.too_long(data):
            return {}
        found[name] = judge_prompts.pairwise(text(spec, "rubric"), data)
    return found


def _ask_github(spec: ScorerSpec, variables: Mapping[str, str], said: str) -> _Asked:
    messages = github.judge_messages(spec, variables, said)
    return {spec.name: (messages, {})} if messages else {}


_ASKED: Mapping[str, Callable[[ScorerSpec, Mapping[str, str], str], _Asked]] = {
    RUBRIC: _ask_rubric,
    PAIRWISE: _ask_pairwise,
    JUDGE_EVALUATOR: _ask_github,
}


def _case(variables: Mapping[str, str], *, expected: bool = True) -> dict[str, str]:
    """The case as the judge reads it. In a comparison it doesn't learn which of the two is the expected one."""
    return {
        clip(name if _is_expected(name) else f"input {name}"): value
        for name, value in variables.items()
        if expected or not _is_expected(name)
    }


def _is_expected(name: str) -> bool:
    return name == "expected" or name.startswith("expected.")


def _reference(spec: ScorerSpec, variables: Mapping[str, str]) -> str | None:
    """What to compare with; None where the case doesn't have it."""
    template = text(spec, "reference")
    name = only_placeholder(template)
    return variables.get(name) if name else substitute(template, variables)


@record
class _Rubric:
    name: str
    most: int | None  # None: pass or fail

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        said = output.verdicts.get(self.name)
        if said is None:
            return Score(None, SILENT)
        found = _verdict(said, "verdict" if self.most is None else "score")
        if found is None:
            return Score(None, f"what the judge said is no verdict: {clip(said)}")
        value, why = found
        if self.most is None:
            return Score({"pass": 1.0, "fail": 0.0}.get(str(value)), why)
        steps = value if isinstance(value, int) and not isinstance(value, bool) else 0
        return Score((steps - 1) / (self.most - 1) if 1 <= steps <= self.most else None, why)


@record
class _Pairwise:
    name: str

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        said = [output.verdicts.get(name) for name in (self.name, f"{self.name}{SWAPPED}")]
        if None in said:
            return Score(None, SILENT)
        found = [_verdict(each or "", "better") for each in said]
        words = [str(each[0]) if each else "" for each in found]
        if not set(words) <= {"first", "second", "tie"}:
            return Score(None, f"what the judge said is no verdict: {clip(' / '.join(map(str, said)))}")
        why = " / ".join(each[1] for each in found if each)
        return Score({("first", "second"): 1.0, ("second", "first"): 0.0}.get((words[0], words[1]), 0.5), why)


def _verdict(said: str, key: str) -> tuple[object, str] | None:
    """The value of `key` and the reason, if `said` is that one object and nothing else."""
    try:
        value = read(said)
    except NotJsonError:
        return None
    if not isinstance(value, dict) or set(value) != {"reason", key} or not isinstance(value["reason"], str):
        return None
    return value[key], clip(value["reason"])


def rubric(spec: ScorerSpec) -> Scorer:
    _judged_by(spec, "scale")
    return _Rubric(spec.name, _steps(spec))


def pairwise(spec: ScorerSpec) -> Scorer:
    _judged_by(spec, "reference")
    text(spec, "reference")
    return _Pairwise(spec.name)


def _judged_by(spec: ScorerSpec, *more: str) -> None:
    written = {name: value for name, value in spec.parameters.items() if name != BOUND}
    only(replace(spec, parameters=written), "model", "rubric", *more)
    text(spec, "model")
    if not text(spec, "rubric").strip():
        raise ScorerError("`rubric` says nothing", "write by what the judge is to decide")


def _steps(spec: ScorerSpec) -> int | None:
    value = spec.parameters.get("scale")
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not LEAST_STEPS <= value <= MOST_STEPS:
        what = value if isinstance(value, int) else kind(value)
        raise ScorerError(f"`scale` must be a whole number from {LEAST_STEPS} to {MOST_STEPS}, not {what}")
    return value
