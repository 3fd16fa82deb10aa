"""What somebody does about a control that isn't met, as a command where there is one. Pure."""

from __future__ import annotations

from placet.controls import ControlStatus, Standing
from placet.model.policy import Means


def next_step(status: ControlStatus) -> str:
    """The next step towards meeting it."""
    control, path = status.control, status.path
    match control.means:
        case Means.DOCUMENT if status.standing is Standing.MISSING:
            return f"write {path} (docs/files.md#document), then: placet stamp {path}"
        case Means.DOCUMENT:
            return f"read it again, correct it, then: placet stamp {path}"
        case Means.FIELD:
            return f"fill in `{control.name}:` in {path}"
        case Means.MONITOR:
            return f"add a monitor `{control.name}` to `monitoring:` in {path}"
        case Means.LABELS:
            return f"placet label {control.name}"
        case _:
            return _next_of_suite(status)


def _next_of_suite(status: ControlStatus) -> str:
    if status.standing is Standing.MISSING:
        return f"write {status.path} (docs/files.md#suite)"
    if status.standing is Standing.EMPTY:
        return f"give {status.path} a gate, or critical cases"
    if status.standing is Standing.UNREACHED:
        return "mark what strangers write as `untrusted` in the registration, if any variable carries it"
    return "run `placet review` on the branch that changes it"
