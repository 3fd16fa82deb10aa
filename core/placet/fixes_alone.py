"""Which findings can be mended in their own file alone: a name that others refer to isn't one of them."""

from __future__ import annotations

from placet.parse.kinds import system_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from placet.findings import Finding
    from placet.parse.snapshot import Snapshot


def alone(findings: Iterable[Finding], snapshot: Snapshot) -> list[Finding]:
    """`findings` without those whose file says a name that another file uses."""
    return [
        finding
        for finding in findings
        if finding.rule not in _REFERRED or not any(_REFERRED[finding.rule](finding, snapshot))
    ]


def _to_system(finding: Finding, snapshot: Snapshot) -> Iterator[bool]:
    system = snapshot.systems.get(finding.path)
    if system is None:
        return
    yield from (waiver.system == system.id for waiver in snapshot.waivers.values())
    yield from (_says(snapshot, path, system.id) for path in snapshot.files if _speaks_of_systems(path, finding.path))


def _speaks_of_systems(path: str, registration: str) -> bool:
    """Incidents, and policies such as rules and their tests."""
    beside = system_of(path) is not None and system_of(path) == system_of(registration)
    return (beside and "/incidents/" in path) or path.startswith(("policies/rules/", "policies/tests/"))


def _to_control(finding: Finding, snapshot: Snapshot) -> Iterator[bool]:
    control = snapshot.controls.get(finding.path)
    if control is None:
        return
    yield from (control.id in policy.controls for policy in snapshot.tiers.values())
    yield from (waiver.control == control.id for waiver in snapshot.waivers.values())
    yield from (_says(snapshot, path, control.id) for path in snapshot.files if path.startswith("policies/tests/"))


def _to_suite(finding: Finding, snapshot: Snapshot) -> Iterator[bool]:
    suite = snapshot.suites.get(finding.path)
    if suite is None:
        return
    folder, name = system_of(finding.path), suite.name
    yield snapshot.settings is None or snapshot.settings.main_suite == name
    yield from (control.means == "suite" and control.name == name for control in snapshot.controls.values())
    beside = [waiver for waiver in snapshot.waivers.values() if system_of(waiver.path) == folder]
    yield from (waiver.control.partition(".")[0] == name for waiver in beside)
    system = snapshot.systems.get(f"systems/{folder}/system.yaml")
    modes = (system.fields.get("failure_modes") or ()) if system else ()
    yield from (case.partition("/")[0] == name for mode in modes for case in mode["cases"])


def _says(snapshot: Snapshot, path: str, word: str) -> bool:
    return word.encode() in (snapshot.files[path].data or b"")


_REFERRED: Mapping[str, Callable[[Finding, Snapshot], Iterator[bool]]] = {
    "SYS001": _to_system,
    "POL003": _to_control,
    "SUI009": _to_suite,
}
