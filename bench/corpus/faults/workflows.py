"""Faults of workflows that run Placet, each in a workflow of its own."""

from __future__ import annotations

from bench.corpus.damage import Damage
from bench.corpus.faults.kind import Kind, Plant, anyone, policy
from bench.corpus.plan import Plan
from bench.corpus.policies import WORKFLOW, WORKFLOW_TEXT

_BASE, _HEAD = "github.event.pull_request.base.sha", "github.event.pull_request.head.sha"
_PERMISSIONS = r"^(permissions|    permissions): *(\{\}\n|\n(      .*\n)+)"
_RUN = "      - run: placet bot action"


def _other(name: str, rule: str, *edits: tuple[str, str]) -> Plant:
    """A second workflow with these edits; the last one has the mark."""

    def plant(damage: Damage, _: Plan) -> None:
        path = f".github/workflows/{name}.yml"
        damage.put(path, WORKFLOW_TEXT)
        for pattern, new in edits[:-1]:
            damage.edit(path, pattern, new)
        damage.edit(path, *edits[-1], rule)

    return plant


WORKFLOWS: tuple[Kind, ...] = (
    Kind(
        "a stranger's code with the rights of base",
        _other(
            "target", "WFL001", ("pull_request:", "pull_request_target:"), (rf"ref: (.*){_BASE}", rf"ref: ¦\1{_HEAD}")
        ),
        anyone,
        once=True,
    ),
    Kind(
        "a job that doesn't say what it may do",
        _other("silent", "WFL002", (_PERMISSIONS, ""), (_PERMISSIONS, ""), ("^  review:", "  ¦review:")),
        anyone,
        once=True,
    ),
    Kind(
        "a job that may do too much",
        _other("wide", "WFL003", ("contents: read", "contents: ¦write")),
        anyone,
        once=True,
    ),
    Kind(
        "an action that can change",
        policy(WORKFLOW, r"uses: actions/checkout@\w+", "uses: ¦actions/checkout@v7", "WFL004"),
        anyone,
        once=True,
    ),
    Kind(
        "a secret for a stranger's code",
        _other(
            "secret",
            "WFL005",
            (_BASE, _HEAD),
            (
                f"^{_RUN}",
                f"      - run: make evaluate\n        env:\n          MODEL_KEY: ${{{{ ¦secrets.MODEL_KEY }}}}\n{_RUN}",
            ),
        ),
        anyone,
        once=True,
    ),
    Kind(
        "a checkout that leaves the token",
        _other("token", "WFL006", (r"^ *persist-credentials: false\n", ""), ("uses: ", "uses: ¦")),
        anyone,
        once=True,
    ),
    Kind(
        "a title that becomes a command",
        _other(
            "title", "WFL007", (f"^{_RUN}", f"      - run: echo ¦${{{{ github.event.pull_request.title }}}}\n{_RUN}")
        ),
        anyone,
        once=True,
    ),
)
