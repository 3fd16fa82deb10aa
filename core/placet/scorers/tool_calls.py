"""tool-calls: whether an agent used the right tools with the right arguments, and asked before it acted.

Every step is bounded: so many expectations, so many calls, and arguments that strict reading takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from placet.model.run import Score, ToolCall
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers import json_text
from placet.scorers.json_values import Wanted
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, choice, count, kind, only
from placet.scorers.shown import clip, shown
from placet.substitute import only_placeholder

ORDERS = ("in-order", "exact", "any")
MOST_EXPECTED = 50
MOST_CALLS = 3_000
_APPROVED = {"approved": True}  # what an approval says when the suite doesn't name another word
_BAD = object()  # arguments that no expectation fits: they are not JSON


@record
class Used:
    """A call with its arguments as a value."""

    call: ToolCall
    arguments: Any

    def fits(self, wanted: Mapping[str, Any]) -> bool:
        """A use that asks for no arguments is fitted by every call of the tool, by one that can't be read as well."""
        named = self.call.name == wanted["name"]
        return named and ("arguments" not in wanted or within(wanted["arguments"], self.arguments))

    def may_be(self, forbidden: Mapping[str, Any]) -> bool:
        """Arguments that aren't one JSON object may be anything to whoever reads them less strictly."""
        unread = self.call.name == forbidden["name"] and not isinstance(self.arguments, dict)
        return unread or self.fits(forbidden)

    def __str__(self) -> str:
        return f"{clip(self.call.name)}({clip(self.call.arguments)})"


@record
class _Before:
    """An approval that every use of a tool needs: one of its own, granted in an earlier answer's calls."""

    first: str
    then: str
    granted: Wanted
    same: tuple[str, ...]

    def problem(self, used: Sequence[Used], variables: Mapping[str, str]) -> str:
        granted, spent = self.granted.filled(variables), set[int]()
        for action in used:
            if action.call.name != self.then:
                continue
            asked = [at for at, one in enumerate(used) if one.call.name == self.first and at not in spent]
            fitting = (at for at in asked if self._covers(used[at], action, granted))
            found = next(fitting, None)
            if found is None:
                return (
                    f"{action} came without a {clip(self.first)} of its own that was granted before it{self._about()}"
                )
            spent.add(found)
        return ""

    def _about(self) -> str:
        return f" for the same {clip(', '.join(self.same), 60)}" if self.same else ""

    def _covers(self, asked: Used, action: Used, granted: object) -> bool:
        earlier = asked.call.step < action.call.step and asked.call.result is not None
        return (
            earlier and within(granted, _read(asked.call.result or "")) and all(map(_agree(asked, action), self.same))
        )


def _agree(one: Used, other: Used) -> Callable[[str], bool]:
    """Whether both calls have an argument, with the same value."""

    def agree(name: str) -> bool:
        both = isinstance(one.arguments, dict) and isinstance(other.arguments, dict)
        known = both and name in one.arguments and name in other.arguments
        return known and json_text.same(one.arguments[name], other.arguments[name])

    return agree


@record
class _ToolCalls:
    expect: Wanted | None
    order: str
    forbid: Wanted | None
    before: tuple[_Before, ...]
    at_most: int

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        for wanted in (self.expect, self.forbid, *(each.granted for each in self.before)):
            missing = wanted.missing(variables) if wanted else None
            if missing is not None:
                return missing
        if len(output.calls) > min(self.at_most, MOST_CALLS):
            return Score(0.0, f"expected at most {self.at_most} tool calls; found {len(output.calls)}")
        used = [Used(call, _read(call.arguments or "{}")) for call in output.calls]
        try:
            problem = next(filter(None, self._problems(used, variables)), "")
        except ScorerError as error:
            return Score(0.0, error.what)
        return Score(0.0, problem) if problem else Score(1.0, _listed(used))

    def _problems(self, used: Sequence[Used], variables: Mapping[str, str]) -> Iterator[str]:
        for each in _uses(self.forbid.filled(variables), "forbid") if self.forbid else ():
            yield next((f"{one} is forbidden" for one in used if one.may_be(each)), "")
        for before in self.before:
            yield before.problem(used, variables)
        if self.expect:
            wanted = _uses(self.expect.filled(variables), "expect")
            if not _MATCH[self.order](wanted, used):
                manner = {"exact": " and nothing else", "in-order": " in this order", "any": ""}[self.order]
                yield f"expected {shown(wanted)}{manner}; found {_listed(used)}"


