"""The evaluators of GitHub's prompt files, judged exactly as `gh models eval` judges them.

Go's idea of white space and of lower case differs from Python's in a few characters; where it does, Go's
binds. Judge evaluators need a second model, which nothing here calls: they give no score.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, kind
from placet.scorers.shown import shown, verdict
from placet.substitute import substitute

NOT_MEASURABLE = "judge evaluators are not measurable yet"

# Go's unicode.IsSpace; Python's strip() would also take U+001C to U+001F.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
# Go lowers each character by itself: no final sigma, and a dotted capital I becomes one character.
_LOWER = {0x3A3: 0x3C3, 0x130: ord("i")}


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
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


def github_judge(spec: ScorerSpec) -> Scorer:
    return lambda output, variables: Score(None, NOT_MEASURABLE)


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
