"""The machine an image is made for: architecture, libc, Python. Values only.

Spec: PyPA platform compatibility tags; PEP 600 (manylinux_x_y); PEP 508 markers.
"""

import re
from enum import StrEnum

from msgspec import Struct

__all__ = ["Arch", "PythonVersion", "Target"]


class Arch(StrEnum):
    """An architecture by its OCI name, which is Debian's name too."""

    AMD64 = "amd64"
    ARM64 = "arm64"

    @property
    def machine(self) -> str:
        """The kernel's name, as in wheel tags and `platform_machine`."""
        return {"amd64": "x86_64", "arm64": "aarch64"}[self.value]

    @property
    def multiarch(self) -> str:
        """Debian's multiarch tuple, the folder name under /usr/lib."""
        return f"{self.machine}-linux-gnu"


class PythonVersion(Struct, frozen=True, order=True):
    """A minor version of CPython, as in 3.13."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> "PythonVersion":
        """Read `3.13`, `3.13.5` or `3.15.0a3`; ValueError for anything else."""
        match = re.fullmatch(r"([0-9]+)\.([0-9]+)(?:\.[0-9]+(?:(?:a|b|rc)[0-9]+)?)?", text.strip())
        if match is None:
            raise ValueError(f"not a Python version: {text!r}")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    @property
    def tag(self) -> str:
        """The short form in wheel tags and cache tags, as in `cp313`'s 313."""
        return f"{self.major}{self.minor}"


class Target(Struct, frozen=True):
    """What an image runs on. `python_full` is the interpreter's own version, as in 3.13.5."""

    arch: Arch
    python_full: str
    glibc: tuple[int, int]

    @property
    def python(self) -> PythonVersion:
        """The minor version of the interpreter."""
        return PythonVersion.parse(self.python_full)

    def marker_environment(self) -> dict[str, str]:
        """Return the marker variables of PEP 508 for this target, `extra` excepted."""
        return {
            "implementation_name": "cpython",
            "implementation_version": self.python_full,
            "os_name": "posix",
            "platform_machine": self.arch.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": self.python_full,
            "python_version": str(self.python),
            "sys_platform": "linux",
        }

    def platforms(self) -> tuple[str, ...]:
        """Return the platform tags that run here, best first.

        Spec: PEP 600; the legacy names manylinux2014, 2010 and 1 stand for 2.17, 2.12 and 2.5.
        """
        machine = self.arch.machine
        oldest = 5 if self.arch is Arch.AMD64 else 17
        legacy = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
        found = []
        for minor in range(self.glibc[1], oldest - 1, -1):
            found.append(f"manylinux_{self.glibc[0]}_{minor}_{machine}")
            if minor in legacy:
                found.append(f"{legacy[minor]}_{machine}")
        return (*found, f"linux_{machine}")
