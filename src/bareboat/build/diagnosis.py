"""Why a build failed: its last words, the header or program that it missed, the package that has it."""

import re
from collections.abc import Iterator

from msgspec import Struct

from bareboat.build.bases import Bases
from bareboat.errors import BareboatError, BuildError
from bareboat.lock import BaseLock
from bareboat.sandbox.confined import Outcome
from bareboat.target import Target

__all__ = ["Missing", "failure", "missing", "tail"]

_LINES = 30
_MOST = 4
_PATTERNS = (
    (
        "header",
        re.compile(r"fatal error: ['\"]?([\w./+-]+\.h(?:pp|xx)?)['\"]?(?:: No such file| file not found)"),
    ),
    ("pkg-config file", re.compile(r"Package '?([\w.+-]+)'?(?:, required by '[^']*',)? (?:was )?not found")),
    ("pkg-config file", re.compile(r"No package '([\w.+-]+)' found")),
    ("pkg-config file", re.compile(r"Dependency \"?([\w.+-]+)\"? not found")),
    ("library", re.compile(r"cannot find -l([\w.+-]+)")),
    ("program", re.compile(r"(?:^|[\s'\"`/])(\w[\w.+-]*_?config)['\"`]? (?:executable )?(?:is )?not found")),
    (
        "program",
        re.compile(r"(?:/bin/)?(?:ba|da)?sh: (?:\d+: |line \d+: )?([\w.+-]+): (?:command )?not found"),
    ),
    ("program", re.compile(r"FileNotFoundError: \[Errno 2\] No such file or directory: '([\w.+-]+)'")),
    ("program", re.compile(r"error: command '([\w.+-]+)' failed: No such file")),
    ("program", re.compile(r"([\w.+-]+): (?:command )?not found$")),
    ("program", re.compile(r"(?:linker|program) [`']([\w.+-]+)['`] not found", re.IGNORECASE)),
)


class Missing(Struct, frozen=True):
    """Something that a build looked for: a `header`, `program`, `library` or `pkg-config file`."""

    kind: str
    name: str


def tail(output: str) -> str:
    """Return the last lines that say something."""
    lines = [line.rstrip() for line in output.splitlines() if line.strip()]
    return "\n".join(lines[-_LINES:])


def missing(output: str) -> tuple[Missing, ...]:
    """Return what the output says is not there, in its order, each once."""
    found: dict[Missing, None] = {}
    for line in output.splitlines():
        for kind, pattern in _PATTERNS:
            match = pattern.search(line)
            if match is not None:
                found.setdefault(Missing(kind, match[1]))
                break
    return tuple(found)[:_MOST]


def failure(outcome: Outcome, *, where: str, bases: Bases, lock: BaseLock, target: Target) -> BuildError:
    """Return the error for a build that failed, with what would mend it where that is known."""
    lacking = missing(outcome.output)
    said = tail(outcome.output)
    if not lacking:
        return BuildError(f"the build failed: {_last(said, outcome.code)}", where=where, hint=said)
    names = {one: _holders(one, bases, lock, target) for one in lacking}
    first = lacking[0]
    lines = [f"{one.kind} {one.name} is in {' or '.join(held)}" for one, held in names.items() if held]
    chosen = sorted({held[0] for held in names.values() if held})
    if chosen:
        quoted = ", ".join(f'"{name}"' for name in chosen)
        lines.append(f"in pyproject.toml: [tool.bareboat.build] packages = [{quoted}]")
    else:
        lines.append(f"no Debian package of {lock.suite} has it")
    return BuildError(
        f"the build failed: the {first.kind} {first.name} is missing",
        where=where,
        hint="\n".join([*lines, said]),
    )


def _holders(one: Missing, bases: Bases, lock: BaseLock, target: Target) -> tuple[str, ...]:
    """Return the packages that have it, the likeliest first; none where the archive cannot be asked."""
    try:
        found = bases.archive.holders(one.kind, one.name, suite=lock.suite, arch=target.arch)
    except BareboatError:
        return ()
    return tuple(sorted(found, key=lambda name: _rank(name, one)))[:3]


def _rank(name: str, one: Missing) -> tuple[bool, bool, int, str]:
    is_development = name.endswith("-dev")
    stem = one.name.partition(".")[0].lower()
    return (one.kind != "program" and not is_development, stem not in name, len(name), name)


def _last(said: str, code: int) -> str:
    """Return the line that says most: the last error, else the last line."""
    lines = list(_telling(said)) or said.splitlines()
    return lines[-1].strip() if lines else f"exit code {code}"


def _telling(said: str) -> Iterator[str]:
    for line in said.splitlines():
        if re.search(r"\berror\b|Error\b", line):
            yield line
