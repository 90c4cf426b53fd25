"""Which builders of Dockerfiles can be used here: Docker's BuildKit, Podman, buildah, any builder of buildx.

Only asks; nothing is started, pulled or created. A builder of buildx is what buildx has under that
name: in a container, on another machine or in Kubernetes.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from bareboat.engine import find as engines
from bareboat.errors import InputError

__all__ = ["NAMES", "Builder", "Tool", "choose", "find"]

_PATIENCE = 60.0  # seconds; asking a builder in Kubernetes goes over the network
_BUILDX = (0, 13)  # the first with --progress=rawjson
_PODMAN = (4, 0)  # cache mounts with sharing=locked, bind mounts of the context
_BUILDAH = (1, 24)

NAMES = "docker, podman, buildah or buildx:NAME"


class Tool(StrEnum):
    """The program that builds; `BUILDX` stands for a builder given by its name."""

    DOCKER = "docker"
    PODMAN = "podman"
    BUILDAH = "buildah"
    BUILDX = "buildx"


class Builder(Struct, frozen=True):
    """A builder that answered.

    `name` and `driver` are buildx's (for Docker those of its own BuildKit), empty for the others;
    `version` is that of the program, for the two of Docker that of buildx.
    """

    tool: Tool
    program: str
    version: str
    name: str = ""
    driver: str = ""

    @property
    def has_buildkit(self) -> bool:
        """Whether BuildKit does the work."""
        return self.tool in {Tool.DOCKER, Tool.BUILDX}

    def __str__(self) -> str:
        if self.tool is Tool.BUILDX:
            return f"buildx:{self.name} ({self.driver}, buildx {self.version})"
        return f"docker (buildx {self.version})" if self.has_buildkit else f"{self.tool} {self.version}"


def find(environ: Mapping[str, str]) -> tuple[Builder, ...]:
    """Return the builders that answer: Docker, Podman, buildah; those of buildx are asked for by name."""
    found = []
    for tool in (Tool.DOCKER, Tool.PODMAN, Tool.BUILDAH):
        try:
            found.append(choose(environ, tool))
        except InputError:
            continue
    return tuple(found)


def choose(environ: Mapping[str, str], wish: str) -> Builder:
    """Return the builder named by `wish`: docker, podman, buildah or buildx:NAME.

    Raises InputError that says why it cannot be used, with the way out.
    """
    tool, colon, name = wish.partition(":")
    if tool not in tuple(Tool) or (tool != Tool.BUILDX and colon):
        raise InputError(f"no such builder: {wish!r}", where="--engine", hint=f"one of {NAMES}")
    if tool == Tool.BUILDX:
        if not name:
            raise InputError(
                "buildx needs the name of a builder",
                where="--engine",
                hint="write buildx:NAME; `docker buildx ls` lists them",
            )
        return _of_buildx(environ, name)
    if tool == Tool.BUILDAH:
        return _buildah(environ)
    engine = engines.choose(environ, tool)
    if tool == Tool.PODMAN:
        _demand(engine.version, _PODMAN, "podman")
        return Builder(Tool.PODMAN, engine.program, engine.version)
    version = _buildx(engine.program, environ)
    context = _ask([engine.program, "context", "show"], environ)
    return Builder(Tool.DOCKER, engine.program, version, (context or "").strip() or "default", "docker")


def _of_buildx(environ: Mapping[str, str], name: str) -> Builder:
    """Return a builder by its name: no daemon need run here for it."""
    program = shutil.which("docker", path=environ.get("PATH", ""))
    if program is None:
        raise InputError("docker: not on the PATH", hint="install Docker's client with its buildx plugin")
    version = _buildx(program, environ)
    told = _ask([program, "buildx", "inspect", "--", name], environ)
    driver = re.search(r"^Driver:\s*(\S+)", told or "", re.MULTILINE)
    if told is None or driver is None:
        raise InputError(
            f"buildx has no builder {name!r}",
            where="--engine",
            hint="`docker buildx ls` lists them; `docker buildx create --name NAME` makes one",
        )
    failed = re.search(r"^\s*Error:\s*(.+)", told, re.MULTILINE)
    if failed is not None:
        raise InputError(
            f"builder {name!r} does not answer: {failed[1].strip().rstrip('.')}",
            where="--engine",
            hint=f"see `docker buildx inspect {name}`",
        )
    return Builder(Tool.BUILDX, program, version, name, driver[1])


def _buildx(program: str, environ: Mapping[str, str]) -> str:
    told = _ask([program, "buildx", "version"], environ)
    version = _number(told or "")
    if not version:
        raise InputError(
            "docker has no buildx, which a multi-stage build with mounts needs",
            hint="install the package docker-buildx (docker-buildx-plugin in Docker's own repository)",
        )
    _demand(version, _BUILDX, "buildx")
    return version


def _buildah(environ: Mapping[str, str]) -> Builder:
    program = shutil.which("buildah", path=environ.get("PATH", ""))
    if program is None:
        raise InputError("buildah: not on the PATH", hint="install buildah")
    version = _number(_ask([program, "--version"], environ) or "")
    if not version:
        raise InputError("buildah: its answer cannot be read", hint="see what `buildah --version` says")
    _demand(version, _BUILDAH, "buildah")
    return Builder(Tool.BUILDAH, program, version)


def _demand(version: str, least: tuple[int, int], what: str) -> None:
    numbers = re.findall(r"\d+", version)[:2]
    if len(numbers) == 2 and (int(numbers[0]), int(numbers[1])) < least:
        wanted = ".".join(map(str, least))
        raise InputError(f"{what} {version} is too old", hint=f"{what} {wanted} or newer is needed")


def _number(text: str) -> str:
    found = re.search(r"\bv?(\d+\.\d+(?:\.\d+)?)", text)
    return found[1] if found else ""


def _ask(command: list[str], environ: Mapping[str, str]) -> str | None:
    """Return what a command prints, None where it fails or does not answer in time."""
    try:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=dict(environ),
            timeout=_PATIENCE,
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return os.fsdecode(done.stdout) if done.returncode == 0 else None
