"""uwsgi.ini: the section `[uwsgi]` as options in order, with its placeholders and conditions worked out.

Spec: the uWSGI documentation, "Configuring uWSGI", "How uWSGI parses config files", "Configuration logic".
"""

import posixpath
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

__all__ = ["NAME", "Option", "asked", "options"]

NAME = "uwsgi.ini"
"""The usual name of the file, which uWSGI is told."""
_PLACEHOLDER = re.compile(r"%\(([\w.-]+)\)|\$\(([\w.-]+)\)|%([dpcns])")
_LOGIC = re.compile(r"(if|for|end|else)\b|endif|endfor")


class Option(Struct, frozen=True):
    """One option with its line; `is_open` says that its value or whether it counts only a run tells."""

    name: str
    value: str
    line: int
    is_open: bool = False


def options(text: str, path: str, environ: Mapping[str, str]) -> tuple[Option, ...]:
    """Return the options of the section, those of conditions that do not hold left out."""
    found: list[Option] = []
    known: dict[str, str] = {}
    holds: bool | None = True
    for number, name, raw in _lines(text):
        if name in {"endif", "end-if"}:
            holds = True
        elif name.startswith("if-"):
            holds = _holds(name, raw, environ, known)
            known["_"] = environ.get(raw.partition("=")[0], "")
        elif holds is not False and _LOGIC.match(name) is None:
            value, is_whole = _replaced(raw, path, environ, known)
            known[name] = value
            found.append(Option(name, value, number, not is_whole or holds is None))
    return tuple(found)


def asked(text: str) -> frozenset[str]:
    """Return the variables of the environment that the section reads."""
    values = [(name, raw) for _, name, raw in _lines(text)]
    found = {match[2] for _, raw in values for match in _PLACEHOLDER.finditer(raw) if match[2]}
    named = {raw.partition("=")[0] for name, raw in values if name in {"if-env", "if-not-env"}}
    return frozenset(found | named)


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield line, key and value of the section `[uwsgi]`; a key alone has the value `true`."""
    is_inside = False
    for number, line in enumerate(text.splitlines(), 1):
        plain = line.strip()
        if plain.startswith("["):
            is_inside = plain.lower().startswith("[uwsgi]")
        elif is_inside and plain and plain[0] not in "#;":
            name, sign, value = plain.partition("=")
            yield number, name.strip().replace("_", "-"), value.strip() if sign else "true"


def _holds(name: str, raw: str, environ: Mapping[str, str], known: Mapping[str, str]) -> bool | None:
    """Return whether a condition holds, None where only a run tells."""
    key, sign, wanted = raw.partition("=")
    where = {"env": environ, "opt": known}.get(name.removeprefix("if-").removeprefix("not-"))
    if where is None:
        return None
    held = key in where and (not sign or where[key] == wanted)
    return held is not name.startswith("if-not-")


def _replaced(text: str, path: str, environ: Mapping[str, str], known: Mapping[str, str]) -> tuple[str, bool]:
    """Return a value with its placeholders replaced, and whether all are known."""
    place = posixpath.join("/app", path)
    base = posixpath.basename(place)
    own = {
        "d": f"{posixpath.dirname(place)}/",
        "p": place,
        "s": base,
        "n": base.rpartition(".")[0],
        "c": posixpath.basename(posixpath.dirname(place)),
    }
    is_whole = not text.startswith("@(")

    def value(match: re.Match[str]) -> str:
        nonlocal is_whole
        held = own.get(match[3] or "") or known.get(match[1] or "") or environ.get(match[2] or "")
        is_whole = is_whole and held is not None
        return match[0] if held is None else held

    return _PLACEHOLDER.sub(value, text), is_whole
