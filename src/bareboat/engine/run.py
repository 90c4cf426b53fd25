"""Containers: started as an image of ours should run anywhere, looked at, stopped.

The defaults are the strict ones: read-only root, no capabilities, no new privileges, the port
published on loopback only.
"""

import json
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from msgspec import Struct, field

from bareboat.engine.call import call, explain
from bareboat.engine.find import Engine, Kind
from bareboat.errors import BuildError

__all__ = ["Container", "Finished", "Options", "State", "follow", "logs", "once", "start", "state", "stop"]


class Options(Struct, frozen=True):
    """How a container differs from the strict default.

    `port` is the container's, published at `publish` on loopback (0: a free one). `cpus` is a share
    of processors, 0 for all. `has_tmp` mounts an empty /tmp in memory. `probe` is the image's own
    health check as argv: Podman takes none from an image in OCI's format, so it is told again.
    """

    port: int = 0
    publish: int = 0
    name: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = ()
    entrypoint: str = ""
    cpus: float = 0.0
    has_tmp: bool = True
    is_strict: bool = True
    volumes: Sequence[str] = ()
    probe: Sequence[str] = ()


class Container(Struct, frozen=True):
    """A started container; `port` is the published one on loopback, 0 where none is."""

    engine: Engine
    identity: str
    port: int = 0


class State(Struct, frozen=True):
    """How a container is; `health` is the engine's word, empty where nothing checks."""

    is_running: bool
    exit_code: int
    health: str = ""


class Finished(Struct, frozen=True):
    """How a command in a container ended."""

    code: int
    output: str
    errors: str


def start(engine: Engine, reference: str, options: Options | None = None) -> Container:
    """Start `reference` in the background.

    The caller stops it with `stop`. Raises BuildError with the engine's words when it does not start.
    """
    options = options or Options()
    arguments = ["run", "--detach", *_flags(engine, options)]
    if options.port:
        arguments += ["--publish", f"127.0.0.1:{options.publish or ''}:{options.port}"]
    container = Container(engine, _begun(engine, arguments, [reference, *options.command]))
    if not options.port:
        return container
    try:
        return Container(engine, container.identity, _published(container, options.port))
    except BuildError:
        failure = None if state(container).is_running else _ended(container, reference)
        stop(container)
        if failure is None:
            raise
        raise failure from None


def _begun(engine: Engine, flags: Sequence[str], command: Sequence[str]) -> str:
    """Return the identity of a started container; one that was made and cannot start is removed."""
    with tempfile.TemporaryDirectory(prefix="bareboat-") as folder:
        written = Path(folder, "identity")
        try:
            said = call(engine, [*flags, "--cidfile", str(written), *command])
        except BaseException:
            if written.exists() and (identity := written.read_text(encoding="ascii").strip()):
                with suppress(BuildError):
                    call(engine, ["rm", "--force", "--volumes", identity])
            raise
    return said.strip().splitlines()[-1]


def once(
    engine: Engine, reference: str, options: Options | None = None, *, timeout: float = 120.0
) -> Finished:
    """Run a command to its end in a fresh container and return how it ended.

    Raises BuildError when the container itself cannot be started or outlives `timeout` seconds.
    """
    options = options or Options()
    arguments = ["run", "--rm", *_flags(engine, options), reference, *options.command]
    try:
        done = subprocess.run(
            [engine.program, *arguments],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=dict(engine.environ),
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"still running after {timeout:.0f} s", where=reference) from error
    if done.returncode == 125:  # the engine's own failure, not the command's
        raise explain(engine, "run", done.returncode, done.stderr)
    return Finished(
        done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    )


def state(container: Container) -> State:
    """Ask how the container is."""
    facts = json.loads(call(container.engine, ["container", "inspect", container.identity]))[0]
    inner: dict[str, Any] = facts.get("State") or {}
    health = inner.get("Health") or inner.get("Healthcheck") or {}
    return State(bool(inner.get("Running")), int(inner.get("ExitCode") or 0), str(health.get("Status") or ""))


def logs(container: Container) -> str:
    """Return what the container has written so far, both streams."""
    done = subprocess.run(
        [container.engine.program, "logs", container.identity],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(container.engine.environ),
    )
    return done.stdout.decode(errors="replace")


def follow(container: Container, output: IO[bytes]) -> "subprocess.Popen[bytes]":
    """Start copying the container's words to `output`; the process ends when the container does."""
    return subprocess.Popen(
        [container.engine.program, "logs", "--follow", container.identity],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=dict(container.engine.environ),
    )


def stop(container: Container, *, patience: int = 10) -> None:
    """Send the stop signal, wait up to `patience` seconds, remove the container."""
    call(container.engine, ["stop", "--time", str(patience), container.identity], timeout=patience + 60.0)
    call(container.engine, ["rm", "--force", "--volumes", container.identity])


def _flags(engine: Engine, options: Options) -> list[str]:
    flags: list[str] = []
    if options.is_strict:
        flags += ["--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges"]
        if engine.kind is Kind.PODMAN and not options.has_tmp:
            flags += ["--read-only-tmpfs=false"]
    if options.has_tmp:
        flags += ["--tmpfs", "/tmp:rw,nosuid,nodev,mode=1777"]  # noqa: S108 - inside the container
    if options.name:
        flags += ["--name", options.name]
    if options.cpus:
        flags += ["--cpus", f"{options.cpus:g}"]
    if options.entrypoint:
        flags += ["--entrypoint", options.entrypoint]
    for name, value in options.env.items():
        flags += ["--env", f"{name}={value}"]
    if options.probe and engine.kind is Kind.PODMAN:
        flags += ["--health-cmd", json.dumps([*options.probe])]
    for volume in options.volumes:
        flags += ["--volume", volume]
    return flags


def _published(container: Container, port: int) -> int:
    output = call(container.engine, ["port", container.identity, f"{port}/tcp"])
    for line in output.splitlines():  # 127.0.0.1:49153
        number = line.rpartition(":")[2].strip()
        if number.isdigit():
            return int(number)
    raise BuildError(f"port {port} is not published", where=container.identity[:12])


def _ended(container: Container, reference: str) -> BuildError:
    words = logs(container).strip().splitlines()
    return BuildError(
        f"the container ended at once with exit code {state(container).exit_code}",
        where=reference,
        hint=words[-1] if words else "",
    )
