"""What of a base an interpreter needs to compile: its program, what that loads, the Python beside it.

A build checks these files each time it compiles anything, so the fewer the better: of the shared
libraries only those that the program's own ELF headers name, and no extension modules.
"""

from bareboat.elf import read as elf
from bareboat.tree.entry import Entry, Kind
from bareboat.tree.tree import Tree

__all__ = ["running"]

_EXTENSIONS = "lib-dynload"


def running(tree: Tree, *, program: str, loader: str, library: str) -> Tree:
    """Return the entries of `tree` that running `program` takes.

    `library` is the standard library's folder, `loader` what `program` is started by; all are paths
    in the tree.
    """
    files = {entry.path: entry for entry in tree if entry.kind is not Kind.DIRECTORY}
    names = {path.rpartition("/")[2]: path for path in files if ".so" in path}
    wanted: set[str] = set()
    waiting = [program, loader]
    while waiting:
        path = waiting.pop()
        entry = files.get(path)
        if entry is None or path in wanted:
            continue
        wanted.add(path)
        if entry.kind is Kind.SYMLINK:
            waiting.append(_target(entry))
        elif entry.kind is Kind.HARDLINK:
            waiting.append(entry.link)
        elif entry.content is not None:
            found = elf.read(entry.content)
            waiting.extend(names[name] for name in (found.needed if found else ()) if name in names)
    kept = (
        entry
        for path, entry in files.items()
        if path in wanted or (path.startswith(f"{library}/") and f"/{_EXTENSIONS}/" not in path)
    )
    return Tree.of(kept)


def _target(entry: Entry) -> str:
    """Return the path in the tree that a link leads to."""
    if entry.link.startswith("/"):
        return entry.link.lstrip("/")
    parts = entry.path.split("/")[:-1]
    for part in entry.link.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)
