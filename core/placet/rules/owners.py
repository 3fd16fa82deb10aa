"""Rules about CODEOWNERS. Who exists and may approve is GitHub's to say; here only what the file itself says is judged.

Each finding depends on CODEOWNERS alone, those of `unowned` also on the path: never on which other files there are.
"""

from __future__ import annotations

from placet.codeowners import LOCATIONS
from placet.findings import Position
from placet.rules.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from placet.codeowners.governance import Gap
    from placet.codeowners.owners import CodeOwners, Rule
    from placet.rules.problem import Check

#: In a longer file only equal patterns are found: to compare each with each takes time.
_COMPARED = 5_000


def lines_load(check: Check) -> Iterator[Problem]:
    """GitHub skips such a line in silence, and its paths fall to the owners of an earlier line, or to nobody."""
    place = _readable(check)
    return wrong_lines(place, check.snapshot.codeowners) if place else iter(())


def files_owned(check: Check) -> Iterator[Problem]:
    """Whatever nobody owns, anybody with write access may approve."""
    owners = check.snapshot.codeowners
    return (problem for path in sorted(check.snapshot.files) if (problem := unowned(path, owners)))


def lines_decide(check: Check) -> Iterator[Problem]:
    """The last line that matches decides, so whoever wrote an earlier one is mistaken about who is asked."""
    place = _readable(check)
    return dead_lines(place, check.snapshot.codeowners) if place else iter(())


def owners_spelt(check: Check) -> Iterator[Problem]:
    """GitHub asks nobody in the place of an owner that it doesn't know."""
    place = _readable(check)
    data = check.snapshot.files[place].data if place else None
    return misspelt_owners(place, data or b"", check.snapshot.codeowners) if data else iter(())


def governance_owned(check: Check) -> Iterator[Problem]:
    """Whoever may change these may change what is asked of everybody else."""
    place = _readable(check)
    return open_governance(place, check.snapshot.codeowners) if place else iter(())


def _readable(check: Check) -> str:
    """The owners file that counts; none when there is none or it can't be read, which is said already."""
    place = next((place for place in LOCATIONS if place in check.snapshot.files), "")
    return place if place and check.snapshot.files[place].data is not None else ""


def wrong_lines(place: str, owners: CodeOwners) -> Iterator[Problem]:
    for error in owners.errors:
        advice = "correct the line: GitHub leaves it out, and a change to the paths that it speaks of can't be decided"
        yield Problem(place, Position(error.line, error.column, error.width), error.message, help=advice)


def unowned(path: str, owners: CodeOwners) -> Problem | None:
    """What is to say of `path` when nobody owns it, unless what causes it is said of CODEOWNERS itself."""
    if not owners.rules:
        return None  # nobody has begun to say who owns what, or nothing of it can be read
    rule = owners.rule_of(path)
    if rule is not None and rule.owners:
        return None
    from placet.codeowners.governance import is_in_a_gap

    last = rule.line if rule is not None else 0
    meant = any(error.line > last for error in owners.errors_about(path)) if owners.errors else False
    if meant or is_in_a_gap(path, owners):
        return None
    message = "no line of CODEOWNERS matches this file, so nobody owns it"
    if rule is not None:
        message = f"line {rule.line} of CODEOWNERS, `{rule.pattern}`, names no owner, so nobody owns this file"
    return Problem(path, Position(), message, help=f"give it an owner in CODEOWNERS: `{_pattern_for(path)} @org/team`")


def _pattern_for(path: str) -> str:
    """A line for the folder that belongs together: a system's, a prompt's."""
    folders = path.split("/")[:-1]
    return "/" + "/".join(part.replace(" ", "\\ ") for part in folders[:2]) + "/" if folders else f"/{path}"


def dead_lines(place: str, owners: CodeOwners) -> Iterator[Problem]:
    """Lines of which the patterns alone say that a later one always decides."""
    same = {rule.pattern: rule for rule in owners.rules}
    for number, rule in enumerate(owners.rules):
        later = same[rule.pattern]
        if later is rule and len(owners.rules) <= _COMPARED:
            covering = owners.paths.covering(number)
            later = rule if covering is None else owners.rules[covering]
        if later is not rule:
            yield _dead(place, rule, later)


def at(rule: Rule) -> Position:
    return Position(rule.line, rule.column, len(rule.pattern))


def _dead(place: str, rule: Rule, later: Rule) -> Problem:
    position = at(rule)
    if rule.pattern == later.pattern:
        message = f"this line decides nothing: line {later.line} has the same pattern and replaces it"
        advice = f"delete one of the two lines; all owners of a pattern stand on one line: `{rule.pattern} @a @b`"
        return Problem(place, position, message, help=advice)
    message = f"this line decides nothing: line {later.line}, `{later.pattern}`, matches all that it matches"
    advice = f"move it below line {later.line} if it is the exception, or delete it: the last line that matches decides"
    return Problem(place, position, message, help=advice)


def misspelt_owners(place: str, data: bytes, owners: CodeOwners) -> Iterator[Problem]:
    from placet.codeowners.lines import words_of
    from placet.codeowners.spelling import misspelt

    lines = data.decode("utf-8", "replace").removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").split("\n")
    for rule, owner, meant, count in misspelt(owners.rules):
        words = words_of(lines[rule.line - 1].removesuffix("\r"))
        column = next(before + 1 for before, word in words[1:] if word == owner)
        position = Position(rule.line, column, len(owner))
        message = f"`{owner}` owns nothing else here, and {count} lines name `{meant}`"
        yield Problem(
            place, position, message, help=f"did you mean `{meant}`? GitHub asks nobody for a name it doesn't know"
        )


def open_governance(place: str, owners: CodeOwners) -> Iterator[Problem]:
    from placet.codeowners.governance import gaps

    if owners.rules:
        yield from (_open(place, gap) for gap in gaps(owners, place))


def _open(place: str, gap: Gap) -> Problem:
    what = ", ".join(gap.places)
    why = "no line matches it" if gap.rule is None else "this line names no owner"
    position = Position() if gap.rule is None else at(gap.rule)
    message = f"nobody owns {what}: {why}"
    if gap.places[0] in LOCATIONS and gap.places[0] != place:
        message += ", and whoever adds it replaces this file"
    if gap.places[0] in LOCATIONS:
        return Problem(place, position, message, help=f"let those who answer for risk own it: `/{what} @org/risk-team`")
    return Problem(place, position, message, help="let those who answer for risk own them: `/policies/ @org/risk-team`")
