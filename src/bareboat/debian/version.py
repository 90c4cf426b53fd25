"""The order of Debian version numbers.

Digits are compared as text of known length, never as numbers, so that a hostile version with
thousands of digits costs nothing.
Spec: Debian Policy 4.7, section 5.6.12.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache, total_ordering

from bareboat.errors import InputError

__all__ = ["Version"]

_FORM = re.compile(
    r"(?:(?P<epoch>[0-9]+):)?(?P<upstream>[A-Za-z0-9.+~:-]+?)(?:-(?P<revision>[A-Za-z0-9+.~]+))?",
)
_PARTS = re.compile(r"([^0-9]*)([0-9]*)")

_Number = tuple[int, str]
_Part = tuple[tuple[int, ...], _Number]
_END: _Part = ((0,), (0, ""))


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """A version as written; equality and order are Policy's, so `1.0` equals `1.00-0`."""

    text: str
    epoch: str
    upstream: str
    revision: str
    order: tuple[_Number, tuple[_Part, ...], tuple[_Part, ...]] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Read `[epoch:]upstream[-revision]`; InputError for anything else."""
        return _parse(text)

    def __str__(self) -> str:
        return self.text

    def __hash__(self) -> int:
        return hash(self.order)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Version):
            return NotImplemented
        return self.order == other.order

    def __lt__(self, other: "Version") -> bool:
        return self.order < other.order


@lru_cache(maxsize=4096)
def _parse(text: str) -> Version:
    match = _FORM.fullmatch(text)
    if match is None or (match["epoch"] is None and ":" in text) or _has_empty_part(match):
        raise InputError(f"not a Debian version: {text[:80]!r}")
    epoch, upstream, revision = match["epoch"] or "0", match["upstream"], match["revision"] or ""
    order = (_number(epoch), _parts(upstream), _parts(revision))
    return Version(text, epoch, upstream, revision, order)


def _has_empty_part(match: re.Match[str]) -> bool:
    """Say whether a hyphen parts nothing: `1-` and `-1` are refused as dpkg refuses them."""
    return match["revision"] is None and "-" in match["upstream"]


def _number(digits: str) -> _Number:
    """Return what orders as the number does: its length without leading zeros, then its digits."""
    bare = digits.lstrip("0")
    return len(bare), bare


def _parts(text: str) -> tuple[_Part, ...]:
    """Return the alternating parts of `text`, ended by what sorts after `~` and before all else.

    An empty part can only stand first or last: the first one always stays and trailing ones are
    replaced by one end, so that `1`, `1.0`'s `.0` and a missing revision compare as Policy says.
    """
    first, *rest = [
        ((*(_weight(letter) for letter in word), 0), _number(digits)) for word, digits in _PARTS.findall(text)
    ]
    while rest and rest[-1] == _END:
        rest.pop()
    return (first, *rest, _END)


def _weight(letter: str) -> int:
    if letter == "~":
        return -1
    return ord(letter) if letter.isalpha() else ord(letter) + 256
