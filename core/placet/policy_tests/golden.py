"""The `reasons` of policy tests, written as they are found: everything else of the file, comments included, is kept.

Pure: bytes in, bytes out. Only tests that expect reasons already are written.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from placet.policy_tests.run import Tried, golden


def updated(data: bytes, tried: Iterable[Tried]) -> bytes:
    """`data` with the reasons that the tests of this file came to. The same bytes where nothing differs."""
    wanted = {
        one.test.index: golden(one.found, dict(one.test.expected.reasons))
        for one in tried
        if one.found is not None and one.test.expected.reasons is not None
    }
    text = data.decode("utf-8")
    document = _yaml().load(text)
    changed = [_put(document["tests"][index]["expect"], reasons) for index, reasons in wanted.items()]
    if not any(changed):
        return data
    out = io.StringIO()
    _yaml().dump(document, out)
    made = out.getvalue()
    if _rest(made) != _rest(text):
        msg = "writing the reasons would change something else"
        raise ValueError(msg)
    return (made.replace("\n", "\r\n") if "\r\n" in text else made).encode()


def _yaml() -> Any:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _rest(text: str) -> Any:
    """Everything that the file says but for the reasons."""
    from ruamel.yaml import YAML

    value = YAML(typ="safe", pure=True).load(text)
    for test in value["tests"]:
        test["expect"].pop("reasons", None)
    return value


def _put(expect: Any, wanted: dict[str, str]) -> bool:
    """Whether anything had to be changed. What stays keeps its place and its comment."""
    reasons = expect["reasons"]
    gone = [id for id in reasons if id not in wanted]
    other = {id: label for id, label in wanted.items() if reasons.get(id) != label}
    if not reasons and other:
        reasons.fa.set_block_style()
    for id in gone:
        del reasons[id]
    for id, label in other.items():
        reasons[id] = label
    return bool(gone or other)
