"""Debian's CPython: which packages make one, and how to run one from an unpacked folder.

The interpreter lies at usr/bin/pythonX.Y with its standard library in usr/lib/pythonX.Y; a
virtual environment's `pyvenv.cfg` says `home = /usr/bin`. Outside a virtual environment
Debian's `site` would add /usr/local/lib/pythonX.Y/dist-packages and /usr/lib/python3/dist-packages:
`include-system-site-packages = false` keeps both out. `EXTERNALLY-MANAGED` stays beside the
standard library: it speaks to a pip that somebody adds later.
"""

import re
from pathlib import Path

from bareboat.errors import BuildError, InputError
from bareboat.target import Arch, PythonVersion

__all__ = ["HOME", "command", "executable", "full_version", "loader", "minor_version", "requested", "without"]

HOME = "/usr/bin"
"""What `home` must say in the pyvenv.cfg of a virtual environment."""

_WITHOUT_LEGACY_ZONES = frozenset({"bullseye", "bookworm"})
_FLAGS = ("-P", "-s", "-S", "-X", "utf8")
_LOADERS = {Arch.AMD64: "ld-linux-x86-64.so.2", Arch.ARM64: "ld-linux-aarch64.so.1"}


def requested(python: PythonVersion, suite: str) -> tuple[str, ...]:
    """Return the names of the packages to compute a base and an interpreter's closure from.

    Old names of time zones (US/Eastern) are part of tzdata up to bookworm and a package of
    their own since; they cost 113 links.
    """
    zones = ("tzdata",) if suite in _WITHOUT_LEGACY_ZONES else ("tzdata", "tzdata-legacy")
    return (
        "base-files",
        "ca-certificates",
        f"libpython{python}-stdlib",
        "media-types",
        "netbase",
        f"python{python}-minimal",
        *zones,
    )


def without(suite: str) -> tuple[str, ...]:
    """Return the names of `requested` for a base whose interpreter is not Debian's."""
    named = requested(PythonVersion(3, 0), suite)
    return ("libc6", *(name for name in named if "python" not in name))


def minor_version(package: str) -> PythonVersion | None:
    """Return which interpreter the package of that name is the program of, None for all others."""
    match = re.fullmatch(r"python(3\.\d+)-(?:minimal|standalone)", package)
    return PythonVersion.parse(match[1]) if match else None


def full_version(debian_version: str) -> str:
    """Return CPython's own version from its package's: 3.13.5 from 3.13.5-2+deb13u5.

    Pre-releases keep their mark: 3.15.0a3 from 3.15.0~a3-1. InputError for no version of CPython.
    """
    upstream = debian_version.rpartition(":")[2].rpartition("-")[0].replace("~", "")
    match = re.fullmatch(r"(3\.\d+\.\d+(?:(?:a|b|rc)\d+)?)(?:[.+].*)?", upstream)
    if match is None:
        raise InputError(f"{debian_version!r} is no version of a Debian CPython package")
    return match[1]


def executable(python: PythonVersion) -> str:
    """Return the interpreter's path in the image."""
    return f"usr/bin/python{python}"


def loader(arch: Arch) -> str:
    """Return the dynamic loader's path in the image, free of links."""
    return f"usr/lib/{arch.multiarch}/{_LOADERS[arch]}"


def command(root: Path, python: PythonVersion, arch: Arch) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return arguments and environment that start the interpreter unpacked below `root`.

    It runs by its own dynamic loader, with its own libraries and its own standard library, which
    CPython finds from its program's path; nothing of the host is read. Append arguments as for
    python. It is as isolated as with `-I` when it gets this environment and no other; variables
    like PYTHONHASHSEED may be added to it, which `-I` would ignore. No root rights or chroot are
    needed. Raises BuildError when the tree is not an interpreter's.
    """
    home = root.absolute()
    first, program = home / loader(arch), home / executable(python)
    for path in (first, program, home / f"usr/lib/python{python}/os.py"):
        if not path.is_file():
            raise BuildError(f"no Python {python} for {arch} in the unpacked base", where=str(path))
    libraries = f"{home}/usr/lib/{arch.multiarch}:{home}/usr/lib"
    argv = (str(first), "--inhibit-cache", "--library-path", libraries, str(program), *_FLAGS)
    environ = {
        "LC_ALL": "C",
        "OPENSSL_CONF": "/dev/null",
        "PATH": f"{home}/usr/bin",
        "SSL_CERT_FILE": f"{home}/etc/ssl/certs/ca-certificates.crt",
        "TZ": "UTC0",
    }
    return argv, environ
