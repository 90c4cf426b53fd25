"""Which container engines answer on this machine, and what they are.

Only asks `docker info` and `podman info`; starts nothing and changes nothing. The environment given
is the one in which every later call of that engine runs, so DOCKER_HOST and contexts are obeyed.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from bareboat.errors import InputError

__all__ = ["Absent", "Engine", "Kind", "choose", "find", "look"]

_PATIENCE = 20.0  # seconds for an engine to say who it is; a remote one may be slow


class Kind(StrEnum):
    """An engine by its program's name."""

    DOCKER = "docker"
    PODMAN = "podman"


class Engine(Struct, frozen=True):
    """An engine that answered. `environ` is what its program is called with."""

    kind: Kind
    program: str
    version: str
    architecture: str = ""
    is_rootless: bool = False
    has_containerd_store: bool = False
    environ: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        extra = [
            *(["rootless"] if self.is_rootless else []),
            *(["containerd image store"] if self.has_containerd_store else []),
        ]
        return f"{self.kind} {self.version}{' (' + ', '.join(extra) + ')' if extra else ''}"


class Absent(Struct, frozen=True):
    """An engine that cannot be used here: why, and the way out."""

    kind: Kind
    reason: str
    hint: str


def look(environ: Mapping[str, str]) -> tuple[Engine | Absent, ...]:
    """Return for Docker and Podman, in this order, the engine or why there is none."""
    return tuple(_ask(kind, environ) for kind in Kind)


def find(environ: Mapping[str, str]) -> tuple[Engine, ...]:
    """Return the engines that answer, Docker before Podman."""
    return tuple(engine for engine in look(environ) if isinstance(engine, Engine))


def choose(environ: Mapping[str, str], wish: str = "") -> Engine:
    """Return the engine named by `wish`, else the first that answers.

    Raises InputError that says why each one is out.
    """
    if wish and wish not in tuple(Kind):
        raise InputError(f"no such engine: {wish!r}", hint=f"one of {', '.join(Kind)}")
    seen = [_ask(kind, environ) for kind in Kind if not wish or kind == wish]
    absent = []
    for engine in seen:
        if isinstance(engine, Engine):
            return engine
        absent.append(engine)
    raise InputError(
        "; ".join(f"{engine.kind}: {engine.reason}" for engine in absent),
        hint=absent[0].hint if wish else "start Docker or Podman, or write an archive with -o app.tar",
    )


def _ask(kind: Kind, environ: Mapping[str, str]) -> Engine | Absent:
    program = shutil.which(kind, path=environ.get("PATH", ""))
    if program is None:
        return Absent(kind, "not on the PATH", f"install {kind}")
    try:
        answer = subprocess.run(
            [program, "info", "--format", "{{json .}}" if kind is Kind.DOCKER else "json"],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=dict(environ),
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return Absent(kind, f"no answer within {_PATIENCE:.0f} s", f"see what `{kind} info` waits for")
    except OSError as error:
        return Absent(kind, f"{program}: {error.strerror}", f"install {kind} anew")
    facts = _facts(answer.stdout)
    read = _docker if kind is Kind.DOCKER else _podman
    engine = read(program, facts, tuple(sorted(environ.items()))) if answer.returncode == 0 else None
    return engine or _absent(kind, facts, answer.stderr.decode(errors="replace"))


def _facts(output: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(output)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _docker(program: str, facts: dict[str, Any], environ: tuple[tuple[str, str], ...]) -> Engine | None:
    version = facts.get("ServerVersion")
    if not version:  # the client alone answers, or `docker` is Podman under another name
        return None
    return Engine(
        kind=Kind.DOCKER,
        program=program,
        version=str(version),
        architecture=_architecture(facts.get("Architecture")),
        is_rootless="name=rootless" in (facts.get("SecurityOptions") or ()),
        has_containerd_store=any(
            "containerd.snapshotter" in str(value) for _, value in facts.get("DriverStatus") or ()
        ),
        environ=environ,
    )


def _podman(program: str, facts: dict[str, Any], environ: tuple[tuple[str, str], ...]) -> Engine | None:
    version = (facts.get("version") or {}).get("Version")
    if not version:
        return None
    host = facts.get("host") or {}
    return Engine(
        kind=Kind.PODMAN,
        program=program,
        version=str(version),
        architecture=_architecture(host.get("arch")),
        is_rootless=bool((host.get("security") or {}).get("rootless")),
        environ=environ,
    )


def _architecture(name: object) -> str:
    return {"x86_64": "amd64", "aarch64": "arm64"}.get(str(name), str(name or ""))


def _absent(kind: Kind, facts: dict[str, Any], words: str) -> Absent:
    said = [str(line) for line in facts.get("ServerErrors") or ()] or [
        line for line in words.splitlines() if line.strip()
    ]
    reason = said[-1].strip().rstrip(".") if said else "its answer cannot be read"
    if "permission denied" in reason.lower():
        return Absent(
            kind, "permission denied", f"run as a user who may use {kind}, or use its rootless mode"
        )
    if kind is Kind.DOCKER and ("connect" in reason.lower() or not said):
        return Absent(kind, "its daemon does not answer", "start it: systemctl start docker")
    return Absent(kind, reason, f"see what `{kind} info` says")
