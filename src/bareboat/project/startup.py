"""How others start the project: an existing Dockerfile (FROM, EXPOSE, CMD) and a Procfile.

Read for wishes and hints only, line by line; what is not plain to see is passed over.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from bareboat.project.fact import Fact
from bareboat.project.process import Process
from bareboat.project.toml import read_text

__all__ = ["Container", "instructions", "read"]

FROM = re.compile(r"from\s+(?:--\S+\s+)*(\S+)", re.IGNORECASE)
PYTHON = re.compile(r"(?:^|[/:-])python(?:[:-]?v?)(\d+\.\d+(?:\.\d+)?)", re.IGNORECASE)
TARGET = re.compile(r"(?<![\w./-])([A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*):([A-Za-z_]\w*)(\(\))?(?![\w/])")
PORT = re.compile(r"(?:--port[= ]|-p |--bind[= ]\S*:|-b \S*:)(\d{2,5})\b")


class Container(Struct, frozen=True):
    """Facts in file order; of a Dockerfile the last stage first.

    `pythons` are versions of base images, `ports` exposed or bound ports, `targets` are
    `module:attribute` texts that a command names. `processes` are the start commands that Procfile,
    Dockerfile, compose file and a server's own settings state, in this order. `configs` are the texts
    of such settings by path. `volumes` are folders in the image that is stated, `environ` is
    what ENV gives its last stage, `folder` its WORKDIR.
    """

    pythons: tuple[Fact[str], ...] = ()
    ports: tuple[Fact[int], ...] = ()
    targets: tuple[Fact[str], ...] = ()
    commands: tuple[Fact[str], ...] = ()
    files: tuple[str, ...] = ()
    processes: tuple[Process, ...] = ()
    configs: Mapping[str, str] = field(default_factory=dict)
    volumes: tuple[Fact[str], ...] = ()
    environ: Mapping[str, Fact[str]] = field(default_factory=dict)
    folder: str = ""


class _Found(Struct):
    pythons: list[Fact[str]] = field(default_factory=list)
    exposed: list[Fact[int]] = field(default_factory=list)
    bound: list[Fact[int]] = field(default_factory=list)
    targets: list[Fact[str]] = field(default_factory=list)
    commands: list[Fact[str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def read(folder: Path) -> Container:
    """Return what a Dockerfile and a Procfile of the folder say; neither needs to be there."""
    found = _Found()
    for name in ("Dockerfile", "Containerfile", "Dockerfile.prod", "docker/Dockerfile"):
        if (folder / name).is_file():
            found.files.append(name)
            _dockerfile(read_text(folder / name), name, found)
            break
    if (folder / "Procfile").is_file():
        found.files.append("Procfile")
        for number, line in enumerate(read_text(folder / "Procfile").splitlines(), 1):
            kind, _, command = line.partition(":")
            if kind.strip() == "web":
                _command(command, f"Procfile:{number}", found)
    return Container(
        tuple(reversed(found.pythons)),
        (*found.exposed, *found.bound),
        tuple(found.targets),
        tuple(found.commands),
        tuple(found.files),
    )


def instructions(text: str) -> Iterator[tuple[int, str]]:
    """Yield the instructions of a Dockerfile, each with its first line, continued lines joined."""
    start, held = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("#") or (held and not stripped):
            continue
        start = start if held else number
        held += stripped.removesuffix("\\") + " " if stripped.endswith("\\") else stripped
        if stripped.endswith("\\"):
            continue
        if held:
            yield start, held.strip()
        held = ""
    if held:
        yield start, held.strip()


def _dockerfile(text: str, name: str, found: _Found) -> None:
    arguments: dict[str, str] = {}
    commands: list[Fact[str]] = []
    for number, line in instructions(text):
        where = f"{name}:{number}"
        keyword = line.split(maxsplit=1)[0].upper()
        if keyword == "ARG" and "=" in line:
            key, _, value = line[3:].strip().partition("=")
            arguments[key.strip()] = value.strip().strip("'\"")
        elif keyword == "FROM":
            commands = []
            found.exposed.clear()
            match = FROM.match(line)
            image = _expand(match[1], arguments) if match is not None else ""
            python = PYTHON.search(image)
            if python is not None:
                found.pythons.append(Fact(python[1], where))
        elif keyword == "EXPOSE":
            words = [word.partition("/")[0] for word in _expand(line[6:], arguments).split()]
            found.exposed += [Fact(int(word), where) for word in words if _is_port(word)]
        elif keyword in {"CMD", "ENTRYPOINT"}:
            commands.append(Fact(line.split(maxsplit=1)[-1], where))
    for fact in commands:
        _command(_words(fact.value), fact.where, found)


def _is_port(text: str) -> bool:
    return text.isdecimal() and 0 < int(text) < 65536


def _words(text: str) -> str:
    """Return a command as one text, whether it is in exec form (JSON) or in shell form."""
    try:
        held = json.loads(text)
    except ValueError:
        return text
    return " ".join(map(str, held)) if isinstance(held, list) else text


def _expand(text: str, arguments: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return arguments.get(match[1] or match[3], match[2] or "")

    return re.sub(r"\$\{(\w+)(?::-([^}]*))?\}|\$(\w+)", value, text)


def _command(text: str, where: str, found: _Found) -> None:
    found.commands.append(Fact(" ".join(text.split()), where))
    found.targets += [Fact(f"{match[1]}:{match[2]}", where) for match in TARGET.finditer(text)]
    found.bound += [Fact(int(match[1]), where) for match in PORT.finditer(text) if _is_port(match[1])]
