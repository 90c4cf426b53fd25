"""Python versions that a folder wishes for: .python-version, runtime.txt, .tool-versions, FROM lines.

A wish is weaker than `requires-python`; which version is taken is the plan's decision.
"""

import re
from pathlib import Path

from bareboat.project.fact import Fact
from bareboat.project.startup import Container
from bareboat.project.toml import read_text

__all__ = ["wishes"]

VERSION = r"(\d+\.\d+(?:\.\d+)?)"

FILES = (
    (".python-version", re.compile(rf"(?:cpython[@-]|python-?)?{VERSION}(?:-dev)?(?:[+-]\S*)?$")),
    ("runtime.txt", re.compile(rf"python-?{VERSION}$")),
    (".tool-versions", re.compile(rf"python\s+{VERSION}\b.*$")),
)


def wishes(folder: Path, container: Container) -> tuple[Fact[str], ...]:
    """Return the versions asked for, as `3.12` or `3.12.4`, the strongest wish first.

    `.python-version` of the folders above counts too, as pyenv and uv have it, up to the root
    of the repository. Lines that name no CPython are left out.
    """
    found: list[Fact[str]] = []
    for name, pattern in FILES:
        for path in _upwards(folder, name):
            where = path.name if path.parent == folder else str(path)
            for number, line in enumerate(read_text(path, where=where).splitlines(), 1):
                match = pattern.match(line.partition("#")[0].strip())
                if match is not None:
                    found.append(Fact(match[1], f"{where}:{number}"))
                    break
    return (*found, *container.pythons)


def _upwards(folder: Path, name: str) -> list[Path]:
    here = folder
    while True:
        if (here / name).is_file():
            return [here / name]
        if (here / ".git").exists() or here.parent == here or name != ".python-version":
            return []
        here = here.parent
