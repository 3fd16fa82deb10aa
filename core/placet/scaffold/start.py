"""The files that make a repository a governed one, apart from those that are added to what is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from placet.digest import registration_digest
from placet.parse.snapshot import File, read_snapshot
from placet.record import record
from placet.scaffold.answers import Answers, Endpoint
from placet.scaffold.templates import filled, quoted, scalar, template, template_names

EXAMPLE = "example-feedback"
WORKFLOW = ".github/workflows/placet.yml"
CARD = f"systems/{EXAMPLE}/documents/model-card.md"
_REGISTRATION = f"systems/{EXAMPLE}/system.yaml"
#: Where each text of the example belongs. The registration comes first, and the card, which judges it, last.
_EXAMPLE = {
    _REGISTRATION: "example/system.yaml",
    f"prompts/{EXAMPLE}/sort.prompt.yml": "example/sort.prompt.yml",
    f"systems/{EXAMPLE}/evals/cases/core.jsonl": "example/core.jsonl",
    f"systems/{EXAMPLE}/evals/core.yaml": "example/core.yaml",
    CARD: "example/model-card.md",
}
#: A registration is to be read again after half a year.
_REVIEW = timedelta(days=182)
_UNKNOWN = (
    "        # price: {input: 0.15, output: 0.60}  # US dollars for a million tokens; without it costs are unknown"
)


@record
class Draft:
    """A file to write. If a `fixed` one is there already, how it differs is shown; any other is left to the user."""

    path: str
    text: str
    fixed: bool = False


def policies(answers: Answers) -> tuple[Draft, ...]:
    """The policies, the same for everybody but for names and endpoint."""
    folders = ("policies/controls", "policies/suites", "policies/suites/cases")
    named = [name for folder in folders for name in template_names(folder)]
    fixed = ["policies/tiers.yaml", "policies/classification.yaml", *named]
    own = ["policies/placet.yaml", "policies/providers.yaml"]
    values = _values(answers)
    return (
        *(Draft(path, template(path), fixed=True) for path in fixed),
        *(Draft(path, filled(template(path), **values)) for path in own),
    )


def example(answers: Answers, today: date) -> tuple[Draft, ...]:
    """A small system to learn from. Its card's digest is put in by `stamped`, once all that it judges is known."""
    values = _values(answers) | {"today": today.isoformat(), "review_by": (today + _REVIEW).isoformat()}
    return tuple(Draft(path, filled(template(name), **values, digest="@@digest@@")) for path, name in _EXAMPLE.items())


def stamped(card: Draft, digest: str) -> Draft:
    return Draft(card.path, filled(card.text, digest=quoted(digest)))


def digest_for_card(files: Mapping[str, bytes]) -> str | None:
    """The digest of the example's registration as it will stand there; None when somebody has broken or removed it."""
    return digest_of(files, _REGISTRATION)


def digest_of(files: Mapping[str, bytes], registration: str) -> str | None:
    """The digest of a registration among `files`; None when it isn't valid."""
    snapshot = read_snapshot({path: File(path, "100644", "", data) for path, data in files.items()})
    system = snapshot.systems.get(registration)
    return registration_digest(system) if system else None


def workflow(answers: Answers) -> Draft:
    credential = answers.endpoint.credential
    key = [
        "          # The model's key goes here, for this step alone, from an environment that somebody must approve:",
        f"          # {credential}: ${{{{ secrets.{credential} }}}}",
    ]
    text = filled(
        template("workflow.yml"),
        repository=scalar(answers.repository) if answers.repository else '""',
        commit=quoted(answers.commit),
        install=template("install.yml").rstrip("\n"),
        key="\n".join(key) if credential else "          # The model of policies/providers.yaml needs no key.",
    )
    return Draft(WORKFLOW, text)


def _values(answers: Answers) -> dict[str, str]:
    endpoint = answers.endpoint
    return {
        "owner": quoted(answers.owner),
        "risk": quoted(answers.risk),
        "provider": scalar(endpoint.id),
        "base_url": endpoint.base_url,
        "credential": endpoint.credential or "null",
        "model": quoted(endpoint.model),
        "model_id": quoted(endpoint.model_id),
        "price": _price(endpoint),
    }


def _price(endpoint: Endpoint) -> str:
    if endpoint.price is None:
        return _UNKNOWN
    paid, got = (f"{amount:g}" for amount in endpoint.price)
    note = "" if endpoint.is_local else ", as once listed: hold it against today's list"
    return f"        price: {{input: {paid}, output: {got}}}  # US dollars for a million tokens{note}"
