"""`placet stamp`: record that a document judges today's content. Writes digests and date, and keeps everything else."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from placet.clock import now
from placet.errors import Exit, PlacetError
from placet.git.repository import Repository
from placet.judged import scope_digest
from placet.load import snapshot_of_worktree
from placet.model.register import Document
from placet.parse.kinds import Kind, kind_of, system_of
from placet.parse.snapshot import File, Snapshot, read_snapshot
from placet.report.printable import printable

_UNKNOWN = f"sha256:{'0' * 64}"


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def stamp(paths: Sequence[Path]) -> int:
    """Record that each document at PATHS judges the content as it stands today.

    Read the document again before you do: the stamp says that its author stands by it. One that doesn't say
    yet what it judges comes to judge the registration.

    \b
    Example:
      placet stamp systems/support-triage/documents/model-card.md
    """
    repository = Repository.at(Path.cwd())
    snapshot = snapshot_of_worktree(repository)
    names = {path: (Path.cwd() / path).resolve().relative_to(repository.root.resolve()).as_posix() for path in paths}
    _refuse_broken(snapshot, names.values())
    for path, name in names.items():
        text, today = path.read_text("utf-8"), now().date().isoformat()
        document = _begun(name, text, today) if _judges_nothing(snapshot, name) else _document(snapshot, name)
        judged = _judged(snapshot, document)
        path.write_text(_stamped(text, judged, today), "utf-8")
        click.echo(f"{printable(name)}: judges the {' and '.join(judged)} of today")
    return Exit.FINE


def _refuse_broken(snapshot: Snapshot, documents: Iterable[str]) -> None:
    """Mending a registration changes it: a stamp before that would be for what nobody wants."""
    from placet.rules.catalogue import check
    from placet.rules.documents import is_in_registration

    registrations = {f"systems/{system_of(path)}/system.yaml" for path in documents if kind_of(path) is Kind.DOCUMENT}
    for finding in check(snapshot, now().date()) if registrations & set(snapshot.files) else ():
        if finding.path in registrations and is_in_registration(finding, finding.path):
            place = f"{finding.path}:{finding.position.line}: {finding.rule}"
            advice = f"mend the registration first, and then stamp what judges it: {finding.help}"
            raise PlacetError(f"{place} {finding.message}", help=printable(advice), exit_code=Exit.NOT_MET)


def _judges_nothing(snapshot: Snapshot, path: str) -> bool:
    """Whether the front matter is there and has no scope that was judged."""
    tree = snapshot.tree(path) if kind_of(path) is Kind.DOCUMENT else None
    return tree is not None and isinstance(tree.value, dict) and not tree.value.get("judges")


def _begun(path: str, text: str, today: str) -> Document:
    """The document as it will be once it judges the registration; whatever else is wrong with it is refused."""
    begun = _stamped(text, {"registration": _UNKNOWN}, today)
    return _document(read_snapshot({path: File(path, "100644", "", begun.encode())}), path)


def _document(snapshot: Snapshot, path: str) -> Document:
    if path in snapshot.documents:
        return snapshot.documents[path]
    found = next((finding for finding in snapshot.findings if finding.path == path), None)
    why = f":{found.position.line}: {found.message}" if found else " is not a document of a system"
    raise PlacetError(
        f"{path}{why}", help="documents are systems/<id>/documents/*.md with front matter (docs/files.md)"
    )


def _judged(snapshot: Snapshot, document: Document) -> dict[str, str]:
    """The digests of today for each scope that the document says it judges."""
    system = snapshot.systems.get(f"systems/{system_of(document.path)}/system.yaml")
    if system is None:
        raise PlacetError(f"{document.path} belongs to no registered system", help="see: placet check")
    return {scope: scope_digest(scope, system, snapshot) for scope in document.judged}


def _stamped(text: str, judged: dict[str, str], today: str) -> str:
    """The document with new digests and date; comments, quotes and order of its front matter stay."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    opening, head, body = text.split("---\n", 2)
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 200
    yaml.indent(mapping=2, sequence=4, offset=2)
    front = yaml.load(head)
    if not front.get("judges"):
        front["judges"] = CommentedMap()
        front["judges"].fa.set_flow_style()
    front["judges"].update({scope: DoubleQuotedScalarString(digest) for scope, digest in judged.items()})
    front["date"] = yaml.load(today)
    out = io.StringIO()
    yaml.dump(front, out)
    return f"{opening}---\n{out.getvalue()}---\n{body}"
