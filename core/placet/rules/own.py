"""The rules that an organisation writes itself, in `policies/rules/`: CEL over one governed file and its surroundings.

A rule that doesn't compile is a finding at its expression, and one that can't be evaluated is a finding at the file
that it was to judge: nothing of it ever counts as met. Without such rules nothing more is imported or started.
"""

from __future__ import annotations

from placet.findings import Finding, Position, Severity
from placet.record import record
from placet.rules.problem import Problem
from placet.substitute import placeholders, substitute

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from placet.cel.process import Answer, Evaluation, Fault, Late
    from placet.model.own_rules import OwnRule
    from placet.rules.own_values import Unit
    from placet.rules.problem import Check

UNCOMPILED, UNJUDGED = "RUL001", "RUL002"
_MOST_SHOWN = 120  # characters of a value in a message
_MISSING = "Key not found in map : "


@record
class _Asked:
    """One rule, with its place among all of them and the names of values that it mentions."""

    index: int
    rule: OwnRule
    names: frozenset[str]


def ids_unique(check: Check) -> Iterator[Problem]:
    seen: dict[str, OwnRule] = {}
    for rule in _rules(check):
        first = seen.setdefault(rule.id, rule)
        if first is not rule:
            message = f"a rule `{rule.id}` stands at {first.path}:{first.position.line} already"
            advice = "give it an id of its own: findings and pages hang on it"
            yield Problem(rule.path, rule.position, message, help=advice)


def placeholders_known(check: Check) -> Iterator[Problem]:
    """What no value has the name of would be shown as it is written."""
    from placet.rules.own_values import names_for

    for rule in _rules(check):
        known = names_for(rule.on)
        for key, text in (("message", rule.message), ("help", rule.help)):
            for name in sorted(placeholders(text)):
                if name.partition(".")[0] not in known:
                    position = check.snapshot.at(rule.path, "rules", rule.index, key)
                    advice = f"begin it with one of {', '.join(known)}"
                    yield Problem(rule.path, position, f"nothing is called {{{{{name}}}}} here", help=advice)


def asks_for_the_day(own_rules: Mapping[str, Sequence[OwnRule]]) -> bool:
    """Whether what the rules find may be otherwise tomorrow, though no file changes."""
    return any("today" in _mentioned(rule) for rules in own_rules.values() for rule in rules)


def judges_prompts(own_rules: Mapping[str, Sequence[OwnRule]]) -> bool:
    """Whether what is found in a prompt may hang on any file of the systems that use it."""
    return any(rule.on == "prompt" for rules in own_rules.values() for rule in rules)


def judged(check: Check) -> Iterator[Finding]:
    """What the organisation's rules find. Raises PlacetError when there are some and no library to evaluate them."""
    rules = _rules(check)
    if not rules:
        return
    from placet.cel.process import Evaluation, Expressions
    from placet.rules.own_values import names_for

    with Evaluation([Expressions(rule.when, rule.require, names_for(rule.on)) for rule in rules]) as evaluation:
        for index, fault in evaluation.faults.items():
            yield _uncompiled(check, rules[index], fault)
        if check.policies is not None:
            yield from _judged(check, rules, evaluation)


def _rules(check: Check) -> list[OwnRule]:
    return [rule for _, rules in sorted(check.snapshot.own_rules.items()) for rule in rules]


def _judged(check: Check, rules: Sequence[OwnRule], evaluation: Evaluation) -> Iterator[Finding]:
    from placet.rules.own_values import units, values_of

    by_kind: dict[str, list[_Asked]] = {}
    for index, rule in enumerate(rules):
        by_kind.setdefault(rule.on, []).append(_Asked(index, rule, _mentioned(rule)))
    for unit in units(check, by_kind.keys()):
        asked = by_kind[unit.on]
        values = values_of(check, unit, frozenset().union(*(one.names for one in asked)))
        for index, answer in evaluation.judge(values, [one.index for one in asked]):
            if answer is not True and answer is not None:
                yield _finding(check, rules[index], unit, values, answer)


