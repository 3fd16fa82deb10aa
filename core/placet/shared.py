"""Shared suites: policy's own cases, put into the variables that a registration marks as untrusted.

Pure. A shared suite lies in `policies/suites/`, belongs to no system, and runs on every prompt with an untrusted
variable of the systems whose tier demands it. No payload comes from a change: the suite is base's, and only the text
that a payload rides on is of the system's own cases.
"""

from __future__ import annotations

from placet.hashing import hex_digest
from placet.model.policy import Control, Means, Phase, Tier
from placet.model.register import Prompt, System
from placet.model.suite import INLINE, Case, Suite
from placet.parse.misplaced import PREFIX
from placet.parse.snapshot import Snapshot
from placet.record import record, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

APPEND, PREPEND = "append", "prepend"
#: So many of a system's first cases carry payloads; a case more at the end then moves no payload to another text.
HOSTS = 4
#: The same where the main suite judges as well: a single case that it gets wrong must not weigh too much.
HOSTS_AS_MAIN = 12
#: The gate of a suite `as_main` that stands for every metric that the system's main suite gates.
MAIN = "main"
#: The field of a case that names the pair it is of.
PAIR = "pair"
#: Types of scorers that stay with the main suite: time and money are its business, and one of them measures nothing.
NOT_BROUGHT = frozenset({"latency", "cost", "github-judge"})
#: What a variable says where neither the system nor the suite gives it a text.
FILLER = "Hello, I have a question. Thank you."


def shared_suite(control: Control, snapshot: Snapshot) -> Suite | None:
    """The shared suite that would meet `control`, under the name that its file gives it."""
    if control.means is not Means.SUITE:
        return None
    return next((suite for suite in snapshot.shared.values() if suite.name == control.name), None)


def replaced_by(control: Control, system: System, snapshot: Snapshot) -> Suite | None:
    """The suite of `system` that stands in for the shared one, if the control lets it, it is run and can fail."""
    own = (suite for suite in snapshot.suites_of(system) if suite.name == control.name and not suite.claims)
    return next((suite for suite in own if control.own and can_fail(suite)), None)


def can_fail(suite: Suite) -> bool:
    """Whether anything that `suite` finds could fail a change."""
    return bool(suite.gates) or any(case.critical or case.forbidden for case in suite.cases)


def demanded(system: System, tier: Tier, deciding: Snapshot, snapshot: Snapshot) -> tuple[Suite, ...]:
    """The shared suites that `deciding`'s policies demand of `system` at `tier`, named as they run.

    `snapshot` has the system's own suites; where it is the deciding one, what it says of itself counts.
    """
    controls = deciding.policies.controls_of(tier) if deciding.policies and deciding.shared else ()
    found = (
        shared_suite(control, deciding)
        for control in controls
        if control.phase <= Phase.PR and replaced_by(control, system, snapshot) is None
    )
    return tuple(named(suite) for suite in found if suite is not None)


def named(suite: Suite) -> Suite:
    """The shared suite as runs, gates and waivers name it."""
    return replace(suite, name=f"{PREFIX}{suite.name}")


def suites_for(system: System, snapshot: Snapshot) -> tuple[Suite, ...]:
    """Every suite that judges `system` as `snapshot` has it: its own, and the shared ones that reach it."""
    own, paths = snapshot.suites_of(system), reached(system, snapshot.prompts)
    if not paths or snapshot.settings is None:
        return own
    host = host_of(own, snapshot.settings.main_suite, paths[0], system)
    shared = demanded(system, system.tier, snapshot, snapshot)
    return (*own, *(_as_main(suite, host) for suite in shared))


def reached(system: System, prompts: Mapping[str, Prompt]) -> tuple[str, ...]:
    """The prompts of `system` into which a payload can go: those with an untrusted variable."""
    return tuple(
        use.path
        for use in system.prompts
        if use.path in prompts and not prompts[use.path].variables.isdisjoint(use.untrusted)
    )


def untrusted_of(system: System, path: str) -> frozenset[str]:
    """The variables of the prompt at `path` that `system` marks as untrusted."""
    return frozenset(name for use in system.prompts if use.path == path for name in use.untrusted)


@record
class Host:
    """What payloads ride on at one prompt: a suite of the system, whose first cases they join, if it has one."""

    suite: Suite | None = None

    def of(self, case: Case, most: int) -> Case | None:
        """The case that carries `case`, the same for all cases of a pair.

        Chosen by name, so that one more case in the shared suite leaves all others as they are.
        """
        cases = self.suite.cases[:most] if self.suite else ()
        if not cases:
            return None
        name = (case.fields or {}).get(PAIR, case.id)
        return cases[int(hex_digest("sha256", name.encode())[:8], 16) % len(cases)]


def host_of(suites: Iterable[Suite], main: str, path: str, system: System) -> Host:
    """What carries payloads to the prompt at `path`: the main suite, else the prompt's own test data."""
    known, only = list(suites), len(system.prompts) == 1
    mine = [one for one in known if one.name == main and (one.prompt == path or (one.prompt is None and only))]
    inline = [one for one in known if one.name == INLINE and one.path == path]
    return Host(next((suite for suite in (*mine, *inline) if suite.cases), None))


def placed(suite: Suite, prompt: Prompt, untrusted: Collection[str], host: Host) -> Suite:
    """`suite` as it runs on `prompt`: each payload in every untrusted variable, and the others as in a host case."""
    marked = sorted(prompt.variables & frozenset(untrusted))
    most = HOSTS_AS_MAIN if suite.as_main else HOSTS
    cases = tuple(_case(case, suite, prompt, marked, host.of(case, most)) for case in suite.cases)
    return _as_main(replace(suite, prompt=prompt.path, cases=cases), host)


def _case(case: Case, suite: Suite, prompt: Prompt, marked: Iterable[str], host: Case | None) -> Case:
    filler = FILLER if suite.filler is None else suite.filler
    inputs = {name: host.inputs.get(name, filler) if host else filler for name in sorted(prompt.variables)}
    inputs |= {name: carried(case.payload or "", inputs[name], suite.carrier) for name in marked}
    found = replace(case, inputs=inputs, payload=None)
    if host is None:
        return found
    expected = host.expected if suite.as_main else case.expected
    return replace(found, expected=expected, tool_results=host.tool_results)


def carried(payload: str, text: str, carrier: str | None) -> str:
    """The payload as it rides on `text`; by itself where the suite says nothing of it."""
    if carrier == APPEND:
        return f"{text}\n\n{payload}"
    return f"{payload}\n\n{text}" if carrier == PREPEND else payload


def _as_main(suite: Suite, host: Host) -> Suite:
    """The answers are to be as right as without payloads: the gate `main` holds for whatever the host suite gates."""
    if not suite.as_main:
        return suite
    known, gates_there = (host.suite.scorers, host.suite.gates) if host.suite else ((), ())
    taken, gated = {spec.name for spec in suite.scorers}, {gate.metric for gate in gates_there}
    scorers = [spec for spec in known if spec.name not in taken and spec.type not in NOT_BROUGHT]
    floors = [gate for gate in suite.gates if gate.metric == MAIN and MAIN not in taken]
    gates = [replace(floor, metric=spec.name) for floor in floors for spec in scorers if spec.name in gated]
    kept = [gate for gate in suite.gates if gate not in floors]
    return replace(suite, scorers=(*suite.scorers, *scorers), gates=(*kept, *gates))


def tags_of(suites: Iterable[Suite]) -> Iterator[str]:
    """The tags of the cases that could fail a change."""
    return (tag for suite in suites if can_fail(suite) for case in suite.cases for tag in case.tags)
