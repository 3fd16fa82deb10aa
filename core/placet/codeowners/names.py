"""Many segments of patterns at once against a name: which of them it fits, as the bits of one integer.

Names are looked up, and globs by a piece of text that they need; what has no telling piece is left to `letters`.
"""

from __future__ import annotations

from placet.codeowners.bits import mask, packed, unpacked
from placet.codeowners.letters import letters_of
from placet.codeowners.patterns import EDGE, PIECE, Glob, literal_of, pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from placet.codeowners.bits import Packed
    from placet.codeowners.letters import Numbered

_SHARED = 4  # globs that may be filed under one piece of text
_IN_TURN = 24  # globs that are tried one after the other
_BITS = 256 * 1024 * 1024  # of earlier answers, and no more of them than:
_ANSWERS = 20_000


class Names:
    """Segments by their numbers, all of them below `width`."""

    def __init__(self, segments: Iterable[tuple[int, str]], width: int) -> None:
        literals: dict[str, list[int]] = {}
        globs: dict[str, list[int]] = {}
        for number, segment in segments:
            literal = literal_of(segment)
            kept, key = (globs, segment) if literal is None else (literals, literal)
            kept.setdefault(key, []).append(number)
        self._stars = mask(globs.pop("*", []))
        self._literals = packed(literals, width)
        self._same = packed(globs, width)
        self._globs = _Globs(globs, width) if globs else None
        self._answers: dict[str, int] = {}
        self._most = min(_ANSWERS, _BITS // (width + 1) + 16)

    def fitting(self, name: str) -> int:
        """The segments that `name` fits."""
        found = self._answers.get(name)
        if found is None:
            if len(self._answers) >= self._most:
                self._answers.clear()
            found = self._answers[name] = self._fitting(name)
        return found

    def _fitting(self, name: str) -> int:
        if not name:
            return 0
        found = self._stars
        literal = self._literals.get(name)
        if literal is not None:
            found |= unpacked(literal)
        return found if self._globs is None else found | self._globs.fitting(name)

    def covering(self, segment: str) -> int:
        """Segments that every name fits that fits `segment`: those of which it is plain, not each that there is."""
        literal = literal_of(segment)
        return self._stars | unpacked(self._same.get(segment, ())) if literal is None else self.fitting(literal)


class _Globs:
    """Each glob is filed under a piece of text that it needs and that few others are filed under."""

    def __init__(self, globs: Mapping[str, list[int]], width: int) -> None:
        self._filed: dict[str, list[tuple[Glob, Packed]]] = {}
        made = [(Glob(segment), numbers) for segment, numbers in globs.items()]
        plain = [one for one in made if one[0].is_simple]
        nasty = [one for one in made if not one[0].is_simple]
        if len(plain) > _IN_TURN:
            plain = [one for one in plain if not self._file(one, width)]
        if len(plain) > _IN_TURN:
            plain, nasty = [], nasty + plain
        self._plain = [(made, mask(numbers)) for made, numbers in plain]
        self._heads = {len(piece) for piece in self._filed if piece.startswith(EDGE)}
        self._tails = {len(piece) for piece in self._filed if piece.endswith(EDGE)}
        self._letters = letters_of(nasty, width)

    def _file(self, one: Numbered, width: int) -> bool:
        """Whether there was room for it under a piece of its text."""
        made, numbers = one
        rooms = [(len(self._filed.get(piece, ())), -len(piece), piece) for piece in made.pieces()]
        shared, _, piece = min(rooms, default=(_SHARED, 0, ""))
        if shared < _SHARED:
            self._filed.setdefault(piece, []).append((made, packed({0: numbers}, width)[0]))
        return shared < _SHARED

    def fitting(self, name: str) -> int:
        text = f"{EDGE}{name}{EDGE}"
        found = 0
        for made, numbers in self._plain:
            if made.matches(text):
                found |= numbers
        for piece in self._filed.keys() & self._held(text) if self._filed else ():
            for made, filed in self._filed[piece]:
                if made.matches(text):
                    found |= unpacked(filed)
        for letters in self._letters:
            found |= letters.fitting(name)
        return found

    def _held(self, text: str) -> set[str]:
        ends = {text[:width] for width in self._heads} | {text[-width:] for width in self._tails}
        return ends.union(pieces(text, PIECE))