def _mentioned(rule: OwnRule) -> frozenset[str]:
    """The names that may stand in the rule; more than do, where one is part of a word."""
    from placet.rules.own_values import names_for

    text = "\n".join((rule.when or "", rule.require, rule.message, rule.help))
    return frozenset(name for name in names_for(rule.on) if name in text)


def _finding(check: Check, rule: OwnRule, unit: Unit, values: Mapping[str, Any], answer: Answer) -> Finding:
    position = check.snapshot.at(unit.path, *rule.at) if rule.at else Position()
    if answer is not False:
        return _unjudged(rule, unit, position, answer)
    message, help = (_filled(text, values) for text in (rule.message, rule.help))
    return Finding(rule.id, rule.severity, unit.path, position, message, _place(rule), help)


def _unjudged(rule: OwnRule, unit: Unit, position: Position, answer: Fault | Late | bool | None) -> Finding:
    """At the file that isn't judged: it is what may not pass, whichever revision the rule is from."""
    from placet.cel.process import Fault

    why, advice = _too_late(answer), "make the expression of the rule cheaper"
    if isinstance(answer, Fault):
        why, advice = _fault(answer), "mend the rule, or what it reads here"
        missing = answer.message.removeprefix(_MISSING).strip('"')
        if missing != answer.message:
            advice = f"write `{missing}` here; or let the rule ask first whether it is there, with has(...)"
        elif unit.system is None:
            advice = "register the prompt, since no system uses it; or let the rule begin with `system == null ||`"
    message = f"{rule.id} can't be judged here: {why}"
    return Finding(UNJUDGED, Severity.ERROR, unit.path, position, message, _place(rule), advice)


def _fault(fault: Fault) -> str:
    if fault.message.startswith(_MISSING):
        return f"`{fault.key}` reads the key `{fault.message.removeprefix(_MISSING).strip(chr(34))}`, which isn't there"
    if fault.message == "Iteration budget exceeded":
        return f"`{fault.key}` goes through more than 10,000 elements"
    return f"`{fault.key}` fails: {_shown(fault.message)}"


def _too_late(answer: object) -> str:
    if getattr(answer, "in_all", False):
        return "all rules together took too long, and none after it is judged"
    return "it takes too long or too much memory, and isn't judged any further"


def _place(rule: OwnRule) -> str:
    return f"{rule.path}:{rule.position.line}"


def _uncompiled(check: Check, rule: OwnRule, fault: Fault) -> Finding:
    from placet.parse.own_rules import place_in
    from placet.rules.own_values import names_for

    tree = check.snapshot.tree(rule.path)
    position = check.snapshot.at(rule.path, "rules", rule.index, fault.key)
    if fault.line and tree is not None:
        position = place_in(tree, rule.index, fault.key, fault.line, fault.column)
    known = names_for(rule.on)
    _, _, name = fault.message.partition("undeclared reference to '")
    wrong = name.rstrip("'").partition(".")[0]
    otherwise = f"a rule on {rule.on} may name {', '.join(known)}"
    advice = (
        check.did_you_mean(rule.path, wrong, known, otherwise) if wrong else "docs/own-rules.md says what it may say"
    )
    message = f"`{fault.key}` of {rule.id} doesn't compile: {_shown(fault.message)}"
    return Finding(UNCOMPILED, Severity.ERROR, rule.path, position, message, help=advice)


def _filled(text: str, values: Mapping[str, Any]) -> str:
    """`text` with its placeholders replaced by values; one that leads nowhere stays as it is written."""
    found = {name: _read(values, name) for name in placeholders(text)}
    return substitute(text, {name: value for name, value in found.items() if value is not None})


def _read(values: Mapping[str, Any], name: str) -> str | None:
    value: Any = values
    for key in name.split("."):
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    return _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return _shown(", ".join(map(str, value)) or "none")
    from json import dumps

    return _shown(dumps(value, ensure_ascii=False))


def _shown(text: str) -> str:
    from placet.parse.text import shown

    return shown(text, _MOST_SHOWN)
