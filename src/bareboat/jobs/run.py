"""A project built and started: in Docker, in Podman, or in namespaces where neither is."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from bareboat.build.unpack import unpack_image
from bareboat.engine import find, health
from bareboat.engine import run as containers
from bareboat.errors import BuildError, InputError
from bareboat.jobs.build import Built, Request, build
from bareboat.jobs.context import Context
from bareboat.plan.plan import Plan
from bareboat.sandbox import namespaces
from bareboat.store.cas import Store

__all__ = ["NAMESPACES", "Ready", "Running", "prepare", "started"]

NAMESPACES = "namespaces"
_MAY_WRITE = "A folder that it must write to is named in [tool.bareboat] writable"
_REFUSED = ("Read-only file system", "Permission denied")
_LAST = 20


class Ready(Struct, frozen=True):
    """An image that `engine` can start."""

    built: Built
    engine: str

    @property
    def reference(self) -> str:
        """The image's name with its tag."""
        return self.built.reference


class Running(Protocol):
    """A started application."""

    engine: str
    address: str

    def wait_healthy(self) -> str:
        """Return the body of the first good answer; BuildError when it does not or cannot come."""

    def wait(self) -> int:
        """Return the exit code once it ends; its words go to this process's own streams."""


def prepare(
    folder: Path,
    settings: Mapping[str, Any],
    context: Context,
    *,
    engine: str | None = None,
    locked: bool = False,
) -> Ready:
    """Build the project and bring it to the engine wished for, else to the first that works."""
    chosen = engine or _first(context)
    request = Request(
        folder,
        settings,
        locked=locked,
        load=chosen != NAMESPACES,
        engine=None if chosen == NAMESPACES else chosen,
        stay=chosen == NAMESPACES,
    )
    return Ready(build(request, context), chosen)


@contextmanager
def started(
    ready: Ready, context: Context, *, publish: int | None = None, arguments: Sequence[str] = ()
) -> Iterator[Running]:
    """Start the image; it is stopped and removed when the context ends.

    `publish` is the port on this machine's loopback, a free one if not given. In namespaces the
    application has the host's network, so its own port is the one that answers.
    """
    if ready.engine == NAMESPACES:
        if publish not in {None, _port(ready.built.plan)}:
            raise InputError(
                "namespaces share the host's network, so the port cannot be another one",
                where="--publish",
                hint=f"leave it out, or build with --port {publish}",
            )
        with Store(context.store) as store, store.scratch() as root:
            unpack_image(ready.built.encoded, root)
            yield from _in_namespaces(ready, root, arguments)
        return
    engine = find.choose(context.environ, ready.engine)
    options = containers.Options(
        port=_port(ready.built.plan) or 0,
        publish=publish or 0,
        command=tuple(arguments),
        probe=_probe(ready.built.plan),
        volumes=_writable(ready.built.plan),
    )
    container = containers.start(engine, ready.reference, options)
    try:
        yield _Container(container, ready)
    finally:
        with suppress(BuildError):
            containers.stop(container)


def _first(context: Context) -> str:
    engines = find.find(context.environ)
    if engines:
        return engines[0].kind.value
    reason = namespaces.available()
    if reason is None:
        return NAMESPACES
    raise InputError(
        f"nothing here can start an image: no Docker, no Podman, and {reason}",
        hint="`bareboat doctor` says how to mend each; `bareboat build -o app.tar` needs none of them",
    )


def _in_namespaces(ready: Ready, root: Path, arguments: Sequence[str]) -> Iterator[Running]:
    config = ready.built.plan.config
    command = (*config.entrypoint, *(arguments or config.cmd))
    process = namespaces.start(
        root,
        command,
        env=dict(config.env),
        working_dir=config.working_dir,
        user=namespaces.USER,
        writable=_writable(ready.built.plan),
    )
    try:
        yield _Process(process, ready)
    finally:
        if process.is_running():
            process.stop()


def _writable(plan: Plan) -> tuple[str, ...]:
    """Return the folders of the image that its user may write to: each gets a place of its own."""
    found = next((one.value for one in plan.decisions if one.subject == "writable"), "")
    return tuple(found.split(", ")) if found else ()


def _way_out(said: str) -> str:
    """Return an application's last lines, and what lets it write where it says that it may not."""
    last = said.rstrip().splitlines()[-_LAST:]
    if any(word in line for word in _REFUSED for line in last):
        last.insert(0, _MAY_WRITE)
    return "\n".join(last)


def _port(plan: Plan) -> int | None:
    ports = plan.config.exposed_ports
    return int(ports[0].partition("/")[0]) if ports else None


def _demand_port(plan: Plan) -> None:
    if _port(plan) is None:
        raise BuildError(
            "listens on no port, so there is no answer to wait for",
            where=plan.reference,
            hint="leave --check out, or write port = 8000 in [tool.bareboat]",
        )


def _probe(plan: Plan) -> tuple[str, ...]:
    check = plan.config.healthcheck
    return check.test[1:] if check is not None and check.test[:1] == ("CMD",) else ()


def _address(plan: Plan, port: int) -> str:
    return f"http://127.0.0.1:{port}{_path(plan)}" if port else ""


def _path(plan: Plan) -> str:
    for decision in plan.decisions:
        if decision.subject == "health" and decision.value.startswith("/"):
            return decision.value
    return "/"


class _Container:
    def __init__(self, container: containers.Container, ready: Ready) -> None:
        self.engine = ready.engine
        self.address = _address(ready.built.plan, container.port)
        self._container = container
        self._plan = ready.built.plan

    def wait_healthy(self) -> str:
        def alive() -> bool:
            return containers.state(self._container).is_running

        _demand_port(self._plan)
        try:
            return health.wait_answer(self._container.port, _path(self._plan), is_alive=alive).body
        except BuildError as error:
            with suppress(BuildError):
                error.hint = _way_out(containers.logs(self._container)) or error.hint
            raise

    def wait(self) -> int:
        following = containers.follow(self._container, sys.stdout.buffer)
        following.wait()
        state = containers.state(self._container)
        while state.is_running:
            time.sleep(0.2)
            state = containers.state(self._container)
        return state.exit_code


class _Process:
    def __init__(self, process: namespaces.Process, ready: Ready) -> None:
        self.engine = ready.engine
        self._port = _port(ready.built.plan) or 0
        self.address = _address(ready.built.plan, self._port)
        self._process = process
        self._plan = ready.built.plan

    def wait_healthy(self) -> str:
        _demand_port(self._plan)
        try:
            return health.wait_answer(self._port, _path(self._plan), is_alive=self._process.is_running).body
        except BuildError as error:
            error.hint = f"{error.hint}; what it said is above. {_MAY_WRITE}"
            raise

    def wait(self) -> int:
        return self._process.wait()
