"""What must hold of a layer's bytes, said as findings. Codes OCI4xx.

Errors break the specification or would leave the root; warnings are legal but nothing that
bareboat makes: special files, setuid, names written in an unusual way.

Spec: OCI image-spec 1.1, layer.md.
"""

import hashlib
from collections.abc import Iterable, Iterator

from bareboat.errors import BareboatError
from bareboat.finding import Finding, Severity
from bareboat.oci import media, members
from bareboat.oci.blob import Blob
from bareboat.oci.members import Member

__all__ = ["check"]

_FILES = frozenset("07")
_DEVICES = {"3": "character device", "4": "block device", "6": "named pipe"}


def check(blob: Blob, *, media_type: str, diff_id: object, where: str) -> Iterator[Finding]:
    """Yield what is wrong inside a layer; `diff_id` is what the config says of it, None for nothing."""
    hashed = hashlib.sha256()

    def tee(chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            hashed.update(chunk)
            yield chunk

    try:
        plain = tee(members.decompress(blob.chunks(), media.compression_of(media_type)))
        yield from _members(members.read(plain), where)
    except members.Fault as fault:
        yield Finding("OCI402", where, str(fault))
    except BareboatError as error:
        yield Finding("OCI103", where, str(error))
    else:
        found = f"sha256:{hashed.hexdigest()}"
        if diff_id is not None and found != diff_id:
            yield Finding("OCI401", where, f"the tar is {found}, the config says {diff_id}")


def _members(read: Iterable[Member], where: str) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for member in read:
        place = f"{where}: {member.name}"
        parts = member.name.removeprefix("./").split("/")
        if member.name.startswith("/") or not member.name:
            yield Finding("OCI404", place, "path is absolute or empty")
            parts = member.name.strip("/").split("/")
        if ".." in parts:
            yield Finding("OCI405", place, "path has a '..' part")
            continue
        if "\0" in member.name or "\0" in member.link:
            yield Finding("OCI404", place, "path or link target holds a NUL")
        if member.name.startswith("./") or "" in parts or "." in parts[1:]:
            yield Finding("OCI411", place, "path is not in its shortest form", Severity.WARNING)
        path = "/".join(part for part in parts if part not in {"", "."})
        yield from _clash(seen, path, member, place)
        yield from _kind(seen, member, place)
        seen[path] = member.kind


def _clash(seen: dict[str, str], path: str, member: Member, place: str) -> Iterator[Finding]:
    if path in seen:
        yield Finding("OCI406", place, "path stands twice")
    parent = path
    while "/" in parent:
        parent = parent.rpartition("/")[0]
        if parent in seen:
            if seen[parent] != "5":
                yield Finding("OCI410", place, f"lies below {parent!r}, which is no folder")
            break
    name = path.rpartition("/")[2]
    if name == ".wh." or (name.startswith(".wh..wh.") and name != ".wh..wh..opq"):
        yield Finding("OCI413", place, "bad whiteout name")
    elif name.startswith(".wh.") and member.size:
        yield Finding("OCI413", place, "whiteout with content", Severity.WARNING)


def _kind(seen: dict[str, str], member: Member, place: str) -> Iterator[Finding]:
    if member.mode & 0o6000 and member.kind in _FILES:
        yield Finding("OCI407", place, f"setuid or setgid: mode {member.mode:o}", Severity.WARNING)
    if member.mode > 0o7777:
        yield Finding("OCI414", place, f"mode {member.mode:o} has bits beyond permissions", Severity.WARNING)
    if member.kind in _DEVICES:
        yield Finding("OCI408", place, f"a {_DEVICES[member.kind]}", Severity.WARNING)
    elif member.kind == "1":
        target = member.link.removeprefix("./").strip("/")
        if ".." in target.split("/") or member.link.startswith("/"):
            yield Finding("OCI409", place, f"hard link leaves the layer: {member.link!r}")
        elif target not in seen:
            yield Finding("OCI409", place, f"hard link to {member.link!r}, which does not stand before it")
    elif member.kind == "2":
        if not member.link:
            yield Finding("OCI409", place, "symbolic link without a target")
    elif member.kind not in _FILES | {"5"}:
        yield Finding("OCI412", place, f"unknown kind of tar member {member.kind!r}")
