"""requirements.txt: pip's file format, with the line of every requirement.

Spec: pip's documentation, "Requirements File Format". Paths and URLs come out as the standard's direct
references (`reference.py`), whether or not they stand behind `-e`.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from bareboat.errors import InputError
from bareboat.project import direct, reference
from bareboat.project.wheels import filename, location

__all__ = ["Line", "Requirements", "read"]

LARGEST = 16 << 20
"""Characters that a requirements file may have."""

VALUED = {
    "-i", "--index-url", "--pypi-url", "--extra-index-url", "-f", "--find-links", "--trusted-host",
    "--no-binary", "--only-binary", "--use-feature", "--global-option", "--config-settings",
    "--config-setting", "-C", "--install-option",
}  # fmt: skip
FLAGS = {"--no-index", "--pre", "--prefer-binary", "--require-hashes"}
CREDENTIALS = re.compile(r"://[^/@\s]+@")
_NOT_OBEYED = {"--global-option", "--install-option"}


class Line(Struct, frozen=True):
    """One requirement: its PEP 508 text, normalised name, sha256 hashes and `file:line`."""

    text: str
    name: str
    hashes: tuple[str, ...]
    where: str

    @property
    def is_pinned(self) -> bool:
        """Whether exactly one version fits: `==1.2` without a wildcard, or a URL of what does not change."""
        requirement = Requirement(self.text)
        if requirement.url is not None:
            return not requirement.url.startswith("git+") or self.is_fixed
        pins = list(requirement.specifier)
        return len(pins) == 1 and pins[0].operator in {"==", "==="} and "*" not in pins[0].version

    @property
    def is_fixed(self) -> bool:
        """Whether it needs no hash: a whole commit of a repository, a folder beside the file."""
        url = Requirement(self.text).url
        if url is None:
            return False
        found = reference.place(url, Path("/"), where=self.where)
        return found.kind == "folder" or (found.git is not None and found.git.fixed is not None)


class Requirements(Struct, frozen=True):
    """A requirements file with all that it includes.

    `constraints` come from `-c` files. `options` are lines for the resolver, as they stand.
    `installs_itself` says that `-e .` or `.` stands in it, `own_extras` with which extras.
    `warnings` are sentences. `logins` are the users and passwords that URLs of repositories had, by
    server.
    """

    lines: tuple[Line, ...]
    constraints: tuple[Line, ...] = ()
    options: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()
    installs_itself: bool = False
    own_extras: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    logins: tuple[tuple[str, str], ...] = ()

    @property
    def is_locked(self) -> bool:
        """Whether every requirement is pinned, by a sha256 hash where it is no commit and no folder."""
        is_whole = all((line.is_pinned and line.hashes) or line.is_fixed for line in self.lines)
        return is_whole and any(line.hashes for line in self.lines)

    def allowed(self) -> dict[str, tuple[str, ...]]:
        """Return the sha256 hashes by normalised name, as `pylock.read` takes them."""
        found: dict[str, tuple[str, ...]] = {}
        for line in self.lines:
            found[line.name] = (*found.get(line.name, ()), *line.hashes)
        return found


class _Collected(Struct):
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
    logins: dict[str, str] = field(default_factory=dict)


def read(
    path: Path, *, folder: Path, environ: Mapping[str, str], load: Callable[[Path, str], str]
) -> Requirements:
    """Return what the file at `path` asks for, its `-r` and `-c` files included.

    `load(path, where)` gives the text of a file. Raises InputError with file and line.
    """
    found = _Collected(folder, environ, load)
    _file(path, found, chain=(), constraint=False)
    loose = next((line for line in found.lines if not line.hashes and not line.is_fixed), None)
    if "--require-hashes" in found.options and loose is not None:
        hint = "pip refuses that file too: make the hashes with `pip-compile --generate-hashes` or uv"
        raise InputError(
            f"{loose.name} has no hash, and --require-hashes is asked for", where=loose.where, hint=hint
        )
    return Requirements(
        tuple(found.lines),
        tuple(found.constraints),
        tuple(found.options),
        tuple(found.files),
        found.itself,
        tuple(sorted(set(found.extras))),
        tuple(found.warnings),
        tuple(sorted(found.logins.items())),
    )


def _file(path: Path, found: _Collected, *, chain: tuple[Path, ...], constraint: bool) -> None:
    location(path.name, path.parent)  # refuses what is no path at all
    resolved = path.resolve()
    where = _relative(path, found.folder)
    if resolved in chain:
        through = " → ".join(_relative(one, found.folder) for one in (*chain, resolved))
        raise InputError(
            f"includes itself ({through})", where=where, hint="take one of the `-r` lines out of the circle"
        )
    if resolved in found.files:
        return
    text = found.load(path, where)
    if len(text) > LARGEST:
        raise InputError(
            f"has {len(text)} characters, more than the {LARGEST} that a list of packages may have",
            where=where,
            hint="is it the right file? Name the packages alone, or lock them with uv",
        )
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
        if option in _NOT_OBEYED:
            found.warnings.append(f"{where}: {option} changes nothing, no setup.py is called with it")
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
    found.logins |= direct.logins([text])
    if _is_itself(text, path.parent, found.folder):
        _itself(text, found)
        return
    if reference.is_place(text):
        text = reference.text(text, path.parent, where=where)
    try:
        requirement = Requirement(text)
    except ValueError as error:
        reason = str(error).splitlines()[0].rstrip(".").lower()
        raise InputError(f"not a requirement: {direct.hidden(text)!r} ({reason})", where=where) from error
    if requirement.url is not None:
        text, more = _placed(requirement, path.parent, where)
        hashes += more
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
        raise InputError(f"bad quotes in {line[:200]!r}", where=where) from error
    options: list[str] = []
    for word in words:
        if word.startswith("-"):
            options.append(word)
        elif options and "=" not in options[-1]:
            options[-1] += f"={word}"
        else:
            raise InputError(f"{word!r} stands after the options", where=where)
    return line[: match.start()].strip(), options


def _is_itself(text: str, base: Path, folder: Path) -> bool:
    """Say whether a line names the project's own folder."""
    head = re.split(r"[\[;\s#]", text, maxsplit=1)[0]
    is_path = head.startswith((".", "/", "file:")) and not head.startswith("file://host")
    if not head or not is_path:
        return False
    url = reference.absolute(head, base)
    return url.startswith("file:") and Path(unquote(urlsplit(url).path)).resolve() == folder.resolve()


def _itself(text: str, found: _Collected) -> None:
    found.itself = True
    named = re.search(r"\[([^\]]*)\]", text)
    words = named[1].replace(",", " ").split() if named is not None else []
    found.extras += [str(canonicalize_name(word)) for word in words]


def _placed(requirement: Requirement, base: Path, where: str) -> tuple[str, tuple[str, ...]]:
    """Return a requirement by place with an absolute URL and no password of git's, and the hash in it."""
    url = reference.absolute(str(requirement.url), base)
    found = reference.place(url, base, where=where)
    if found.git is not None:
        url = f"git+{found.git.url}" + (f"@{found.git.reference}" if found.git.reference else "")
        url += f"#subdirectory={found.git.subdirectory}" if found.git.subdirectory else ""
    if found.kind == "wheel":
        _wheel_name(found.url, where)
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = f" ; {requirement.marker}" if requirement.marker is not None else ""
    return f"{requirement.name}{extras} @ {url}{marker}", (found.sha256,) if found.sha256 else ()


def _wheel_name(url: str, where: str) -> None:
    try:
        parse_wheel_filename(filename(url))
    except ValueError as error:
        raise InputError(f"{filename(url)!r} is no wheel file name", where=where) from error
