"""What `update-alternatives` would link: one of several packages that have the same library or program.

Read from the text of postinst scripts, which are never run: simple commands with constant words,
and variables that are assigned a constant. Of several the highest priority wins, as dpkg has it.
Spec: update-alternatives(1) of dpkg 1.22.
"""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from bareboat.debian.package import Unpacked, merged
from bareboat.errors import InputError
from bareboat.tree.entry import Entry, symlink
from bareboat.tree.tree import Tree

__all__ = ["Alternative", "read", "tree"]

_COMMAND = "update-alternatives"
_ASSIGNED = re.compile(r"(?m)^[ \t]*([A-Za-z_]\w*)=(['\"]?)([\w./+:-]*)\2[ \t]*(?:;|$)")
_PATH = re.compile(r"(?:/(?!\.{1,2}/)[\w.+~@:-]+)+")
_EXPANDED = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")


class Alternative(Struct, frozen=True, order=True):
    """`link` leads to `path` where no other of that `name` has a higher `priority`; paths from the root."""

    name: str
    priority: int
    link: str
    path: str


def read(unpacked: Unpacked) -> tuple[Alternative, ...]:
    """Return the alternatives that the package's postinst would install, in their order."""
    text = dict(unpacked.scripts).get("postinst", "")
    if _COMMAND not in text:
        return ()
    constants: dict[str, str] = {}
    for name, _, value in _ASSIGNED.findall(text):
        constants.setdefault(name, value)
    text = _EXPANDED.sub(lambda match: constants.get(match[1] or match[2], match[0]), text)
    try:
        from bareboat.dockerfile import shell  # scripts are read when a package is unpacked, not before

        commands = shell.split(text)
    except InputError:
        return ()
    return tuple(
        one
        for command in commands
        if command.name.rpartition("/")[2] == _COMMAND
        for one in _installed([word.value for word in command.words[1:]])
    )


def _installed(words: list[str | None]) -> Iterator[Alternative]:
    priority = 0
    place = 0
    while place < len(words):
        word = words[place]
        if word == "--install":
            link, name, path, number = (*words[place + 1 : place + 5], None, None, None, None)[:4]
            if link is None or name is None or path is None or number is None or not number.isdecimal():
                return
            priority = int(number)
            yield from _checked(name, priority, link, path)
            place += 5
        elif word in {"--slave", "--follower"}:
            link, name, path = (*words[place + 1 : place + 4], None, None, None)[:3]
            if link is not None and name is not None and path is not None:
                yield from _checked(name, priority, link, path)
            place += 4
        else:
            place += 1


def _checked(name: str, priority: int, link: str, path: str) -> Iterator[Alternative]:
    if re.fullmatch(r"[\w.+-]+", name) and all(_PATH.fullmatch(each) for each in (link, path)):
        yield Alternative(name, priority, merged(link.lstrip("/")), path)


def tree(packages: Iterable[Unpacked]) -> Tree:
    """Return the links of all alternatives of the packages: link, to etc/alternatives, to the file.

    A link whose file no package has is left out.
    """
    held = tuple(packages)
    there = {entry.path for one in held for entry in one.tree}
    best: dict[str, Alternative] = {}
    for one in sorted(held, key=lambda each: each.package.name):
        for found in read(one):
            known = best.get(found.name)
            is_there = merged(found.path.lstrip("/")) in there
            if is_there and found.link not in there and (known is None or found.priority > known.priority):
                best[found.name] = found
    entries: list[Entry] = []
    for found in best.values():
        entries += (
            symlink(found.link, f"/etc/alternatives/{found.name}"),
            symlink(f"etc/alternatives/{found.name}", found.path),
        )
    return Tree.of({entry.path: entry for entry in entries}.values()).with_parents()
