"""requirements.txt: pip's file format, with the line of every requirement.

Spec: pip's documentation, "Requirements File Format". The resolver reads the file itself; this
reader tells what is in it, whether it is a lock, and refuses what cannot be built yet.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from bareboat.errors import InputError
from bareboat.project.wheels import BUILD_HINT

__all__ = ["Line", "Requirements", "read"]

VALUED = {
    "-i", "--index-url", "--pypi-url", "--extra-index-url", "-f", "--find-links", "--trusted-host",
    "--no-binary", "--only-binary", "--use-feature", "--global-option", "--config-settings",
    "--config-setting", "-C", "--install-option",
}  # fmt: skip
FLAGS = {"--no-index", "--pre", "--prefer-binary", "--require-hashes"}
CREDENTIALS = re.compile(r"://[^/@\s]+@")


@dataclass(frozen=True, slots=True)
class Line:
    """One requirement: its PEP 508 text, normalised name, sha256 hashes and `file:line`."""

    text: str
    name: str
    hashes: tuple[str, ...]
    where: str

    @property
    def is_pinned(self) -> bool:
        """Whether exactly one version fits: `==1.2` without a wildcard, or a direct URL."""
        requirement = Requirement(self.text)
        if requirement.url is not None:
            return True
        pins = list(requirement.specifier)
        return len(pins) == 1 and pins[0].operator in {"==", "==="} and "*" not in pins[0].version


@dataclass(frozen=True, slots=True)
class Requirements:
    """A requirements file with all that it includes.

    `constraints` come from `-c` files. `options` are lines for the resolver, as they stand.
    `installs_itself` says that `-e .` or `.` stands in it, `own_extras` with which extras.
    `warnings` are sentences.
    """

    lines: tuple[Line, ...]
    constraints: tuple[Line, ...] = ()
    options: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    installs_itself: bool = False
    own_extras: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def is_locked(self) -> bool:
        """Whether every requirement is pinned and has a sha256 hash."""
        return bool(self.lines) and all(line.is_pinned and line.hashes for line in self.lines)

    def allowed(self) -> dict[str, tuple[str, ...]]:
        """Return the sha256 hashes by normalised name, as `pylock.read` takes them."""
        found: dict[str, tuple[str, ...]] = {}
        for line in self.lines:
            found[line.name] = (*found.get(line.name, ()), *line.hashes)
        return found


@dataclass(slots=True)
class _Collected:
    folder: Path
    environ: Mapping[str, str]
    load: Callable[[Path, str], str]
    lines: list[Line] = field(default_factory=list)
    constraints: list[Line] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    itself: bool = False
    extras: list[str] = field(default_factory=list)


def read(
    path: Path, *, folder: Path, environ: Mapping[str, str], load: Callable[[Path, str], str]
) -> Requirements:
    """Return what the file at `path` asks for, its `-r` and `-c` files included.

    `load(path, where)` gives the text of a file. Raises InputError with file and line.
    """
    found = _Collected(folder, environ, load)
    _file(path, found, chain=(), constraint=False)
    return Requirements(
        tuple(found.lines),
        tuple(found.constraints),
        tuple(found.options),
        tuple(found.files),
        found.itself,
        tuple(sorted(set(found.extras))),
        tuple(found.warnings),
    )


def _file(path: Path, found: _Collected, *, chain: tuple[Path, ...], constraint: bool) -> None:
    resolved = path.resolve()
    where = _relative(path, found.folder)
    if resolved in chain:
        raise InputError("includes itself", where=where)
    if resolved in found.files:
        return
    text = found.load(path, where)
    found.files.append(resolved)
    for number, line in _logical(text):
        _line(_expand(line, found.environ), path, f"{where}:{number}", found, (*chain, resolved), constraint)


def _relative(path: Path, folder: Path) -> str:
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """Yield (first line number, text) with continuations joined, comments and blanks left out."""
    start, held = 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        start = start or number
        if raw.lstrip().startswith("#"):
            piece, goes_on = "", False
        else:
            goes_on = raw.endswith("\\")
            piece = raw[:-1] if goes_on else raw
        held += piece
        if goes_on:
            continue
        yield from _stripped(start, held)
        start, held = 0, ""
    yield from _stripped(start, held)


def _stripped(number: int, text: str) -> Iterator[tuple[int, str]]:
    line = re.sub(r"(^|\s+)#.*$", "", text).strip()
    if line:
        yield number, line


def _expand(line: str, environ: Mapping[str, str]) -> str:
    return re.sub(r"\$\{([A-Z0-9_]+)\}", lambda match: environ.get(match[1], match[0]), line)


def _line(  # noqa: PLR0913, PLR0917 - the state of one recursive reader
    line: str,
    path: Path,
    where: str,
    found: _Collected,
    chain: tuple[Path, ...],
    constraint: bool,  # noqa: FBT001
) -> None:
    if not line.startswith("-"):
        _requirement(line, where, found, path, constraint=constraint)
        return
    option, value = _option(line, where)
    if option in {"-r", "--requirement", "-c", "--constraint"}:
        if "://" in value:
            raise InputError(
                f"{option} {value} is on the network", where=where, hint="keep the file in the project"
            )
        _file(
            path.parent / value, found, chain=chain, constraint=constraint or option in {"-c", "--constraint"}
        )
    elif option in {"-e", "--editable"}:
        _requirement(value, where, found, path, constraint=constraint)
    elif option in VALUED | FLAGS:
        found.options.append(line)
        if CREDENTIALS.search(line):
            found.warnings.append(
                f"{where}: {option} holds credentials; keep them in netrc, a keyring or the environment"
            )
    else:
        raise InputError(f"option {option!r} is not known", where=where)


def _option(line: str, where: str) -> tuple[str, str]:
    """Return an option and its value: `-r x`, `-rx`, `--requirement x`, `--requirement=x`."""
    head = line.split(maxsplit=1)[0]
    if head.startswith("--"):
        option, _, value = head.partition("=")
        rest = value + line[len(head) :] if "=" in head else line[len(head) :]
    else:
        option, rest = line[:2], line[2:].removeprefix("=")
    rest = rest.strip()
    if option not in FLAGS and not rest:
        raise InputError(f"option {option!r} needs a value", where=where)
    if len(rest) > 1 and rest[0] == rest[-1] and rest[0] in "'\"":
        rest = rest[1:-1]
    return option, rest


def _requirement(line: str, where: str, found: _Collected, path: Path, *, constraint: bool) -> None:
    text, options = _split(line, where)
    hashes = []
    for option in options:
        name, _, value = option.partition("=")
        if name == "--hash":
            algorithm, _, digest = value.partition(":")
            if algorithm == "sha256":
                hashes.append(digest.lower())
            elif algorithm not in {"sha384", "sha512"}:
                raise InputError(f"hash {value!r} is not known", where=where, hint="use sha256 hashes")
            if algorithm == "sha256" and re.fullmatch(r"[0-9a-fA-F]{64}", digest) is None:
                raise InputError(f"{digest!r} is no sha256 hash", where=where)
    if _is_local(text):
        _local(text, where, found, path)
        return
    text = _named(text, where)
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        reason = str(error).splitlines()[0].rstrip(".").lower()
        raise InputError(f"not a requirement: {text!r} ({reason})", where=where) from error
    if requirement.url is not None and _needs_build(requirement.url):
        raise InputError(
            f"{requirement.name} comes from sources ({_hidden(requirement.url)})",
            where=where,
            hint=BUILD_HINT,
        )
    entry = Line(text, canonicalize_name(requirement.name), tuple(hashes), where)
    (found.constraints if constraint else found.lines).append(entry)


def _split(line: str, where: str) -> tuple[str, list[str]]:
    """Return the requirement and the options behind it (` --hash=… --hash …`)."""
    match = re.search(r"\s--?[a-zA-Z]", line)
    if match is None:
        return line, []
    try:
        words = shlex.split(line[match.start() :])
    except ValueError as error:
        raise InputError(f"bad quotes in {line!r}", where=where) from error
    options: list[str] = []
    for word in words:
        if word.startswith("-"):
            options.append(word)
        elif options and "=" not in options[-1]:
            options[-1] += f"={word}"
        else:
            raise InputError(f"{word!r} stands after the options", where=where)
    return line[: match.start()].strip(), options


def _is_local(text: str) -> bool:
    head = re.split(r"[\[;\s]", text, maxsplit=1)[0]
    return head in {"", ".", ".."} or head.startswith(("./", "../", "/", "file:", "~"))


def _local(text: str, where: str, found: _Collected, path: Path) -> None:
    """Take `.` as the project itself; refuse other folders, which would have to be built."""
    head = re.split(r"[\[;]", text, maxsplit=1)[0].strip()
    if head.endswith(".whl"):
        name = head.rpartition("/")[2]
        try:
            parsed = parse_wheel_filename(name)
        except InvalidWheelFilename as error:
            raise InputError(f"{name!r} is no wheel file name", where=where) from error
        url = head if head.startswith("file:") else (path.parent / head).resolve().as_uri()
        found.lines.append(Line(f"{parsed[0]} @ {url}", parsed[0], (), where))
        return
    if head and (found.folder / head).resolve() == found.folder.resolve():
        found.itself = True
        named = re.search(r"\[([^\]]*)\]", text)
        words = named[1].replace(",", " ").split() if named is not None else []
        found.extras += [str(canonicalize_name(word)) for word in words]
        return
    raise InputError(
        f"{head or text!r} is a local folder or archive, which would have to be built",
        where=where,
        hint=BUILD_HINT,
    )


def _named(text: str, where: str) -> str:
    """Return a bare URL (`https://…/x-1-py3-none-any.whl`, `git+…#egg=x`) as `name @ url`."""
    if re.match(r"[a-z+]+://|git\+", text) is None:
        return text
    url, _, marker = text.partition(" ;")
    egg = re.search(r"#(?:.*&)?egg=([A-Za-z0-9._-]+)", url)
    name = egg[1] if egg is not None else ""
    if not name and url.partition("#")[0].endswith(".whl"):
        name = url.partition("#")[0].rpartition("/")[2].partition("-")[0]
    if not name and _needs_build(url):
        raise InputError(f"{_hidden(url)} comes from sources", where=where, hint=BUILD_HINT)
    return f"{name} @ {url}" + (f" ;{marker}" if marker else "")


def _needs_build(url: str) -> bool:
    return not url.partition("#")[0].partition("?")[0].endswith(".whl")


def _hidden(url: str) -> str:
    return CREDENTIALS.sub("://***@", url)
