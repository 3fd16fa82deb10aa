"""Rules about the tools that prompts offer: what the register says of them, and what cases answer for them."""

from __future__ import annotations

from placet.model.suite import INLINE
from placet.rules.problem import Check, Problem
from placet.rules.suites import is_of_its_system

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from placet.model.register import Prompt
    from placet.model.suite import Suite


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
        prompt = check.snapshot.prompts.get(suite.prompt or "")
        if prompt is not None and suite.name != INLINE and is_of_its_system(check, suite):
            yield from _unoffered(check, suite, prompt)


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
