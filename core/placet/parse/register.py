"""From schema-valid trees of `systems/` and `prompts/` to the typed register."""

from __future__ import annotations

from datetime import date
from functools import cache

from placet.model.policy import Tier
from placet.model.register import Document, Factors, Message, Model, Prompt, PromptUse, System, Tool, Waiver
from placet.parse.foreign import text_of
from placet.parse.tree import Tree
from placet.substitute import placeholders

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from typing import Any

#: What a template leaves for its author to fill in; it doesn't count as content.
_UNFILLED = r"(?i)<[^<>\n]{2,80}>|\bTODO\b|\bTBD\b|\[[^\]\n]*(?:fill|replace|describe)[^\]\n]*\](?!\()"
_WORD = r"\w+"
_LIST_FACTORS = ("data", "regulation")


def system(tree: Tree) -> System:
    value = tree.value
    return System(
        id=value["id"],
        path=tree.path,
        title=value["title"],
        lifecycle=value["lifecycle"],
        owners={role: tuple(people) for role, people in value["owners"].items()},
        tier=Tier.of(value["risk"]["tier"]),
        factors=_factors(value["risk"]["factors"]),
        models=tuple(_model(model) for model in value["models"]),
        prompts=tuple(PromptUse(use["path"], tuple(use.get("untrusted", ()))) for use in value["prompts"]),
        fields=value,
    )


def _factors(value: dict[str, Any]) -> Factors:
    return Factors(**{name: tuple(given) if name in _LIST_FACTORS else (given,) for name, given in value.items()})


def _model(value: dict[str, Any]) -> Model:
    return Model(
        id=value["id"],
        provider=value.get("provider", ""),
        name=value["name"],
        version=value.get("version"),
        role=value.get("role", "primary"),
        digest=value.get("digest"),
    )


def prompt(tree: Tree) -> Prompt:
    value = tree.value
    messages = tuple(_message(tree, index, message) for index, message in enumerate(value["messages"]))
    given = value.get("modelParameters") or {}
    return Prompt(
        path=tree.path,
        name=text_of(tree, value.get("name"), "name") or tree.path.rpartition("/")[2].partition(".prompt.")[0],
        model=value.get("model"),
        parameters={name: parameter for name, parameter in given.items() if parameter is not None},
        messages=messages,
        response_format=value.get("responseFormat"),
        json_schema=value.get("jsonSchema"),
        variables=frozenset(name for message in messages for name in placeholders(message.content)),
        tools=tuple(_tool(tool) for tool in value.get("tools") or ()),
    )


def _message(tree: Tree, index: int, value: dict[str, Any]) -> Message:
    """GitHub takes a role in upper case as well, and any scalar as content."""
    return Message(value["role"].lower(), text_of(tree, value["content"], "messages", index, "content"))


def _tool(value: dict[str, Any]) -> Tool:
    return Tool(value["name"], value.get("description", ""), value.get("parameters") or {"type": "object"})


def document(tree: Tree, body: str) -> Document:
    value = tree.value
    return Document(
        path=tree.path,
        kind=value["kind"],
        title=value["title"],
        author=value["author"],
        dated=date.fromisoformat(value["date"]),
        judged=value.get("judges", {}),
        words=_words(body),
        review_by=value.get("review_by", ""),
    )


def _words(body: str) -> int:
    prose = [line for line in body.splitlines() if not line.lstrip().startswith(("#", "<!--", "|--"))]
    return len(_compiled(_WORD).findall(_compiled(_UNFILLED).sub(" ", "\n".join(prose))))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Only documents need it, and importing `re` takes longer than reading a registration."""
    import re

    return re.compile(pattern)  # noqa: TID251 - our own patterns


def waiver(tree: Tree) -> Waiver:
    value = tree.value
    return Waiver(
        path=tree.path,
        system=value["system"],
        control=value["control"],
        reason=value["reason"],
        owner=value["owner"],
        approver=value["approver"],
        until=date.fromisoformat(value["until"]),
    )