def tool_calls(spec: ScorerSpec) -> Scorer:
    only(spec, "expect", "order", "forbid", "before", "at_most")
    checks = ("expect", "forbid", "before", "at_most")
    if not any(name in spec.parameters for name in checks):
        raise ScorerError("`tool-calls` checks nothing", f"give it one of {', '.join(checks)}")
    return _ToolCalls(
        expect=_wanted(spec, "expect"),
        order=choice(spec, "order", ORDERS, ORDERS[0]),
        forbid=_wanted(spec, "forbid"),
        before=tuple(_before(each) for each in _list(spec.parameters.get("before", ()), "before")),
        at_most=count(spec, "at_most", MOST_CALLS, MOST_CALLS),
    )


def within(wanted: Any, found: Any) -> bool:
    """Whether a value has all that is asked for: maps by their keys, at any depth; any other value is the same."""
    if found is _BAD:
        return False
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(key in found and within(wanted[key], found[key]) for key in wanted)
    return json_text.same(wanted, found)


def _wanted(spec: ScorerSpec, name: str) -> Wanted | None:
    """A list of uses, or one variable of the case that holds such a list."""
    if name not in spec.parameters:
        return None
    wanted = Wanted.of(spec.parameters[name], name)
    if not (isinstance(wanted.value, str) and only_placeholder(wanted.value)):
        _uses(wanted.value, name)
    return wanted


def _uses(value: object, name: str) -> list[dict[str, Any]]:
    """Each as a name with arguments; `forbid` may write the name alone."""
    return [_use(each, name) for each in _list(value, name)]


def _use(value: object, name: str) -> dict[str, Any]:
    use = {"name": value} if isinstance(value, str) else value
    if not isinstance(use, dict) or not isinstance(use.get("name"), str) or use.keys() - {"name", "arguments"}:
        raise ScorerError(
            f"`{name}` holds {kind(value)} that is no use of a tool", 'write `{name: "…", arguments: {…}}`'
        )
    if not isinstance(use.get("arguments", {}), dict):
        raise ScorerError(f"`arguments` in `{name}` must be a mapping", "give each argument that counts its value")
    return use


def _list(value: object, name: str) -> Sequence[Any]:
    if not isinstance(value, list | tuple):
        raise ScorerError(f"`{name}` must be a list, not {kind(value)}", "write one `- ` for each entry")
    if len(value) > MOST_EXPECTED:
        raise ScorerError(f"`{name}` has more than {MOST_EXPECTED} entries", "split it into several scorers")
    return value


def _before(value: object) -> _Before:
    if not isinstance(value, Mapping) or value.keys() - {"first", "then", "granted", "same"}:
        raise ScorerError("`before` takes first, then, granted and same", "like `{first: request_approval, then: pay}`")
    first, then, same = value.get("first"), value.get("then"), value.get("same", ())
    names = (first, then, *_list(same, "same"))
    if not all(isinstance(name, str) and name for name in names):
        raise ScorerError(
            "`before` needs the names of two tools in `first` and `then`", "quote them if they are numbers"
        )
    return _Before(str(first), str(then), Wanted.of(value.get("granted", _APPROVED), "granted"), tuple(same))


def _read(text: str) -> Any:
    try:
        return json_text.read(text)
    except json_text.NotJsonError:
        return _BAD if not text.strip() or text.lstrip()[0] in "{[" else text


def _listed(used: Sequence[Used]) -> str:
    return clip(", ".join(map(str, used[:20])), 250) or "no tool call"


def _in_order(wanted: Sequence[dict[str, Any]], used: Sequence[Used]) -> bool:
    rest = iter(used)
    return all(any(one.fits(each) for one in rest) for each in wanted)


def _exact(wanted: Sequence[dict[str, Any]], used: Sequence[Used]) -> bool:
    return len(wanted) == len(used) and all(one.fits(each) for each, one in zip(wanted, used, strict=True))


def _any(wanted: Sequence[dict[str, Any]], used: Sequence[Used]) -> bool:
    """Whether each has a call of its own: what suits the first may be all that suits the second."""
    suits = [[at for at, one in enumerate(used) if one.fits(each)] for each in wanted]
    owner: dict[int, int] = {}

    def placed(index: int, seen: set[int]) -> bool:
        for at in suits[index]:
            if at not in seen:
                seen.add(at)
                if at not in owner or placed(owner[at], seen):
                    owner[at] = index
                    return True
        return False

    return all(placed(index, set()) for index in range(len(wanted)))


_MATCH = {"in-order": _in_order, "exact": _exact, "any": _any}
