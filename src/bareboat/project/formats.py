"""Which packages of a requirements file may come as wheels, which as sources: `--no-binary`, `--only-binary`.

What comes later holds, a name before `:all:`. Spec: pip's documentation of both options, its FormatControl.
"""

from collections.abc import Sequence

from msgspec import Struct
from packaging.utils import canonicalize_name

__all__ = ["Formats", "read"]

_ALL = ":all:"
_NONE = ":none:"


class Formats(Struct, frozen=True):
    """Normalised names, or `:all:`, of what is built from sources and of what must be a wheel."""

    sources: frozenset[str] = frozenset()
    wheels: frozenset[str] = frozenset()

    def is_built(self, name: str) -> bool:
        """Say whether a package is built from its sources though it may have a wheel."""
        return name in self.sources or (name not in self.wheels and _ALL in self.sources)

    def is_wheel(self, name: str) -> bool:
        """Say whether sources of a package are refused."""
        return name in self.wheels or (name not in self.sources and _ALL in self.wheels)


def read(options: Sequence[str]) -> Formats:
    """Return what the option lines of a requirements file say."""
    sources: set[str] = set()
    wheels: set[str] = set()
    for line in options:
        option, _, value = line.replace("=", " ", 1).partition(" ")
        if option in {"--no-binary", "--only-binary"}:
            mine, other = (sources, wheels) if option == "--no-binary" else (wheels, sources)
            for word in value.strip().strip("'\"").split(","):
                _add(word.strip(), mine, other)
    return Formats(frozenset(sources), frozenset(wheels))


def _add(word: str, mine: set[str], other: set[str]) -> None:
    if word == _NONE:
        mine.clear()
    elif word == _ALL:
        other.clear()
        mine.clear()
        mine.add(_ALL)
    elif word:
        mine.add(str(canonicalize_name(word)))
        other.discard(str(canonicalize_name(word)))
