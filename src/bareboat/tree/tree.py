"""A set of entries that form a file tree: sorted, without duplicates, a value.

Merging is associative; for trees that agree wherever they overlap it is commutative too.
"""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.tree.entry import Entry, Kind, directory, raw

__all__ = ["Tree"]


class Tree(Struct, frozen=True):
    """Entries sorted by path in byte order, each path once, nothing below a non-folder."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, entries: Iterable[Entry], *, where: str = "") -> "Tree":
        """Sort and check `entries`; InputError names a path that stands twice.

        A folder may be named any number of times; the last mode and owner win.
        """
        found: dict[str, Entry] = {}
        for entry in entries:
            before = found.get(entry.path)
            if before is not None and not (before.kind is entry.kind is Kind.DIRECTORY):
                raise InputError(f"{entry.path!r} stands twice", where=where)
            found[entry.path] = entry
        return cls._checked(found, where)

    def merge(self, *others: "Tree", where: str = "") -> "Tree":
        """Return the union; where two trees hold one path, the later tree wins.

        InputError where a file of one tree lies below a file of another.
        """
        found = {entry.path: entry for entry in self.entries}
        for other in others:
            found.update((entry.path, entry) for entry in other.entries)
        return self._checked(found, where)

    @classmethod
    def _checked(cls, found: dict[str, Entry], where: str) -> "Tree":
        for path in found:
            parent = path
            while "/" in parent:
                parent = parent.rpartition("/")[0]
                above = found.get(parent)
                if above is None:
                    continue
                if above.kind is not Kind.DIRECTORY:
                    raise InputError(f"{path!r} lies below {parent!r}, which is no folder", where=where)
                break
        return cls(tuple(found[path] for path in sorted(found, key=raw)))

    def filter(self, keep: Callable[[Entry], bool]) -> "Tree":
        """Return the entries for which `keep` holds."""
        return Tree(tuple(entry for entry in self.entries if keep(entry)))

    def with_parents(self) -> "Tree":
        """Return the tree with every missing parent folder added, mode 0755, owned by root."""
        present = {entry.path for entry in self.entries}
        missing = set()
        for path in present:
            parent = path
            while "/" in parent:
                parent = parent.rpartition("/")[0]
                if parent in present or parent in missing:
                    break
                missing.add(parent)
        return Tree.of((*self.entries, *(directory(path) for path in missing)))

    def find(self, path: str) -> Entry | None:
        """Return the entry at exactly `path`, or None."""
        return next((entry for entry in self.entries if entry.path == path), None)

    @property
    def size(self) -> int:
        """Bytes of all contents together."""
        return sum(entry.size for entry in self.entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)
