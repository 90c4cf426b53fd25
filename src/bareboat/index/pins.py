"""Hashed requirement files, read only as far as pins go: name, version, sha256.

`name==version --hash=sha256:…`, with continued lines, comments, markers and nested `-r`. Whatever
is not a pin with a hash is refused: a file that is hashed in part protects nothing.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.lock import LockedRequirement
from bareboat.target import Target

__all__ = ["parse_pins", "read_pins", "render_pins"]

_HASH = re.compile(r"\s--hash[=\s]+(\w+):([0-9a-fA-F]+)")
_DEEPEST = 8


def read_pins(file: Path, target: Target) -> tuple[LockedRequirement, ...]:
    """Return the pins of `file` that hold on `target`, in the order of the file.

    Raises InputError, naming file and line.
    """
    return tuple(_pins(file, target, depth=0))


def parse_pins(text: str, *, where: str) -> tuple[LockedRequirement, ...]:
    """Return all pins of `text`, whatever their markers say."""
    found = (_pin(line, None, f"{where}:{number}") for number, line in _logical_lines(text))
    return tuple(pin for pin in found if pin is not None)


def render_pins(pins: Iterable[LockedRequirement]) -> str:
    """Return `pins` as the text of a hashed requirements file."""
    return "".join(
        f"{pin.name}=={pin.version}{''.join(f' --hash=sha256:{digest}' for digest in pin.sha256)}\n"
        for pin in pins
    )


def _pins(file: Path, target: Target, *, depth: int) -> Iterator[LockedRequirement]:
    if depth > _DEEPEST:
        raise InputError("requirement files name each other too deeply", where=str(file))
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("cannot be read", where=str(file)) from error
    for number, line in _logical_lines(text):
        where = f"{file}:{number}"
        nested = re.match(r"(?:-r|--requirement)[=\s]*(\S+)", line)
        if nested is not None:
            yield from _pins(file.parent / nested[1], target, depth=depth + 1)
        elif not line.startswith("-"):
            pin = _pin(line, target, where)
            if pin is not None:
                yield pin


def _pin(line: str, target: Target | None, where: str) -> LockedRequirement | None:
    digests = _HASH.findall(f" {line}")
    try:
        requirement = Requirement(re.split(r"\s--", line, maxsplit=1)[0])
    except ValueError as error:
        raise InputError(f"not a requirement: {line[:80]!r}", where=where) from error
    if target is not None and requirement.marker is not None:
        environment = {**target.marker_environment(), "extra": ""}
        if not requirement.marker.evaluate(environment):
            return None
    versions = [part.version for part in requirement.specifier if part.operator in {"==", "==="}]
    if len(requirement.specifier) != 1 or not versions or "*" in versions[0]:
        raise InputError(f"{requirement.name} is not pinned with ==", where=where)
    given = tuple(sorted({digest.lower() for kind, digest in digests if kind == "sha256"}))
    if not given:
        raise InputError(f"{requirement.name} has no sha256 hash", where=where)
    return LockedRequirement(canonicalize_name(requirement.name), versions[0], given)


def _logical_lines(content: str) -> Iterator[tuple[int, str]]:
    """Yield (first line number, text) of every line that says something, continuations joined."""
    text, first = "", 0
    for number, line in enumerate([*content.splitlines(), ""], 1):
        first = first if text else number
        text += re.sub(r"(^|\s)#.*$", "", line)
        if text.endswith("\\"):
            text = text[:-1] + " "
            continue
        if text.strip():
            yield first, text.strip()
        text = ""
