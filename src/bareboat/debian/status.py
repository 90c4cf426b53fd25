"""What scanners read: a control stanza and the sums of each package, below var/lib/dpkg/status.d.

It is the form that distroless images have, known to trivy, syft and grype. Only files that the
image keeps are listed, so each line is true; Debian's files are in the image byte for byte.
"""

from bareboat.debian.package import Unpacked, merged
from bareboat.tree.entry import Kind, file
from bareboat.tree.tree import Tree

__all__ = ["FOLDER", "tree"]

FOLDER = "var/lib/dpkg/status.d"
_STATUS = "Status: install ok installed"


def tree(unpacked: Unpacked, kept: Tree) -> Tree:
    """Return the two files for a package of which the image holds `kept`."""
    name = unpacked.package.name
    lines = unpacked.control.strip("\n").split("\n")
    stanza = "\n".join((lines[0], _STATUS, *(line for line in lines[1:] if not line.startswith("Status:"))))
    files = {entry.path for entry in kept if entry.kind in {Kind.FILE, Kind.HARDLINK}}
    sums = "".join(f"{digest}  {path}\n" for digest, path in _sums(unpacked.md5sums) if path in files)
    return Tree.of(
        (
            file(f"{FOLDER}/{name}", f"{stanza}\n".encode()),
            file(f"{FOLDER}/{name}.md5sums", sums.encode()),
        ),
        where=name,
    )


def _sums(text: str) -> list[tuple[str, str]]:
    """Return digest and path in the image of each line of an md5sums file, by path."""
    pairs = (line.split("  ", 1) for line in text.splitlines() if "  " in line)
    return sorted(((pair[0], merged(pair[1])) for pair in pairs), key=lambda pair: pair[1].encode())
