"""Policy tests for people and machines: a table of what holds, what doesn't and why, and what no test exercises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from placet.policy_tests.coverage import Item, Sort
from placet.policy_tests.run import Tried
from placet.report.escape import plain
from placet.report.json_report import dumped
from placet.report.junit import FAILURE, Test, add_suite, written
from placet.report.numbers import count, listed
from placet.report.paint import Paint

_MOST = 8


def as_text(tried: Sequence[Tried], items: Sequence[Item] | None, paint: Paint) -> str:
    """A line for each test, below it what isn't met; then the sum, and what no test exercises."""
    width = max((len(plain(one.test.name)) for one in tried), default=0)
    lines = [
        line for path in dict.fromkeys(one.test.path for one in tried) for line in _file(path, tried, width, paint)
    ]
    failed = sum(not one.holds for one in tried)
    told = f"{count(len(tried), 'policy test')}: {len(tried) - failed} hold, {failed} fail"
    lines.append((paint.bad if failed else paint.good)(told) if tried else "no policy test: there is none to run")
    if items is not None:
        lines += _coverage(items, paint)
    return "\n".join(lines)


def _file(path: str, tried: Sequence[Tried], width: int, paint: Paint) -> Iterator[str]:
    yield plain(path)
    for one in tried:
        if one.test.path != path:
            continue
        sign = paint.good("✓") if one.holds else paint.bad("✗")
        yield f"  {sign} {plain(one.test.name):{width}}  {plain(_came_to(one))}".rstrip()
        for missed in one.missed:
            yield f"      {plain(f'{path}:{missed.position.line}: {missed.text}')}"


def _came_to(one: Tried) -> str:
    """The decision, where one was made, and whose approval counts."""
    if one.found is None:
        return "files"
    counts = f", counted {', '.join(one.counted)}" if one.counted else ""
    return f"{one.found.answer.value}{counts}"


def _coverage(items: Sequence[Item], paint: Paint) -> Iterator[str]:
    covered = sum(bool(one.tests) for one in items)
    share = f"{100 * covered // len(items)} %" if items else "100 %"
    yield ""
    yield f"exercised: {covered} of {len(items)} ({share})"
    for sort in Sort:
        own = [one for one in items if one.sort is sort]
        if own:
            left = [one.id for one in own if not one.tests]
            told = f"; no test for {listed(left, _MOST)}"
            text = f"  {sort.value}: {len(own) - len(left)} of {len(own)}{plain(told) if left else ''}"
            yield paint.bad(text) if left else text


def as_json(tried: Sequence[Tried], items: Sequence[Item] | None) -> str:
    """For scripts; keys are added, never renamed, while `version` stays 1."""
    failed = sum(not one.holds for one in tried)
    found: dict[str, Any] = {
        "version": 1,
        "kind": "policy-tests",
        "hold": len(tried) - failed,
        "fail": failed,
        "tests": [_test(one) for one in tried],
    }
    if items is not None:
        found["coverage"] = [{"sort": one.sort.value, "id": one.id, "tests": one.tests} for one in items]
    return dumped(found)


def _test(one: Tried) -> dict[str, Any]:
    return {
        "name": one.test.name,
        "path": one.test.path,
        "holds": one.holds,
        "missed": [{"line": missed.position.line, "text": missed.text} for missed in one.missed],
        "answer": one.found.answer.value if one.found else None,
        "counted": one.counted,
        "reasons": {node.id: node.status.label for node in one.found.requirements} if one.found else None,
    }


def as_junit(tried: Sequence[Tried], at: datetime) -> str:
    root = ET.Element("testsuites")
    for index, path in enumerate(dict.fromkeys(one.test.path for one in tried)):
        tests = [_junit(one) for one in tried if one.test.path == path]
        add_suite(root, (str(index), path, "policies"), tests, at)
    return written(root)


def _junit(one: Tried) -> Test:
    if one.holds:
        return Test(plain(one.test.name), "policies")
    text = "\n".join(plain(f"{one.test.path}:{missed.position.line}: {missed.text}") for missed in one.missed)
    return Test(
        plain(one.test.name), "policies", sign=FAILURE, kind="policy", message=plain(one.missed[0].text), text=text
    )
