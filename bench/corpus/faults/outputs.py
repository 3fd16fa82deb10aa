"""Faults of labels and of recorded outputs."""

from __future__ import annotations

import re

from bench.corpus.damage import Damage
from bench.corpus.faults.kind import (
    Kind,
    Plant,
    anyone,
    file,
    labelled,
    labelled_as_asked,
    of_model,
    of_prompt,
    recorded,
)
from bench.corpus.plan import Plan

_LABELS, _SUITE, _ROWS = "labels/core.jsonl", "evals/supplied.yaml", "evals/recorded/supplied.jsonl"
_HEAD = r'\A\{"made_by".*\n'


def _misnamed(damage: Damage, plan: Plan) -> None:
    old, new = (f"systems/{plan.id}/labels/{name}.jsonl" for name in ("core", "cores"))
    damage.put(new, f"¦{damage.text(old)}", "LAB001")
    damage.remove(old)


def _homeless(damage: Damage, plan: Plan) -> None:
    zeros = f'"sha256:{"0" * 64}"'
    row = f'{{"case": "a", "subject": {zeros}, "output": {zeros}, "verdict": "pass", "author": "@dana", '
    path = f"systems/ghost-{plan.index:05d}/labels/core.jsonl"
    damage.put(path, f'¦{row}"at": "2026-10-01T09:30:00Z"}}\n', "LAB001")


def _again(name: str, pattern: str, replacement: str, rule: str) -> Plant:
    """The last line once more, with one edit."""

    def plant(damage: Damage, plan: Plan) -> None:
        path = f"systems/{plan.id}/{name}"
        last = damage.text(path).rstrip("\n").rpartition("\n")[2]
        damage.append(path, re.sub(pattern, replacement, last) + "\n", rule)

    return plant


def _unmet(pattern: str, replacement: str, name: str = _LABELS) -> Plant:
    """After the edit, the labels that the tier demands are no longer enough."""

    def plant(damage: Damage, plan: Plan) -> None:
        path = plan.prompt if name == "prompt" else f"systems/{plan.id}/{name}"
        text = re.sub(pattern, replacement, damage.text(path), flags=re.MULTILINE)
        damage.files[path] = text
        if not text:
            damage.remove(path)
        damage.edit(plan.registration, "^  tier: ", "  tier: ¦", "SYS030")

    return plant


def _recording_gone(damage: Damage, plan: Plan) -> None:
    damage.remove(f"systems/{plan.id}/{_ROWS}")
    damage.edit(f"systems/{plan.id}/{_SUITE}", "^recorded: ", "recorded: ¦", "REC002")


def _second_head(damage: Damage, plan: Plan) -> None:
    path = f"systems/{plan.id}/{_ROWS}"
    damage.append(path, f"¦{damage.text(path).partition(chr(10))[0]}\n", "REC001")


def _other_model(damage: Damage, plan: Plan) -> None:
    damage.edit(plan.registration, "sha256:.{8}", "sha256:00000000")
    damage.edit(f"systems/{plan.id}/{_ROWS}", '"made_by": ', '"made_by": ¦', "REC003")


def _other_prompt(damage: Damage, plan: Plan) -> None:
    damage.edit(plan.prompt, "You help", "You always help")
    damage.edit(f"systems/{plan.id}/{_ROWS}", '"made_by": ', '"made_by": ¦', "REC003")


def _untold(damage: Damage, plan: Plan) -> None:
    path = f"systems/{plan.id}/{_ROWS}"
    damage.edit(path, r'^\{"id": "old-2".*\n', "")
    damage.whole(path, "REC004")


def _too_few_trials(damage: Damage, plan: Plan) -> None:
    damage.edit(f"systems/{plan.id}/{_SUITE}", "^source: ", "trials: 3\nsource: ")
    damage.whole(f"systems/{plan.id}/{_ROWS}", "REC004")


def _no_digest(damage: Damage, plan: Plan) -> None:
    damage.edit(plan.registration, r',?\s+digest: "?sha256:[0-9a-f]+"?', "")
    damage.edit(f"systems/{plan.id}/{_SUITE}", "^subject: ", "subject: ¦", "REC006")


OUTPUTS: tuple[Kind, ...] = (
    Kind("labels under another name than their suite", _misnamed, labelled),
    Kind("labels without a system", _homeless, anyone),
    Kind("a label of a case that isn't there", file(_LABELS, r'^\{"case": "', '¦{"case": "no-', "LAB002"), labelled),
    Kind("a label given twice", _again(_LABELS, r'^(.*"verdict": )"\w+"', r'¦\1"unsure"', "LAB003"), labelled),
    Kind("a label of the future", file(_LABELS, r'^(.*"at": ")2026', r"¦\g<1>2098", "LAB004"), labelled),
    Kind(
        "a label of a day that no month has",
        file(_LABELS, r'^(.*"at": ")2026-\d\d-\d\d', r"¦\g<1>2026-02-30", "LAB004"),
        labelled,
    ),
    Kind(
        "a verdict that there isn't",
        file(_LABELS, r'"verdict": "\w+"', '"verdict": ¦"good"', "FIL007"),
        labelled,
    ),
    Kind("demanded labels that were deleted", _unmet(r"[\s\S]+", ""), labelled_as_asked),
    Kind("too few labels", _unmet(r"\A(.*\n)[\s\S]*", r"\1"), labelled_as_asked),
    Kind("labels of long ago", _unmet('"at": "2026', '"at": "2001'), labelled_as_asked),
    Kind("labels of an earlier prompt", _unmet("You help", "You always help", "prompt"), labelled_as_asked),
    Kind(
        "recorded outputs of nobody",
        file(_ROWS, rf"{_HEAD}", "¦", "REC001"),
        recorded,
    ),
    Kind("a trial recorded twice", _again(_ROWS, '"id": ', '"id": ¦', "REC001"), recorded),
    Kind("outputs of two makers", _second_head, recorded),
    Kind(
        "an output that is no text",
        file(_ROWS, '"output": ".*"', '"output": ¦7', "FIL007"),
        recorded,
    ),
    Kind("a recorded file that was deleted", _recording_gone, recorded),
    Kind("outputs of another model", _other_model, of_model),
    Kind("outputs of an earlier prompt", _other_prompt, of_prompt),
    Kind("a case whose output isn't recorded", _untold, recorded),
    Kind("fewer trials than the suite asks for", _too_few_trials, recorded),
    Kind("an output of no case", _again(_ROWS, '^(.*)"old-', r'¦\1"new-', "REC005"), recorded),
    Kind(
        "outputs of a model that isn't registered",
        file(_SUITE, "^subject: .*$", "subject: ¦acme/nobody", "REC006"),
        of_model,
    ),
    Kind("outputs of a model without a digest", _no_digest, of_model),
)
