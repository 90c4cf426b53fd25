"""Plans from values alone: what every test of the plan and of its printing starts from."""

from bareboat.facts.artifact import Artifact, Role
from bareboat.finding import Finding, Severity
from bareboat.lock import BaseLock, DebianPackage, Lock, LockedPackage, Wheel
from bareboat.plan.make import Gathered, Start, make
from bareboat.plan.plan import Plan
from bareboat.plan.settings import Settings
from bareboat.project.command import Decision
from bareboat.target import Arch, Target

__all__ = ["ARTIFACTS", "BASE", "LOCK", "TARGET", "artifact", "gathered", "plan"]

TARGET = Target(Arch.AMD64, "3.13.5", (2, 41))
LIBC = DebianPackage("libc6", "2.41-12", "amd64", "c" * 64, "pool/main/g/glibc/libc6_2.41-12_amd64.deb", 100)
BASE = BaseLock("trixie", "amd64", "3.13.5", (LIBC,), ("libc6",), 1_700_000_000)
CLICK = LockedPackage("click", "8.5", Wheel("click-8.5-py3-none-any.whl", "file:///click.whl", "d" * 64))
LOCK = Lock((CLICK,), "pylock.toml")


def artifact(role: Role, name: str, size: int = 1000, **more: object) -> Artifact:
    """Return an artifact whose key is its name."""
    return Artifact(role, name, "1.0", f"key of {name}", size, 3, **more)  # type: ignore[arg-type]


ARTIFACTS = (
    artifact(Role.BASE, "libc6", 5_000_000, dropped=(("documentation", 700), ("locales", 90))),
    artifact(Role.INTERPRETER, "python3.13-minimal", 7_000_000),
    artifact(Role.DEPENDENCY, "click", 9000, because="uvicorn"),
    artifact(Role.DEPENDENCY, "numpy", 30_000_000),
    artifact(Role.SOURCE, "application", 300),
)


def gathered(**more: object) -> Gathered:
    """Return what was read about a small web application, with these fields instead."""
    fields: dict[str, object] = {
        "reference": "shop:latest",
        "target": TARGET,
        "base": BASE,
        "lock": LOCK,
        "start": Start(("/opt/venv/bin/uvicorn", "main:app"), 8000, "/health", path="/app"),
        "artifacts": ARTIFACTS,
        "labels": (("org.opencontainers.image.title", "shop"),),
        "decisions": (Decision("python", "3.13 (Debian trixie)", "the suite's own", "pyproject.toml:4"),),
        "findings": (Finding("BB910", "numpy", "wants libx.so.1", Severity.WARNING, "install it"),),
        "created": 60,
        **more,
    }
    return Gathered(**fields)  # type: ignore[arg-type]  # the fields by name


def plan(settings: Settings | None = None, **more: object) -> Plan:
    """Return the plan of the same."""
    return make(gathered(**more), settings or Settings())
