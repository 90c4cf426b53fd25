"""Which requirements file the Dockerfile that is there installs: the one that counts in production."""

import re
from pathlib import Path

from bareboat.project import startup
from bareboat.project.fact import Fact
from bareboat.project.texts import DOCKERFILES, Texts

__all__ = ["read"]

_FILE = re.compile(r"(?:^|\s)(?:-r|--requirement)[ =]?\s*([\w./-]+)")
_ASIDE = re.compile(r"dev|test|local|lint|doc", re.IGNORECASE)


def read(folder: Path) -> Fact[str] | None:
    """Return the only requirements file of the folder that the Dockerfile hands to pip or uv, with its line.

    None where it hands over none, several, or one that is for development by its name.
    """
    texts = Texts(folder)
    name = next((name for name in DOCKERFILES if texts.has(name)), "")
    found: dict[str, Fact[str]] = {}
    for number, line in startup.instructions(texts.read(name) if name else ""):
        if line[:4].upper() == "RUN " and re.search(r"\b(?:pip3?|uv)\b", line):
            for path in filter(None, (_place(texts, word) for word in _FILE.findall(line))):
                found.setdefault(path, Fact(path, f"{name}:{number}"))
    return next(iter(found.values())) if len(found) == 1 else None


def _place(texts: Texts, word: str) -> str:
    """Return the path in the folder of a file that was copied somewhere, empty where there is none."""
    parts = [part for part in word.split("/") if part not in {"", "."}]
    for start in range(len(parts)):
        path = "/".join(parts[start:])
        if texts.has(path):
            return "" if _ASIDE.search(path) else path
    return ""
