"""What a prompt asks for, as values. `read` of prompt.py fills them; everything else acts on them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Label:
    name: str
    about: tuple[str, ...]  # stems of what the prompt says of it


@dataclass(frozen=True, slots=True)
class Rule:
    """Use `label` when `when` is met; `among` means only if several labels fit."""

    label: str
    when: tuple[tuple[str, ...], ...]  # alternatives, each a tuple of stems
    among: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: a category, a priority, a shelf."""

    field: str
    labels: tuple[Label, ...]
    default: str | None = None
    rules: tuple[Rule, ...] = ()
    order: tuple[str, ...] = ()  # if several fit, the one that stands first here
    tie: str | None = None  # if several fit: "first" or "last" mentioned


@dataclass(frozen=True, slots=True)
class Format:
    """How to answer. `only` and `bare` are what keeps a model from chatting around JSON and fencing it."""

    json: bool = False
    keys: tuple[str, ...] = ()
    only: bool = False
    bare: bool = False
    label_only: bool = False


@dataclass(frozen=True, slots=True)
class Style:
    language: str = "en"  # a code, or "same" as the text
    sentences: int | None = None
    words: int | None = None
    bullets: bool = False
    tone: str = "thanks"
    opening: str = ""
    closing: str = ""
    by_name: bool = False
    quote: bool = True
    upper: bool = False
    ask: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (what to ask for, its stems) unless the text has it


@dataclass(frozen=True, slots=True)
class Guard:
    """What the prompt says of instructions in the text. `data` resists plain ones, `named` clever ones."""

    data: bool = False
    secret: bool = False
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Refusal:
    topic: str
    stems: tuple[str, ...]
    say: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a summary of a conversation: its heading and what belongs there."""

    heading: str
    kind: str  # summary, decisions, actions, questions, risks


@dataclass(frozen=True, slots=True)
class Notes:
    sections: tuple[Section, ...] = ()
    owner: bool = False
    due: bool = False
    none: str | None = None  # what to write where nothing was said; without it a model invents something


@dataclass(frozen=True, slots=True)
class Brief:
    choices: tuple[Choice, ...] = ()
    format: Format = Format()
    style: Style = Style()
    guard: Guard = Guard()
    hidden: frozenset[str] = frozenset()  # kinds of personal data never to repeat
    refusals: tuple[Refusal, ...] = ()
    no_promise: bool = False
    notes: Notes | None = None
    text: str = field(default="", repr=False)  # the instructions themselves, which a model can be made to leak
