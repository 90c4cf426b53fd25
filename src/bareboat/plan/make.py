"""Facts and settings in, a Plan out. Pure: the same input gives the same Plan, and nothing is read."""

import json
from collections.abc import Iterable, Sequence

from msgspec import Struct

from bareboat.facts.artifact import Artifact, Role
from bareboat.finding import Finding, Severity
from bareboat.lock import BaseLock, Lock
from bareboat.oci.config import Config
from bareboat.plan.health import healthcheck
from bareboat.plan.launch import launched
from bareboat.plan.plan import LayerPlan, Plan
from bareboat.plan.settings import Settings
from bareboat.plan.split import split
from bareboat.project.command import Decision
from bareboat.target import Target
from bareboat.tree.compress import Compression

__all__ = ["COMMANDS", "EXPIRED", "LAYERS", "USER", "Gathered", "Start", "environment", "make"]

LAYERS = 40
USER = "65532:65532"
EXPIRED = "BB920"
"""The code of the finding for a base from indexes past their date."""
_EXPIRED_LABEL = "bareboat.base.expired"
COMMANDS = "bareboat.commands"
"""The label with the further commands of an image: a JSON object of argv by name."""
_PATH = "/opt/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Start(Struct, frozen=True):
    """How the application starts: argv, the port it listens on (None: none), the path that answers.

    `health` is a path, "tcp" for a socket probe or "none". With `fixed` the argv is the image's
    entrypoint, so that arguments of `docker run` are added to it instead of replacing it. `path`
    is the folder below /app that modules are imported from, empty where all is installed. `before`
    are the steps that run before argv in the same container, `commands` further ones of the same
    image by name, `env` variables that they need, `files` what the command reads from /app unasked.
    """

    argv: tuple[str, ...]
    port: int | None
    health: str
    fixed: bool = False
    path: str = ""
    before: tuple[tuple[str, ...], ...] = ()
    commands: tuple[tuple[str, tuple[str, ...]], ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What the image runs: argv, behind the launcher where steps come before it."""
        return launched(self.before, self.argv)

    @property
    def label(self) -> tuple[tuple[str, str], ...]:
        """The label that tells a program how the further commands are started, as JSON."""
        if not self.commands:
            return ()
        return ((COMMANDS, json.dumps(dict(self.commands), separators=(",", ":"), ensure_ascii=False)),)


class Gathered(Struct, frozen=True):
    """Everything that was read about one project before its Plan is made.

    `env` are variables that the project's framework wants; settings win over them.
    """

    reference: str
    target: Target
    base: BaseLock
    lock: Lock
    start: Start
    artifacts: tuple[Artifact, ...]
    labels: tuple[tuple[str, str], ...]
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    created: int = 0
    env: tuple[tuple[str, str], ...] = ()


def make(gathered: Gathered, settings: Settings) -> Plan:
    """Return the Plan: layers from the lowest up, the config, every decision with its reason."""
    compression = Compression(settings.compression or Compression.GZIP)
    layers = _layers(gathered.artifacts, budget=settings.layers or LAYERS)
    return Plan(
        reference=gathered.reference,
        target=gathered.target,
        base=gathered.base,
        lock=gathered.lock,
        layers=layers,
        config=_config(gathered, settings),
        compression=compression,
        created=gathered.created,
        decisions=(
            *gathered.decisions,
            Decision("user", USER, "by number, so that a cluster can check that it is not root"),
            Decision("compression", compression, _why(settings.compression, "every engine reads it")),
            Decision("layers", str(len(layers)), _why(settings.layers, f"at most {LAYERS}, by weight")),
        ),
        findings=(*gathered.findings, *_expired(gathered.base)),
    )


def _expired(base: BaseLock) -> tuple[Finding, ...]:
    if not base.expired:
        return ()
    return (
        Finding(
            EXPIRED,
            f"Debian {base.suite}",
            "an index was past its Valid-Until, which was allowed: security updates may be missing",
            Severity.WARNING,
            hint="use a mirror that is up to date and run `bareboat lock --upgrade`",
        ),
    )


def _why(setting: object, otherwise: str) -> str:
    return otherwise if setting is None else "your setting"


def _layers(artifacts: Sequence[Artifact], *, budget: int) -> tuple[LayerPlan, ...]:
    below = [_whole(role, artifacts) for role in (Role.BASE, Role.INTERPRETER, Role.NATIVE)]
    above = [_whole(role, artifacts) for role in (Role.PROJECT, Role.SOURCE, Role.STATIC)]
    fixed = [layer for layer in (*below, *above) if layer is not None]
    dependencies = {one.name: one for one in artifacts if one.role is Role.DEPENDENCY}
    groups = split({name: one.size for name, one in dependencies.items()}, budget=budget - len(fixed))
    middle = (
        LayerPlan(
            group.name if group.parts == 1 else f"{group.name} {group.part}/{group.parts}",
            Role.DEPENDENCY,
            tuple(dependencies[name] for name in group.members),
            -(-group.weight // group.parts),
            group.part,
            group.parts,
        )
        for group in groups
    )
    return (*_present(below), *middle, *_present(above))


def _whole(role: Role, artifacts: Iterable[Artifact]) -> LayerPlan | None:
    held = tuple(one for one in artifacts if one.role is role)
    return LayerPlan(role, role, held, sum(one.size for one in held)) if held else None


def _present(layers: Iterable[LayerPlan | None]) -> Iterable[LayerPlan]:
    return (layer for layer in layers if layer is not None)


def environment(start: Start, env: Iterable[tuple[str, str]], settings: Settings) -> dict[str, str]:
    """Return the image's variables: our own, then `env`, then those of the settings."""
    return {
        "PATH": _PATH,
        "VIRTUAL_ENV": "/opt/venv",
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        **({"PYTHONPATH": start.path} if start.path else {}),
        **dict(start.env),
        **dict(env),
        **(settings.env or {}),
    }


def _config(gathered: Gathered, settings: Settings) -> Config:
    start = gathered.start
    probed = start.port is not None and start.health != "none"
    path = None if start.health == "tcp" else start.health
    check = healthcheck(gathered.target.python, start.port or 0, path) if probed else None
    expired = {_EXPIRED_LABEL: "true"} if gathered.base.expired else {}
    labels = {**dict(gathered.labels), **dict(start.label), **expired, **(settings.labels or {})}
    return Config(
        user=USER,
        env=tuple(environment(start, gathered.env, settings).items()),
        entrypoint=start.words if start.fixed else (),
        cmd=() if start.fixed else start.words,
        working_dir="/app",
        exposed_ports=(f"{start.port}/tcp",) if start.port is not None else (),
        labels=tuple(sorted(labels.items())),
        stop_signal="SIGTERM",
        healthcheck=check,
    )
