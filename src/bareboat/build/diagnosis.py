"""Why a build failed: its last words, the header or program that it missed, the package that has it."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from bareboat.build.bases import Bases
from bareboat.errors import BareboatError, BuildError
from bareboat.lock import BaseLock
from bareboat.sandbox.confined import Outcome
from bareboat.target import Target

__all__ = ["Missing", "failure", "is_for_another_python", "missing", "tail"]

_LINES = 30
_LONG = 400
_MOST = 4
_PATTERNS = (
    (
        "header",
        re.compile(r"fatal error: ['\"]?([\w./+-]+\.h(?:pp|xx)?)['\"]?(?:: No such file| file not found)"),
    ),
    ("pkg-config file", re.compile(r"Package '?([\w.+-]+)'?(?:, required by '[^']*',)? (?:was )?not found")),
    ("pkg-config file", re.compile(r"No package '([\w.+-]+)' found")),
    ("pkg-config file", re.compile(r"Dependency \"?([\w.+-]+)\"? not found")),
    ("CMake package", re.compile(r"Could NOT find ([\w.+-]+) \(")),
    ("CMake package", re.compile(r"package configuration file provided by \"([\w.+-]+)\"")),
    ("crate", re.compile(r"(?:no matching package named|failed to get) [`']([\w-]+)[`']")),
    ("module", re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")),
    ("library", re.compile(r"cannot find -l([\w.+-]+)")),
    ("program", re.compile(r"(?:^|[\s'\"`/])(\w[\w.+-]*_?config)['\"`]? (?:executable )?(?:is )?not found")),
    (
        "program",
        re.compile(r"(?:/bin/)?(?:ba|da)?sh: (?:\d+: |line \d+: )?([\w.+-]+): (?:command )?not found"),
    ),
    ("program", re.compile(r"FileNotFoundError: \[Errno 2\] No such file or directory: '([\w.+-]+)'")),
    ("program", re.compile(r"error: command '([\w.+-]+)' failed: No such file")),
    ("program", re.compile(r"([\w.+-]+): (?:command )?not found$")),
    ("program", re.compile(r"(cargo), the Rust package manager, is not installed")),
    ("program", re.compile(r"can't find (Rust compiler)")),
    ("program", re.compile(r"(?:linker|program) [`']([\w.+-]+)['`] not found", re.IGNORECASE)),
)
_CRATES = (
    "or commit the crates: `cargo vendor`, and the lines that it prints in .cargo/config.toml; "
    "Debian's lie in /usr/share/cargo/registry"
)
# Modules of setuptools that its later versions have no more
_ONCE = {"pkg_resources": "setuptools<81", "distutils": "setuptools"}
_PROGRAMS = {"Rust compiler": "cargo"}
# How compilers and what drives them begin the line that says what is wrong, the likeliest cause first
_COMPILERS = (
    re.compile(r"^\S[^:]*:\d+:(?:\d+:)? (?:fatal )?(?:error|ERROR): "),
    re.compile(r"^\s*error(?:\[E\d+\])?: (?!Command|command|subprocess|could not compile)"),
    re.compile(r"^CMake Error(?: at \S+)?: \S"),
    re.compile(r"^configure: error: "),
)
# What a compiler says of sources that were written for another version of Python's C interface
_FOREIGN = (
    re.compile(r"implicit declaration of function \W?_?Py\w+"),
    re.compile(r"\W_?Py[A-Z]\w*\W.* has no member named"),
    re.compile(r"\W_?Py[A-Z]\w+\W (?:undeclared|was not declared)"),
    re.compile(r"unknown type name \W_?Py[A-Z]"),
)
_ERROR = re.compile(r"\berror\b|Error\b")
_RETURNED = re.compile(r"[Cc]ommand .*(?:failed with exit (?:code|status)|returned non-zero)")


class Missing(Struct, frozen=True):
    """Something that a build looked for: a `header`, `program`, `library`, `pkg-config file` and the like.

    A `module` is one of Python: no Debian package has it, a build requirement does.
    """

    kind: str
    name: str


def tail(output: str) -> str:
    """Return the last lines that say something, each of a length that can be read."""
    lines = [_short(line.rstrip()) for line in output.splitlines() if line.strip()]
    return "\n".join(lines[-_LINES:])


def _short(line: str) -> str:
    """Return a line without its middle where it is a command of thousands of characters."""
    return line if len(line) <= _LONG else f"{line[: _LONG // 2]} … {line[-_LONG // 2 :]}"


def missing(output: str) -> tuple[Missing, ...]:
    """Return what the output says is not there, in its order, each once."""
    found: dict[Missing, None] = {}
    for line in output.splitlines():
        for kind, pattern in _PATTERNS:
            match = pattern.search(line)
            if match is not None:
                found.setdefault(Missing(kind, _PROGRAMS.get(match[1], match[1])))
                break
    return tuple(found)[:_MOST]


def failure(  # noqa: PLR0913 - what failed, and what can be asked about it
    outcome: Outcome, *, where: str, bases: Bases, lock: BaseLock, target: Target, way_out: str = ""
) -> BuildError:
    """Return the error for a build that failed, with what would mend it where that is known.

    `way_out` comes first where nothing is known to be missing.
    """
    lacking = missing(outcome.output)
    said = tail(outcome.output)
    if not lacking:
        other = _other_python(where, target) if is_for_another_python(outcome.output) else ""
        hint = "\n".join(line for line in (other or way_out, said) if line)
        return BuildError(f"the build failed: {_last(said, outcome.code)}", where=where, hint=hint)
    first = lacking[0]
    lines = _ways(lacking, where, bases, lock, target)
    return BuildError(
        f"the build failed: the {first.kind} {first.name} is missing",
        where=where,
        hint="\n".join([*lines, said]),
    )


def _ways(
    lacking: Sequence[Missing], where: str, bases: Bases, lock: BaseLock, target: Target
) -> Iterator[str]:
    """Yield what would bring the missing things, ready to paste."""
    sought = [one for one in lacking if one.kind != "module"]
    present = {one.name for one in lock.packages}
    names = {one: _holders(one, bases, lock, target) for one in sought}
    for one, held in names.items():
        if held and held[0] in present:
            yield f"{one.kind} {one.name} is in {held[0]}, which is there: it is sought elsewhere"
            if held[0].startswith("libpython"):
                yield _other_python(where, target)
        elif held:
            yield f"{one.kind} {one.name} is in {' or '.join(held)}"
    chosen = sorted({held[0] for held in names.values() if held and held[0] not in present})
    if chosen:
        quoted = ", ".join(f'"{name}"' for name in chosen)
        yield f"in pyproject.toml: [tool.bareboat.build] packages = [{quoted}]"
    elif not any(names.values()) and sought:
        yield f"no Debian package of {lock.suite} has it"
    if any(one.kind == "crate" for one in sought):
        yield _CRATES
    modules = [one.name for one in lacking if one.kind == "module"]
    if modules:
        yield _modules(modules[0].partition(".")[0], where)


def is_for_another_python(output: str) -> bool:
    """Say whether a compiler misses what Python's own headers once had, or have in another version."""
    return any(pattern.search(line) for pattern in _FOREIGN for line in output.splitlines())


def _other_python(where: str, target: Target) -> str:
    return (
        f"{where} seems to be written for another Python than {target.python}: take a release of it that "
        "knows this one, or a Python that it knows (`--python`; `--interpreter any` has more of them)"
    )


def _modules(name: str, where: str) -> str:
    """Return what to write where the sources import a module that they do not declare."""
    package = where.partition(" ")[0]
    wanted = _ONCE.get(name, name.lower())
    return f'in pyproject.toml: [tool.bareboat.build.requires] {package} = ["{wanted}"]'


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
    """Return the line that says most: what a compiler says first, else the last error, else the last line."""
    lines = said.splitlines()
    for pattern in _COMPILERS:
        found = next((line for line in lines if pattern.search(line)), "")
        if found:
            return found.strip()
    telling = [line for line in lines if _ERROR.search(line) and not _RETURNED.search(line)]
    chosen = (telling or lines)[-1:]
    return chosen[0].strip() if chosen else f"exit code {code}"
