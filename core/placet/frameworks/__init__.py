"""The frameworks that controls point to, as data beside this file: their ids, and from when each requirement applies.

Pure. Every date carries where it stands and when somebody looked; no code knows a date. Nothing here says that a
system complies: a control that points to an id helps with it, and no more.
"""

from __future__ import annotations

from placet.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: The frameworks, as crosswalks and `--framework` write them.
NAMES = ("eu-ai-act", "nist-ai-rmf", "iso-42001")
_read: dict[str, Framework] = {}


@record
class Applies:
    """From which day (ISO) something applies, and to what. `source` says where that stands."""

    since: str
    what: str
    source: str
    checked: str


@record
class Requirement:
    """One id of a framework. The title is empty where the text isn't ours to show."""

    id: str
    title: str
    applies: tuple[Applies, ...]


@record
class Framework:
    """`others` are ids that exist and that nobody is asked to cover."""

    id: str
    title: str
    what: str
    about: str
    source: str
    checked: str
    how: str  # what was looked at on that day
    requirements: tuple[Requirement, ...]
    others: frozenset[str]

    @property
    def ids(self) -> frozenset[str]:
        """Every id that a crosswalk may name."""
        return self.others | {requirement.id for requirement in self.requirements}


def framework(name: str) -> Framework:
    """The framework of that name, which is one of `NAMES`. Read once."""
    if name not in _read:
        import json  # here: a commit asks only when a control changes

        # Not by importlib.resources, whose import takes as long as reading all of them.
        data: bytes = __spec__.loader.get_data(f"{__path__[0]}/{name}.json")  # type: ignore[union-attr]
        _read[name] = _framework(json.loads(data))
    return _read[name]


def _framework(value: dict[str, Any]) -> Framework:
    dates = {
        key: Applies(one["from"], one["what"], one["source"], one["checked"]) for key, one in value["dates"].items()
    }
    requirements = (
        Requirement(one["id"], one["title"], tuple(dates[date] for date in one["dates"]))
        for one in value["requirements"]
    )
    texts = {key: value[key] for key in ("id", "title", "what", "about", "source", "checked", "how")}
    return Framework(**texts, requirements=tuple(requirements), others=frozenset(value["others"]))
