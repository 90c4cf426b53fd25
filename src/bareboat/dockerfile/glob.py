"""The patterns in `${NAME#pattern}` and its kin: `*` and `?` alone, matched without backtracking.

Which places of a value a pattern can reach is held as the bits of one number, so that no pattern, however
absurd, takes more than its length times the value's.
Spec: BuildKit, frontend/dockerfile/shell/lex.go, convertShellPatternToRegex.
"""

from collections.abc import Iterator, Sequence

from bareboat.errors import InputError

__all__ = ["replaced", "without_prefix", "without_suffix"]

_ANY = "?"  # one letter; letters of the pattern itself come as two characters
_MANY = "*"


def without_prefix(value: str, pattern: str, *, longest: bool) -> str:
    """Return a value without the shortest or longest beginning that a pattern matches."""
    ends = _Matcher(value, _parsed(pattern)).ends(0)
    if not ends:
        return value
    return value[(_highest if longest else _lowest)(ends) :]


def without_suffix(value: str, pattern: str, *, longest: bool) -> str:
    """Return a value without the shortest or longest end that a pattern matches."""
    reverse = _Matcher(value[::-1], tuple(reversed(_parsed(pattern))))
    ends = reverse.ends(0)
    if not ends:
        return value
    return value[: len(value) - (_highest if longest else _lowest)(ends)]


def replaced(value: str, pattern: str, text: str, *, every: bool) -> str:
    """Return a value with the first match of a pattern replaced, or every one."""
    matcher = _Matcher(value, _parsed(pattern))
    if not every:
        found = next(matcher.matches(), None)
        return value if found is None else value[: found[0]] + text + value[found[1] :]
    result = []
    place = 0
    for start, end in matcher.matches():
        result += [value[place:start], _filled(text, value[start:end])]
        place = end
    return "".join([*result, value[place:]])


def _parsed(pattern: str) -> tuple[str, ...]:
    """Return a pattern's pieces: `*`, `?`, or a backslash and the letter itself."""
    pieces = []
    signs = iter(pattern.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))
    for sign in signs:
        if sign in {_MANY, _ANY}:
            pieces.append(sign)
            continue
        letter = sign
        if sign == "\\":
            letter = next(signs, "")
            if letter not in set("}/*?\\") or not letter:
                raise InputError(
                    f"pattern {pattern!r} has a backslash before {letter!r}",
                    hint="a backslash stands before *, ?, / and } alone",
                )
        pieces.append("\\" + letter)
    return tuple(pieces)


def _lowest(places: int) -> int:
    return (places & -places).bit_length() - 1


def _highest(places: int) -> int:
    return places.bit_length() - 1


def _filled(text: str, match: str) -> str:
    """Return a replacement with `$0` filled in, as Go's regexp has it: other groups are empty."""
    if "$" not in text:
        return text
    result = []
    place = 0
    while (sign := text.find("$", place)) >= 0:
        result.append(text[place:sign])
        name, end = _group(text, sign + 1)
        if name is None:
            result.append("$")
            place = end
            continue
        if name == "$":
            result.append("$")
        elif name.isascii() and name.isdigit() and (name == "0" or not name.startswith("0")):
            result.append(match if int(name) == 0 else "")
        place = end
    return "".join([*result, text[place:]])


def _group(text: str, place: int) -> tuple[str | None, int]:
    """Return the name after a dollar sign and where it ends; None where there is none."""
    if text.startswith("$", place):
        return "$", place + 1
    is_braced = text.startswith("{", place)
    start = place + is_braced
    end = start
    while end < len(text) and (text[end] == "_" or text[end].isalnum()):
        end += 1
    if end == start or (is_braced and not text.startswith("}", end)):
        return None, place
    return text[start:end], end + is_braced


class _Matcher:
    """A pattern against a value: bit n of a number stands for the place before its nth letter."""

    def __init__(self, value: str, pieces: Sequence[str]) -> None:
        self.size = len(value)
        self.pieces = tuple(pieces)
        self.all = (1 << (self.size + 1)) - 1
        letters = {piece[1] for piece in self.pieces if piece.startswith("\\")}
        self.letters = {letter: self._places(value, letter) for letter in letters}
        self.breaks = self._places(value, "\n")
        self.others = self.all >> 1 & ~self.breaks

    @staticmethod
    def _places(value: str, letter: str) -> int:
        places = bytearray(len(value) // 8 + 1)
        place = value.find(letter)
        while place >= 0:
            places[place >> 3] |= 1 << (place & 7)
            place = value.find(letter, place + 1)
        return int.from_bytes(places, "little")

    def ends(self, start: int) -> int:
        """Return the places where a match that begins at `start` may end."""
        places = 1 << start
        for piece in self.pieces:
            if piece == _MANY:
                places = self._spread(places)
            else:
                letters = self.others if piece == _ANY else self.letters[piece[1]]
                places = (places & letters) << 1
            if not places:
                break
        return places

    def matches(self) -> Iterator[tuple[int, int]]:
        """Yield each match, leftmost and longest first; an empty one never touches the one before it."""
        starts = self._starts()
        place = 0
        last = -1
        while place <= self.size:
            left = starts >> place
            if not left:
                return
            start = place + _lowest(left)
            end = _highest(self.ends(start))
            if end > start or start != last:
                yield start, end
            last = end
            place = end if end > start else start + 1

    def _starts(self) -> int:
        """Return the places where any match begins, read from the pattern's end."""
        places = self.all
        for piece in reversed(self.pieces):
            if piece == _MANY:
                places = self._spread_back(places)
            else:
                letters = self.others if piece == _ANY else self.letters[piece[1]]
                places = places >> 1 & letters
        return places

    def _spread(self, places: int) -> int:
        """Return every place that can be reached from some over letters that are no line break."""
        if not self.breaks:
            return self.all & -(places & -places) if places else 0
        open_, step = self.others << 1, 1
        while step <= self.size:
            places |= open_ & places << step
            open_ &= open_ << step
            step *= 2
        return places

    def _spread_back(self, places: int) -> int:
        """Return every place from which some can be reached in the same way."""
        if not self.breaks:
            return (1 << places.bit_length()) - 1
        open_, step = self.others, 1
        while step <= self.size:
            places |= open_ & places >> step
            open_ &= open_ >> step
            step *= 2
        return places
