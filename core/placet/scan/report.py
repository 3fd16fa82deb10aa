"""What a scan found, for people and for programs. The verdict comes first; every sign has its file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from placet.record import record
from placet.report.paint import Paint
from placet.report.printable import printable
from placet.scan.signs import Sign, Sort
from placet.scan.survey import Group, Survey, is_governed_prompt, patterns_for

#: Signs of a group that a person is shown.
_SHOWN = 8
_NAMED = 4
_WORDS = {
    Sort.PROMPT: "prompt",
    Sort.IMPORT: "imports",
    Sort.CALL: "calls",
    Sort.ENDPOINT: "endpoint",
    Sort.MODEL: "model",
    Sort.VARIABLE: "variable",
    Sort.DEPENDENCY: "depends on",
    Sort.MCP: "MCP server",
    Sort.CI: "workflow step",
    Sort.INSTRUCTIONS: "read by",
}


#: Paths that were written, and notes on what is left to do.
Written = tuple[Sequence[str], Sequence[str]]


@record
class Looked:
    """What was looked at: files read, files left out because they are too large, and how long it took (ms)."""

    files: int
    too_large: int
    milliseconds: int


def as_text(survey: Survey, looked: Looked, paint: Paint | None = None, written: Written | None = None) -> str:
    """The verdict, each group with its signs, and what was `written` about them."""
    paint = paint or Paint()
    blocks = [_verdict(survey, paint)]
    blocks += [_block(group, paint, written) for group in survey.shadow]
    known = [_block(group, paint) for group in survey.groups if not group.shadow]
    blocks += ["\n".join(known)] if known else []
    blocks += list(_retired(survey, paint))
    blocks += _aside("Coding agents read", survey.information)
    blocks += _aside("Only tests speak of models in", survey.aside)
    blocks.append(_summary(survey, looked))
    blocks += _written(*written) if written else []
    return "\n\n".join(blocks)


def _written(paths: Sequence[str], notes: Sequence[str]) -> list[str]:
    if not paths and not notes:
        return ["Nothing to write."]
    lines = [f"wrote {printable(path)}" for path in paths] + [f"note: {printable(note)}" for note in notes]
    advice = "Each names what is assumed about it. Write what is true, then see what its tier asks for: placet check"
    return ["\n".join(lines), *([advice] if paths else [])]


def _aside(what: str, signs: Sequence[Sign]) -> list[str]:
    """What is said for information, files by name."""
    paths = list(dict.fromkeys(printable(sign.path) for sign in signs))
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return [f"For information: {what} {', '.join(paths[:_NAMED])}{more}."] if paths else []


def _verdict(survey: Survey, paint: Paint) -> str:
    shadow = survey.shadow
    if not survey.groups:
        return paint.good("Nothing here looks like a use of a model.")
    if not shadow:
        said = paint.good(f"Everything that was found is registered: {_count(len(survey.groups), 'part')}.")
        left = sum(len(group.ungoverned) for group in survey.groups)
        return f"{said} {paint.unsure(_not_governed(left))}: only those in prompts/ are judged." if left else said
    verb = "uses models and isn't" if len(shadow) == 1 else "use models and aren't"
    return paint.bad(f"{_count(len(shadow), 'part')} of this repository {verb} registered:")


def _not_governed(number: int) -> str:
    return f"{_count(number, 'prompt file')} {'is' if number == 1 else 'are'} not governed"


def _block(group: Group, paint: Paint, written: Written | None = None) -> str:
    lines = [_title(group, paint)]
    if not group.shadow:
        return lines[0]
    ordered = sorted(group.shadow, key=lambda sign: (list(Sort).index(sign.sort), sign.path, sign.line))
    shown = ordered[:_SHOWN]
    width = max(len(_place(sign)) for sign in shown)
    for sign in shown:
        times = f" ({sign.times} times)" if sign.times > 1 else ""
        lines.append(f"   {_place(sign):<{width}}  {_WORDS[sign.sort]} {printable(sign.what)}{times}")
    if len(ordered) > _SHOWN:
        lines.append(paint.faint(f"   ... and {len(ordered) - _SHOWN} more signs: --format json"))
    if written and f"systems/{group.near or group.id}/system.yaml" in written[0]:
        return "\n".join(lines)  # what the advice says has just been done
    how = "" if written or group.near else ": placet scan --register writes a proposal"
    return "\n".join([*lines, f"   help: {_advice(group)}{how}"])


def _title(group: Group, paint: Paint) -> str:
    where = printable(group.folder) + "/" if group.folder else "the root"
    more = f" and {len(group.vendors) - _NAMED} more" if len(group.vendors) > _NAMED else ""
    whose = f", {', '.join(group.vendors[:_NAMED])}{more}" if group.vendors else ""
    if not group.shadow:
        left = f", {_not_governed(len(group.ungoverned))}" if group.ungoverned else ""
        mark = paint.unsure("!") if left else paint.good("✓")
        return f"{mark} {where}{whose}: registered as {', '.join(group.known)}{left}"
    state = f"partly registered as {', '.join(group.known)}" if group.known else "not registered"
    return f"{paint.bad('✗')} {where}{whose}: {state}"


def _place(sign: Sign) -> str:
    return f"{printable(sign.path)}:{sign.line}"


def _advice(group: Group) -> str:
    patterns = patterns_for(group)
    more = f", and {len(patterns) - _NAMED} more" if len(patterns) > _NAMED else ""
    sources = f"x-sources: {printable(json.dumps(patterns[:_NAMED], ensure_ascii=False))}{more}" if patterns else ""
    prompts = "`prompts:`" if any(is_governed_prompt(sign.path) for sign in group.shadow) else ""
    keys = " and ".join(key for key in (prompts, sources) if key)
    if group.near:
        return f"if it is part of {group.near}, add it to systems/{group.near}/system.yaml under {keys}"
    return f"register it as systems/{group.id}/, with {keys}"


def _retired(survey: Survey, paint: Paint) -> Iterator[str]:
    for id, signs in survey.retired.items():
        where = ", ".join(_place(sign) for sign in signs[:3])
        yield paint.unsure(f"{id} is registered as retired, and there still is {where}")


def _summary(survey: Survey, looked: Looked) -> str:
    signs = sum(len(group.signs) for group in survey.groups)
    parts = [f"{_count(signs, 'sign')} in {_count(len(survey.groups), 'part')}"]
    parts += [f"{len(survey.shadow)} not registered"] if survey.shadow else []
    left = f"; {_count(looked.too_large, 'file')} larger than 1 MiB left out" if looked.too_large else ""
    return f"{', '.join(parts)}. Read {_count(looked.files, 'file')} in {looked.milliseconds} ms{left}."


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def as_json(survey: Survey, looked: Looked, written: Written | None = None) -> str:
    """One JSON object. ASCII, so that a terminal acts on nothing in it."""
    value: dict[str, Any] = {
        "version": 1,
        "summary": {
            "groups": len(survey.groups),
            "unregistered": len(survey.shadow),
            "files": looked.files,
            "too_large": looked.too_large,
        },
        "groups": [_plain(group) for group in survey.groups],
        "information": _signs(survey.information),
        "tests": _signs(survey.aside),
        "retired": {id: _signs(signs) for id, signs in survey.retired.items()},
    }
    if written:
        value |= {"written": list(written[0]), "notes": list(written[1])}
    return json.dumps(value, indent=2, ensure_ascii=True)


def _plain(group: Group) -> dict[str, Any]:
    shadow = set(group.shadow)
    return {
        "id": group.id,
        "folder": group.folder,
        "registered": not group.shadow,
        "systems": list(group.known),
        "belongs_to": group.near,
        "vendors": list(group.vendors),
        "sources": list(patterns_for(group)),
        "ungoverned_prompts": list(group.ungoverned),
        "signs": [
            sign | {"registered": kept not in shadow}
            for sign, kept in zip(_signs(group.signs), group.signs, strict=True)
        ],
    }


def _signs(signs: Sequence[Sign]) -> list[dict[str, Any]]:
    return [
        {
            "path": sign.path,
            "line": sign.line,
            "sort": sign.sort.value,
            "what": sign.what,
            "vendor": sign.vendor or None,
            "times": sign.times,
        }
        for sign in signs
    ]
