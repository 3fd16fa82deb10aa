"""`placet check`: validate the governed files, as they stand on disk, as they are staged, or as a commit has them."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from time import perf_counter

import click

from placet.cli.colour import paint
from placet.cli.judged import Asked, Judged, judge
from placet.cli.selection import FOLDERS
from placet.clock import now
from placet.errors import Exit
from placet.findings import Severity
from placet.git.repository import Repository
from placet.record import replace
from placet.report.findings import Checked, as_text, worst

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from placet.findings import Finding

FORMATS = ("text", "json", "jsonl", "github", "sarif")


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--staged", is_flag=True, help="Judge what is staged instead of what is on disk.")
@click.option("--rev", metavar="REV", help="Judge the files of this commit.")
@click.option("--from-ref", metavar="REV", help="Judge a range of commits: show what it brought since REV.")
@click.option("--to-ref", metavar="REV", help="Where that range ends.  [default: HEAD]")
@click.option("--only", multiple=True, type=click.Choice(FOLDERS), help="Show the findings of these files alone.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--fix", is_flag=True, help="First mend what is safe to mend, in the files on disk.")
@click.option("--no-index", is_flag=True, help="Read every file again, and use nothing that was learned before.")
@click.option("-v", "--verbose", is_flag=True, help="Say on standard error what was read.")
def check(paths: Sequence[Path], only: Sequence[str], format_: str, verbose: bool, **what: Any) -> int:
    """Validate the governed files: registrations, prompts, suites, policies.

    Every reference is followed through the whole repository. PATHS only choose whose findings are shown.

    \b
    Examples:
      placet check
      placet check systems/support-triage
      placet check --staged --format json
      placet check --from-ref origin/main --to-ref HEAD --format github
    """
    started = perf_counter()
    gc.disable()  # a register is no garbage: to walk through it again and again takes a third of the time
    mend = what.pop("fix")
    asked = Asked(index=not what.pop("no_index"), **what)
    repository = Repository.at(Path.cwd())
    if mend:
        _fix(repository, asked, paths, only, format_)
    judged = judge(repository, asked, now().date())
    shown = _selected(judged, paths, only, repository)
    checked = Checked(judged.changed, judged.files, round(1000 * (perf_counter() - started)))
    outside = len(judged.findings) - len(shown.findings)
    show(shown, replace(checked, outside=outside, known=judged.known, waived=shown.waived), repository, format_)
    for note in judged.notes if verbose else ():
        click.echo(f"placet: {note}", err=True)
    sys.stdout.flush()
    judged.afterwards()
    return Exit.NOT_MET if worst(shown.findings) is Severity.ERROR else Exit.FINE


def _fix(repository: Repository, asked: Asked, paths: Sequence[Path], only: Sequence[str], format_: str) -> None:
    """Mend what is selected, and say so: above the findings for people, on standard error for programs."""
    from placet.cli.fixing import fix
    from placet.cli.selection import below_any, folder_of, inside
    from placet.report.printable import printable

    below = below_any(inside(paths, repository) or ["."])
    done = fix(
        repository, asked, now().date(), lambda one: below(one.path) and (not only or folder_of(one.path) in only)
    )
    for line in done.lines():
        click.echo(printable(line), err=format_ != "text")


def _selected(judged: Judged, paths: Sequence[Path], only: Sequence[str], repository: Repository) -> Judged:
    """The same with the findings that were asked for. Raises UsageError for a path where nothing is."""
    from placet.cli.selection import below_any, folder_of, inside, must_exist

    if not paths and not only:
        return judged
    wanted = inside(paths, repository)
    everything = (*judged.findings, *(one.finding for one in judged.waived))
    must_exist(wanted, {*judged.paths(), *(finding.path for finding in everything)}, repository, judged)
    below = below_any(wanted or ["."])

    def is_wanted(finding: Finding) -> bool:
        return below(finding.path) and (not only or folder_of(finding.path) in only)

    return replace(
        judged,
        findings=tuple(finding for finding in judged.findings if is_wanted(finding)),
        waived=tuple(one for one in judged.waived if is_wanted(one.finding)),
    )


def show(judged: Judged, checked: Checked, repository: Repository, format_: str) -> None:
    """Print the findings. What programs read is the same bytes on every platform."""
    from placet.pages import pointers

    findings = judged.findings
    rules = {finding.rule for finding in (*findings, *(one.finding for one in judged.waived))}
    checked = replace(checked, pages=pointers(rules, repository.root))
    if format_ == "text":
        sources = judged.sources({finding.path for finding in findings})
        click.echo(as_text(findings, sources, checked, paint(sys.stdout)))
    else:
        click.echo(f"{_rendered(judged, checked, format_)}\n".encode(), nl=False)


def _rendered(judged: Judged, checked: Checked, format_: str) -> str:
    findings = judged.findings
    if format_ == "github":
        from placet.report.annotations import as_annotations

        return as_annotations(findings, checked)
    if format_ == "sarif":
        from placet.pages import page_of
        from placet.report.sarif import as_sarif

        sources = judged.sources({finding.path for finding in (*findings, *(one.finding for one in judged.waived))})
        return as_sarif(findings, sources, checked, {rule: page_of(rule) or "" for rule in checked.pages})
    from placet.report.json_lines import as_json_lines, one_object

    return as_json_lines(findings, checked) if format_ == "jsonl" else one_object(findings, checked)
