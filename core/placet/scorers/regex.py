"""Patterns that come from files, on google-re2: linear time, bounded memory. Never Python's own `re`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, flag, only, text
from placet.scorers.shown import clip, shown, verdict

LONGEST_PATTERN = 5_000
MOST_MEMORY = 2 << 20  # bytes for each pattern; re2 keeps the last 128 in a cache
# Compiled instructions. RE2 is linear in text times program; at worst a product of one takes about 5 ns.
LARGEST_PROGRAM = 20_000
MOST_WORK = 1_000_000_000


@record
class Pattern:
    source: str
    compiled: Any  # re2 has no types

    def search(self, text: str) -> bool:
        """Whether the pattern matches anywhere. A dot is no line break; `^` and `$` are the text's ends."""
        return self.compiled.search(_encoded(text)) is not None

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where each match begins and ends, from left to right, in bytes of UTF-8."""
        return (match.span() for match in self.compiled.finditer(_encoded(text)))

    def work(self, text: str) -> int:
        """How much a search may cost at worst, in the unit of `MOST_WORK`."""
        return int(self.compiled.programsize) * (len(text) + 1)


def compile_pattern(source: str, name: str = "pattern") -> Pattern:
    import re2

    if len(source) > LONGEST_PATTERN:
        raise ScorerError(f"`{name}` is longer than {LONGEST_PATTERN:,} characters", "split it into several scorers")
    options = re2.Options()
    options.max_mem = MOST_MEMORY
    options.log_errors = False
    try:
        compiled = re2.compile(source, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise ScorerError(f"`{name}` is no regular expression of RE2: {_reason(error)}", _HELP) from None
    if compiled.programsize > LARGEST_PROGRAM:
        raise ScorerError(f"`{name}` is too large to search with", "use smaller repetitions")
    return Pattern(source, compiled)


_HELP = "RE2 has no look-around and no back references: https://github.com/google/re2/wiki/Syntax"


@record
class _RegexScorer:
    pattern: Pattern
    negated: bool

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        if self.pattern.work(output.text) > MOST_WORK:
            return Score(0.0, f"{len(output.text):,} characters are too many to search with this pattern")
        expected = f"expected {'no ' if self.negated else 'a '}match of /{clip(self.pattern.source)}/"
        found = self.pattern.search(output.text)
        return verdict(found is not self.negated, f"{expected}; found {shown(output.text)}")


def regex(spec: ScorerSpec) -> Scorer:
    only(spec, "pattern", "not")
    return _RegexScorer(compile_pattern(text(spec, "pattern")), flag(spec, "not"))


def _encoded(text: str) -> bytes:
    """UTF-8, with U+FFFD for half a surrogate pair, which UTF-8 doesn't have."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def _reason(error: Exception) -> str:
    """RE2 says it in bytes."""
    first = error.args[0] if error.args else ""
    return clip(first.decode("utf-8", "replace")) if isinstance(first, bytes) else "it is not valid Unicode"
