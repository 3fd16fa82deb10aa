"""Chooses a label by how many words of the text the prompt's own descriptions share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from examples.standin.brief import Choice, Label
from examples.standin.languages import meaning
from examples.standin.words import likeness

#: A label fits beside the best one when it scores at least this share of it.
FITS = 0.3
#: Below this, no label fits: half a relative of one word is chance.
LEAST = 0.55


def choose(choice: Choice, text: str) -> str:
    """The label for this text. With nothing to go by and no default it guesses: the first one."""
    said = meaning(text)
    for rule in choice.rules:
        if not rule.among and any(_met(when, said) for when in rule.when):
            return rule.label
    scores = _scores(choice, said)
    best = max(scores.values(), default=0.0)
    if best < LEAST:
        return choice.default or choice.labels[0].name
    fitting = [name for name, score in scores.items() if score >= FITS * best and score >= LEAST]
    return _settle(choice, fitting, said, scores) if len(fitting) > 1 else fitting[0]


def _scores(choice: Choice, said: Sequence[str]) -> dict[str, float]:
    shared: dict[str, int] = {}
    for label in choice.labels:
        for word in set(label.about):
            shared[word] = shared.get(word, 0) + 1
    return {label.name: sum(_weight(word, label, shared) for word in dict.fromkeys(said)) for label in choice.labels}


def _weight(word: str, label: Label, shared: Mapping[str, int]) -> float:
    return max((likeness(word, meant) / shared[meant] for meant in label.about), default=0.0)


def _settle(choice: Choice, fitting: Sequence[str], said: Sequence[str], scores: Mapping[str, float]) -> str:
    for rule in choice.rules:
        if rule.label in fitting and any(_met(when, said) for when in rule.when):
            return rule.label
    for name in choice.order:
        if name in fitting:
            return name
    if choice.tie:
        places = {name: _place(choice, name, said) for name in fitting}
        return (min if choice.tie == "first" else max)(fitting, key=lambda name: places[name])
    return min(fitting, key=lambda name: (-scores[name], _place(choice, name, said)))


def _place(choice: Choice, name: str, said: Sequence[str]) -> int:
    about = next(label.about for label in choice.labels if label.name == name)
    return next((at for at, word in enumerate(said) if any(likeness(word, meant) for meant in about)), len(said))


def _met(when: Sequence[str], said: Sequence[str]) -> bool:
    """More than half of the condition's words, by themselves or by a relative, stand in the text."""
    met = sum(any(likeness(word, meant) for word in said) for meant in when)
    return met >= ceil(0.6 * len(when))
