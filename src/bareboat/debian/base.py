"""The entries of a base that no package ships: what maintainer scripts would have made, and users.

`scripts.py` says for each package what its scripts do and what here stands for it.
"""

import re
from collections.abc import Iterable, Iterator

from bareboat.debian.package import Unpacked
from bareboat.errors import BuildError
from bareboat.target import Arch, PythonVersion
from bareboat.tree.entry import Entry, directory, file, symlink
from bareboat.tree.tree import Tree

__all__ = ["BUNDLE", "USER", "base_tree", "interpreter_tree", "user_folders"]

USER = 65532
"""The number of the user and of the group `nonroot`."""

BUNDLE = "etc/ssl/certs/ca-certificates.crt"
"""Where every certificate authority of the packages stands."""

_LINKS = {
    "bin": "usr/bin",
    "lib": "usr/lib",
    "sbin": "usr/sbin",
    "etc/localtime": "/usr/share/zoneinfo/Etc/UTC",
    "etc/os-release": "../usr/lib/os-release",
    # OpenSSL's own default places, which the package openssl would link.
    "usr/lib/ssl/cert.pem": "/etc/ssl/certs/ca-certificates.crt",
    "usr/lib/ssl/certs": "/etc/ssl/certs",
    "var/run": "/run",
}

_FILES = {
    "etc/group": f"root:x:0:\nnogroup:x:65534:\nnonroot:x:{USER}:\n",
    "etc/nsswitch.conf": (
        "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nnetworks: files\n"
        "protocols: files\nservices: files\nethers: files\nrpc: files\n"
    ),
    "etc/passwd": (
        "root:x:0:0:root:/root:/usr/sbin/nologin\n"
        "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
        f"nonroot:x:{USER}:{USER}:nonroot:/home/nonroot:/usr/sbin/nologin\n"
    ),
    "etc/timezone": "Etc/UTC\n",
}

_FOLDERS = (
    directory("dev"),
    directory("home"),
    directory("home/nonroot", mode=0o700, uid=USER, gid=USER),
    directory("proc"),
    directory("root", mode=0o700),
    directory("run"),
    directory("sys"),
    directory("tmp", mode=0o1777),
    directory("usr/bin"),
    directory("usr/sbin"),
    directory("var/tmp", mode=0o1777),
)

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----\n")


def base_tree(packages: Iterable[Unpacked], *, arch: Arch) -> Tree:
    """Return bareboat's own entries of the base layer, to be merged over the packages' trees.

    `packages` are those of the base with nothing taken out yet: the certificates are read from
    them. Raises BuildError where os-release or certificates are missing.
    """
    held = tuple(packages)
    _check_release(held)
    entries: list[Entry] = [*_FOLDERS, file(BUNDLE, b"".join(_certificates(held)))]
    entries.extend(symlink(path, target) for path, target in _LINKS.items())
    entries.extend(file(path, text.encode()) for path, text in _FILES.items())
    if arch is Arch.AMD64:
        entries.extend((directory("usr/lib64"), symlink("lib64", "usr/lib64")))
    return Tree.of(entries).with_parents()


def interpreter_tree(python: PythonVersion, *, arch: Arch) -> Tree:
    """Return bareboat's own entries of the interpreter layer.

    `usr/sbin/ldconfig` answers `-p` alone: ctypes.util.find_library asks it, or else a compiler,
    and would find no library at all.
    """
    return Tree.of(
        (
            symlink("usr/bin/python3", f"python{python}"),
            file("usr/sbin/ldconfig", _LDCONFIG.format(python=python, arch=arch).encode(), mode=0o755),
        )
    ).with_parents()


def user_folders(paths: Iterable[str]) -> Tree:
    """Return folders that belong to the user, at absolute paths, for a layer above the base.

    Folders of the base that lie above them are named again as the base has them: a layer that
    left them out would be given them as root's.
    """
    known = {entry.path: entry for entry in _FOLDERS}
    found: dict[str, Entry] = {}
    for path in map(_followed, paths):
        parts = path.split("/")
        above = ("/".join(parts[:end]) for end in range(1, len(parts)))
        found |= {one: known[one] for one in above if one in known and one not in found}
        # what everybody may write to stays as it is
        found[path] = known.get(path) or directory(path, uid=USER, gid=USER)
    return Tree.of(found.values())


def _followed(path: str) -> str:
    """Return an absolute path without the base's links to folders, relative to the root."""
    inner = path.strip("/")
    for link, target in _LINKS.items():
        if inner == link or inner.startswith(f"{link}/"):
            return f"{target.lstrip('/')}{inner[len(link) :]}"
    return inner


_LDCONFIG = """\
#!/usr/bin/python{python} -IS
# Lists the libraries that the dynamic loader finds, as `ldconfig -p` does: ctypes asks for it.
import os
kind = {{"amd64": "libc6,x86-64", "arm64": "libc6,AArch64"}}["{arch}"]
for folder in "/usr/lib/{arch.multiarch}", "/usr/lib":
    for name in sorted(os.listdir(folder)):
        if name.startswith("lib") and ".so" in name:
            print(f"\\t{{name}} ({{kind}}) => {{folder}}/{{name}}")
"""


def _check_release(packages: tuple[Unpacked, ...]) -> None:
    for unpacked in packages:
        found = unpacked.tree.find("usr/lib/os-release")
        if found is not None and found.content is not None:
            lines = b"".join(found.content.chunks()).decode("utf-8", "replace").splitlines()
            if "ID=debian" in lines:
                return
            raise BuildError("os-release is not Debian's", where=unpacked.package.name)
    raise BuildError("no package of the base has usr/lib/os-release", hint="add base-files to the packages")


def _certificates(packages: tuple[Unpacked, ...]) -> Iterator[bytes]:
    """Yield every certificate in PEM form, by the path of its file, as update-ca-certificates does."""
    seen = 0
    for entry in Tree().merge(*(unpacked.tree for unpacked in packages)):
        if not re.fullmatch(r"usr/share/ca-certificates/.+\.crt", entry.path) or entry.content is None:
            continue
        text = b"".join(entry.content.chunks()).replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"
        if not _CERTIFICATE.fullmatch(text):
            raise BuildError("not one certificate in PEM form", where=entry.path)
        seen += 1
        yield text
    if not seen:
        raise BuildError(
            "no package of the base has certificates", hint="add ca-certificates to the packages"
        )
