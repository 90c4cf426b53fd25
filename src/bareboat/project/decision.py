"""What was decided about the start of a project, as values."""

from msgspec import Struct

from bareboat.finding import Finding
from bareboat.project.candidate import Candidate
from bareboat.project.routes import Health

__all__ = ["Command", "Decision"]


class Decision(Struct, frozen=True):
    """One thing decided: its subject and value, the reason in words, and where that was found."""

    subject: str
    value: str
    reason: str
    where: str = ""


class Command(Struct, frozen=True):
    """What the image runs.

    `port` is None where nothing listens. `health` is a path to ask for, None for a plain TCP
    connection (or for nothing, without a port). `path` is the folder that PYTHONPATH must
    hold, empty where the code is installed. `env` are variables that the start needs, `files` what it
    reads from /app without being told.
    """

    argv: tuple[str, ...]
    candidate: Candidate
    server: str
    port: int | None
    health: Health | None
    path: str
    decisions: tuple[Decision, ...]
    env: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    files: tuple[str, ...] = ()
