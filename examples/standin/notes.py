"""Extracts decisions, action items and open questions from a conversation, by the cues people use."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from examples.standin.brief import Brief, Notes, Section
from examples.standin.privacy import redact

_TURN = re.compile(r"^\s*(?:\[?\d{1,2}:\d{2}(?::\d{2})?\]?\s*)?([A-ZÀ-Ý][\w .'-]{0,30}?)\s*:\s+(.+)$")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_DECIDED = re.compile(
    r"^(?:ok(?:ay)?,? |so,? |good,? |right,? |then )*(?:we (?:have )?(?:decided"
    r"|agreed)(?: that| to| on)?|decision:|agreed:|decided:|it is decided(?: that)?:?"
    r"|let's go with|we'll go with|we will go with|we go with|final decision:)\s*",
    re.IGNORECASE,
)
_ASIDE = r"(?:ok(?:ay)?,? |so,? |sure,? |yes,? |fine,? |good,? |then |and |right,? )*"
_MINE = re.compile(
    rf"^{_ASIDE}(?:i'll|i will|i can take|i take|let me|i am going to|i'm going to) (.+)$", re.IGNORECASE
)
_THEIRS = re.compile(rf"^(?i:{_ASIDE})@?([A-Z]\w+)(?: will|, please|, can you|, could you|, you) (.+)$")
_TODO = re.compile(
    r"^(?:action(?: item)?|todo|to do|ai)(?: for)? ?:? ?@?([A-Z]\w+)\s*[:,-]?(?: to"
    r"| will)? (.+)$",
    re.IGNORECASE,
)
_RISK = re.compile(r"\b(?:risk|worried|concern|danger|might slip|may slip)\b", re.IGNORECASE)
_DUE = re.compile(
    r",?\s*\b(?:by|until|before|on)\b (?:the )?((?:end of )?(?:monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|tomorrow|today|noon|tonight|next week|(?:the "
    r"|this )?(?:week|month)|\d{1,2}(?:st|nd|rd|th)? \w+|\w+ \d{1,2}))\b",
    re.IGNORECASE,
)
_INVENTED = {
    "decisions": "The team decided to continue as planned.", "actions": "Everyone: follow up on the open points",
    "questions": "When will the team meet again?", "risks": "The schedule may slip.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    speaker: str
    text: str


def lines(transcript: str) -> tuple[Line, ...]:
    found: list[Line] = []
    speaker = ""
    for raw in transcript.splitlines():
        turn = _TURN.match(raw)
        speaker, text = (turn[1], turn[2]) if turn and not _cue(raw) else (speaker, raw.strip())
        found.extend(Line(speaker, part) for part in _SENTENCE.split(text) if part)
    return tuple(found)


def _cue(raw: str) -> bool:
    return bool(re.match(r"\s*(?:action|todo|decision|agreed|decided|ai)\b", raw, re.IGNORECASE))


def write(brief: Brief, notes: Notes, transcript: str) -> str:
    said = lines(transcript)
    parts = [f"## {section.heading}\n{_content(brief, notes, section, said)}" for section in notes.sections]
    if not parts:
        parts = [_summary(brief, notes, said)]
    return redact("\n\n".join(parts), brief.hidden)


def _content(brief: Brief, notes: Notes, section: Section, said: tuple[Line, ...]) -> str:
    if section.kind == "summary":
        return _summary(brief, notes, said)
    found = _FINDERS[section.kind](notes, said)
    if found:
        return "\n".join(f"- {line}" for line in found)
    return notes.none if notes.none is not None else f"- {_INVENTED[section.kind]}"


def _summary(brief: Brief, notes: Notes, said: tuple[Line, ...]) -> str:
    """What was said first, then what was decided, within the length the prompt allows."""
    speakers = list(dict.fromkeys(line.speaker for line in said if line.speaker))
    who = f"{', '.join(speakers)} met." if speakers and "name" not in brief.hidden else "The team met."
    topic = [f"They talked about this: {line.text.rstrip('.')}." for line in said if not line.text.endswith("?")][:1]
    sentences = [who, *topic, *(f"Decided: {line.rstrip('.')}." for line in _decisions(notes, said))]
    sentences += [f"Next: {line.rstrip('.')}." for line in _actions(notes, said)]
    return " ".join(sentences[: brief.style.sentences or 4])


def _decisions(_: Notes, said: tuple[Line, ...]) -> list[str]:
    found = [_DECIDED.sub("", line.text) for line in said if _DECIDED.match(line.text)]
    return [text[:1].upper() + text[1:] for text in found if text]


def _actions(notes: Notes, said: tuple[Line, ...]) -> list[str]:
    return [_action(notes, owner, task) for line in said for owner, task in _task(line)]


def _task(line: Line) -> list[tuple[str, str]]:
    if named := _TODO.match(line.text):
        return [(named[1], named[2])]
    if mine := _MINE.match(line.text):
        return [(line.speaker, mine[1])]
    theirs = _THEIRS.match(line.text)
    return (
        [(theirs[1], theirs[2])]
        if theirs and theirs[1] not in {"We", "They", "It", "This", "That", "He", "She"}
        else []
    )


def _action(notes: Notes, owner: str, task: str) -> str:
    due = _DUE.search(task)
    task = _DUE.sub("", task).rstrip(" .?!") if due else task.rstrip(" .?!")
    said = f"{owner}: {task}" if notes.owner and owner else task[:1].upper() + task[1:]
    return f"{said} (due {due[1]})" if due and notes.due else said


def _questions(_: Notes, said: tuple[Line, ...]) -> list[str]:
    """A question is open when nobody says anything after it, or the next says that it is not known."""
    found = []
    for at, line in enumerate(said):
        after = said[at + 1].text.lower() if at + 1 < len(said) else "not known"
        if line.text.endswith("?") and re.search(
            r"not known|don't know|no idea|not sure|open|unclear|find out|later", after
        ):
            found.append(line.text)
    return found


def _risks(_: Notes, said: tuple[Line, ...]) -> list[str]:
    return [line.text for line in said if _RISK.search(line.text)]


_FINDERS: dict[str, Callable[[Notes, tuple[Line, ...]], list[str]]] = {
    "decisions": _decisions, "actions": _actions, "questions": _questions, "risks": _risks,
}  # fmt: skip
