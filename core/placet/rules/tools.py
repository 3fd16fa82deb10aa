"""Rules about the tools that prompts offer: what the register says of them, and what cases answer for them."""

from __future__ import annotations

from placet.model.suite import INLINE
from placet.parse.kinds import system_of
from placet.rules.problem import Check, Problem
from placet.rules.suites import is_of_its_system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from placet.model.register import Prompt
    from placet.model.suite import ScorerSpec, Suite


def registered(check: Check) -> Iterator[Problem]:
    """However many systems share the prompt, a tool is named once."""
    for prompt in check.snapshot.prompts.values():
        systems = check.snapshot.systems_using(prompt.path) if prompt.tools else ()
        for index, tool in enumerate(prompt.tools):
            for system in systems:
                known = [entry["name"] for entry in system.fields.get("tools") or ()]
                if tool.name not in known:
                    advice = check.did_you_mean(
                        prompt.path, tool.name, known, f"add it to `tools:` of {system.path}, with what it may do"
                    )
                    message = f"system {system.id} doesn't register tool `{tool.name}`"
                    position = check.snapshot.at(prompt.path, "tools", index, "name")
                    yield Problem(prompt.path, position, message, help=advice)
                    break


def answered(check: Check) -> Iterator[Problem]:
    """A result under a misspelt name never reaches the model, which gets an error instead."""
    for suite in check.snapshot.suites.values():
        prompt = check.snapshot.prompts.get(suite.prompt or _only_prompt(check, suite))
        if prompt is not None and suite.name != INLINE and (suite.prompt is None or is_of_its_system(check, suite)):
            yield from _unoffered(check, suite, prompt)
            yield from _unoffered_to_scorers(check, suite, prompt)


def _only_prompt(check: Check, suite: Suite) -> str:
    """What a suite evaluates that names no prompt."""
    system = check.snapshot.systems.get(f"systems/{system_of(suite.path)}/system.yaml")
    return system.prompts[0].path if system and len(system.prompts) == 1 and suite.subject is None else ""


def _unoffered(check: Check, suite: Suite, prompt: Prompt) -> Iterator[Problem]:
    """Each wrong name once, at its first case."""
    offered, said = [tool.name for tool in prompt.tools], set[str]()
    for case in suite.cases:
        for name in case.tool_results or ():
            if name not in offered and name not in said:
                said.add(name)
                which = f"case `{case.id}` of suite `{suite.name}`"
                message = f"{which} answers for tool `{name}`, which {prompt.path} doesn't offer"
                otherwise = f"the prompt offers {', '.join(offered)}" if offered else "add it to `tools:` of the prompt"
                advice = check.did_you_mean(suite.path, name, offered, otherwise)
                yield Problem(suite.cases_path or suite.path, case.position, message, help=advice)


def _unoffered_to_scorers(check: Check, suite: Suite, prompt: Prompt) -> Iterator[Problem]:
    """What can't be called meets no expectation, and under a misspelt name nothing is ever asked for or forbidden."""
    offered = [tool.name for tool in prompt.tools]
    for index, spec in enumerate(suite.scorers):
        for name, *keys in _named(spec) if spec.type == "tool-calls" else ():
            if (
                name in offered
                or "{{" in name
                or (keys[0] == "forbid" and not check.closest(suite.path, name, offered))
            ):
                continue  # to forbid a tool that nobody offers is a fence, unless it looks misspelt
            position = check.snapshot.at(suite.path, "scorers", index, *keys)
            message = f"scorer `{spec.name}` names tool `{name}`, which {prompt.path} doesn't offer"
            otherwise = f"the prompt offers {', '.join(offered)}" if offered else "add it to `tools:` of the prompt"
            yield Problem(suite.path, position, message, help=check.did_you_mean(suite.path, name, offered, otherwise))


def _named(spec: ScorerSpec) -> Iterator[tuple[str, *tuple[str | int, ...]]]:
    """Each tool that the scorer names, and where."""
    for key, inner in (("expect", ("name",)), ("forbid", ("name",)), ("before", ("first", "then"))):
        entries = spec.parameters.get(key)
        for index, entry in enumerate(entries if isinstance(entries, list | tuple) else ()):
            if isinstance(entry, str):
                yield entry, key, index
            for part in inner:
                if hasattr(entry, "get") and isinstance(entry.get(part), str):
                    yield entry[part], key, index, part
