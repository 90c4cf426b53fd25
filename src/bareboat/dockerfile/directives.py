"""The parser directives at a file's head: `# escape=`, `# syntax=`, `# check=`.

They stand before anything else, a blank line or a comment included. The forms with `//`, as JSON or after
a `#!` line choose a frontend before anything is parsed, and are no part of what the parser reads: `frontend`
tells them.
Spec: Dockerfile reference, "Parser directives"; BuildKit, frontend/dockerfile/parser/directives.go.
"""

import json
import re

from bareboat.dockerfile.split import SPACE
from bareboat.errors import InputError

__all__ = ["NAMES", "Directives", "frontend"]

NAMES = frozenset({"syntax", "escape", "check"})
_FORM = re.compile(r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*(.+?)[\t\n\f\r ]*", re.DOTALL)


class Directives:
    """Reads line after line until one is no directive; `is_done` from then on."""

    def __init__(self, sign: str = "#") -> None:
        self.sign = sign
        self.is_done = False
        self.seen: set[str] = set()

    def read(self, text: str) -> tuple[str, str] | None:
        """Return name and value of the directive that a line is, None where it is none.

        Raises InputError for a directive that was given before, and for an escape character other than two.
        """
        found = self._found(text)
        if found is None:
            self.is_done = True
            return None
        name, value = found
        if name in self.seen:
            raise InputError(f"directive {name!r} is given twice", hint="keep one of them")
        self.seen.add(name)
        if name == "escape" and value not in {"\\", "`"}:
            raise InputError(f"escape={value} is not possible", hint="write escape=\\ or escape=`")
        return name, value

    def _found(self, text: str) -> tuple[str, str] | None:
        if not text.startswith(self.sign):
            return None
        match = _FORM.fullmatch(text[len(self.sign) :].lstrip(SPACE))
        if match is None or match[1].lower() not in NAMES:
            return None
        return match[1].lower(), match[2]


def frontend(text: str) -> str | None:
    """Return the frontend image that a build would fetch to read a file, None for the builder's own.

    It may be given as `# syntax=`, `// syntax=` or in a JSON object, after a `#!` line too.
    """
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    if text.startswith("#!"):
        text = text.partition("\n")[2]
    for sign in ("#", "//"):
        directives = Directives(sign)
        for line in text.split("\n"):
            try:
                found = directives.read(line.removesuffix("\r"))
            except InputError:
                break
            if directives.is_done:
                break
            if found is not None and found[0] == "syntax":
                return found[1].partition(" ")[0]
    if not text.lstrip().startswith("{"):
        return None
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    value = read.get("syntax") if isinstance(read, dict) else None
    return value if isinstance(value, str) else None
