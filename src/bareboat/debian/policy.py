"""What an image keeps of a Debian package: its tree after the rules, and what each rule took out."""

from collections.abc import Collection, Iterator

from msgspec import Struct
from msgspec.structs import replace

from bareboat.debian import rules
from bareboat.debian.package import Unpacked
from bareboat.debian.rules import Rule
from bareboat.tree.entry import Entry, Kind
from bareboat.tree.tree import Tree

__all__ = ["Dropped", "Kept", "apply"]


class Dropped(Struct, frozen=True, order=True):
    """What one rule took out of one package: how many files and links, and bytes of their contents."""

    rule: str
    entries: int
    size: int


class Kept(Struct, frozen=True):
    """A package's tree after the rules, and what they dropped, by name of the rule."""

    tree: Tree
    dropped: tuple[Dropped, ...]


def apply(unpacked: Unpacked, *, wanted: Collection[str] = (), more: tuple[Rule, ...] = ()) -> Kept:
    """Return the tree that the image keeps of a package, and what each rule dropped.

    A folder goes with the last entry below it. A hard link whose file was dropped takes its
    place. `wanted` are sonames that something in the image loads: their files stay, whatever
    the rules. `more` are rules for this package alone. Nothing else but the package decides.
    """
    gone = _gone(unpacked, wanted, more)
    filled = {above for entry in unpacked.tree if _is_left(entry, gone) for above in _above(entry.path)}
    emptied = {above for path in gone for above in _above(path)} - filled
    kept: list[Entry] = []
    files: dict[str, Entry] = {}
    counted: dict[str, list[int]] = {}
    for entry in unpacked.tree:
        if entry.kind is Kind.DIRECTORY:
            if entry.path in filled or (entry.path not in gone and entry.path not in emptied):
                kept.append(entry)
        elif entry.path in gone:
            files[entry.path] = entry
            sums = counted.setdefault(gone[entry.path], [0, 0])
            sums[0] += 1
            sums[1] += entry.size
        else:
            kept.append(entry)
    dropped = tuple(Dropped(name, *sums) for name, sums in sorted(counted.items()))
    return Kept(Tree(tuple(_rescued(kept, files))), dropped)


def _gone(unpacked: Unpacked, wanted: Collection[str], more: tuple[Rule, ...]) -> dict[str, str]:
    """Return the paths that go, each with the name of its rule."""
    found = {}
    for path in (entry.path for entry in unpacked.tree):
        rule = rules.find(path, unpacked.package.name, more)
        if rule is not None and not _is_wanted(path, wanted):
            found[path] = rule.name
    return found


def _is_left(entry: Entry, gone: dict[str, str]) -> bool:
    return entry.kind is not Kind.DIRECTORY and entry.path not in gone


def _is_wanted(path: str, wanted: Collection[str]) -> bool:
    """Say whether `path` is one of the libraries, or what its link leads to (libz.so.1.3 for libz.so.1)."""
    name = path.rpartition("/")[2]
    return any(name == soname or name.startswith(f"{soname}.") for soname in wanted)


def _rescued(kept: list[Entry], gone: dict[str, Entry]) -> Iterator[Entry]:
    """Yield `kept` with the first link to each dropped file made that file."""
    moved: dict[str, str] = {}
    for entry in kept:
        target = gone.get(entry.link) if entry.kind is Kind.HARDLINK else None
        if target is None:
            yield entry
        elif target.path in moved:
            yield replace(entry, link=moved[target.path])
        else:
            moved[target.path] = entry.path
            yield replace(target, path=entry.path)


def _above(path: str) -> Iterator[str]:
    """Yield the folders that `path` lies in, the nearest first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
