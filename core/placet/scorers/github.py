"""The evaluators of GitHub's prompt files, judged exactly as `gh models eval` judges them.

Go's idea of white space and of lower case differs from Python's in a few characters; where it does, Go's
binds. A judge evaluator is asked as GitHub asks it, and its words are read as GitHub reads them; GitHub's own
evaluators (`uses:`) are no part of Placet and give no score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from placet.model.register import Message
from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, kind
from placet.scorers.shown import shown, verdict
from placet.substitute import substitute

NOT_MEASURABLE = "no verdict of the judge"
NOT_OURS = "GitHub's own evaluators are no part of Placet: write it as `llm:`, with a prompt and choices"

# Go's unicode.IsSpace; Python's strip() would also take U+001C to U+001F.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
# Go lowers each character by itself: no final sigma, and a dotted capital I becomes one character.
_LOWER = {0x3A3: 0x3C3, 0x130: ord("i")}


@record
class _Criterion:
    compare: Callable[[str, str], bool]
    verb: str
    ignore_case: bool = True


#: In GitHub's order: the first that is not empty is the only one that counts.
CRITERIA = {
    "equals": _Criterion(str.__eq__, "to equal", ignore_case=False),
    "contains": _Criterion(str.__contains__, "to contain"),
    "startsWith": _Criterion(str.startswith, "to start with"),
    "endsWith": _Criterion(str.endswith, "to end with"),
}


@record
class _GithubString:
    criterion: _Criterion
    template: str

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        answer, value = output.text.strip(_SPACE), substitute(self.template, variables)
        why = f"expected {self.criterion.verb} {shown(value)}; found {shown(answer)}"
        if self.criterion.ignore_case:
            answer, value = _lowered(answer), _lowered(value)
        return verdict(self.criterion.compare(answer, value), why)


def github_string(spec: ScorerSpec) -> Scorer:
    """Unknown keys are ignored, as GitHub does; no criterion at all is an error there too."""
    for name, criterion in CRITERIA.items():
        template = _scalar(name, spec.parameters.get(name))
        if template:
            return _GithubString(criterion, template)
    raise ScorerError("the evaluator has no criterion", "give it one of equals, contains, startsWith, endsWith")


@record
class _GithubJudge:
    name: str
    choices: tuple[tuple[str, float], ...]

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        said = output.verdicts.get(self.name)
        if said is None:
            return Score(None, NOT_MEASURABLE)
        lowered = _lowered(said).strip(_SPACE)
        for choice, score in self.choices:
            if _lowered(choice) in lowered:
                return verdict(score > 0, f"the judge chose {shown(choice)}")
        return verdict(False, f"the judge chose none of the choices; it said {shown(said)}")


def github_judge(spec: ScorerSpec) -> Scorer:
    """The first choice in the order of the list that stands anywhere in what the judge said; above 0 is a pass."""
    if "uses" in spec.parameters:
        return lambda output, variables: Score(None, NOT_OURS)
    given = spec.parameters.get("choices") or ()
    choices = tuple((_scalar("choice", each.get("choice")), _number(each.get("score"))) for each in given)
    return _GithubJudge(spec.name, choices)


def judge_messages(spec: ScorerSpec, variables: Mapping[str, str], said: str) -> tuple[Message, ...]:
    """What GitHub sends to the judge; nothing for an evaluator of its own."""
    if "uses" in spec.parameters:
        return ()
    system = _scalar("systemPrompt", spec.parameters.get("systemPrompt"))
    asked = _scalar("prompt", spec.parameters.get("prompt"))
    user = substitute(asked, {**variables, "completion": said.strip(_SPACE)})
    return (*([Message("system", system)] if system else []), Message("user", user))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _scalar(name: str, value: object) -> str:
    """GitHub reads any YAML scalar as text, so `equals: 5` and `equals: true` are texts."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    raise ScorerError(f"`{name}` must be text, not {kind(value)}")


def _lowered(text: str) -> str:
    return text.translate(_LOWER).lower()
