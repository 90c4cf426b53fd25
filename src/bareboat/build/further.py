"""What an image can run beside its start command: workers and other commands, steps before the start.

Commands come from the setting, then from the queues whose workers were found in the code. A step
runs only where the setting says so; migrations that are found are offered.
"""

import shlex
from collections.abc import Collection
from dataclasses import dataclass

from bareboat.plan.settings import Settings
from bareboat.project import argv
from bareboat.project.candidate import Candidate
from bareboat.project.decision import Decision
from bareboat.project.migrations import migrations
from bareboat.project.project import Project

__all__ = ["Further", "further"]

_HOW = "give it as the arguments of `docker run`"


@dataclass(frozen=True, slots=True)
class Further:
    """Steps before the start command, further commands by name, and why each is there."""

    before: tuple[tuple[str, ...], ...] = ()
    commands: tuple[tuple[str, tuple[str, ...]], ...] = ()
    decisions: tuple[Decision, ...] = ()


def further(
    project: Project, settings: Settings, packages: Collection[str], started: Candidate | None
) -> Further:
    """Return what runs beside `started`, which is None where the setting gave the whole command."""
    before = settings.before_start or ()
    decisions = [
        Decision("before start", shlex.join(words), "at each start, in the same container; your setting")
        for words in before
    ]
    if not before:
        decisions += _offered(project, packages)
    commands: dict[str, tuple[str, ...]] = {}
    for name, words in (settings.commands or {}).items():
        if name != "web" or settings.command is not None:
            commands[name] = words
            decisions.append(Decision(f"command {name}", shlex.join(words), f"{_HOW}; your setting"))
    for one in project.application.workers:
        is_started = started is not None and started.words == one.words
        if one.role not in commands and one.framework in packages and not is_started:
            commands[one.role] = argv.plain(one, is_installed=False)
            said = shlex.join(commands[one.role])
            decisions.append(Decision(f"command {one.role}", said, f"{one.what}: {_HOW}", one.where))
    return Further(before, tuple(commands.items()), tuple(decisions))


def _offered(project: Project, packages: Collection[str]) -> list[Decision]:
    """Return the migrations that were found, with the line that runs them."""
    found = []
    for one in migrations(project.files, packages, project.application):
        line = f"before-start = [[{', '.join(map(_quoted, one.words))}]]"
        reason = f"offered, never run in a build: {line} runs it at each start"
        found.append(Decision("migrations", shlex.join(one.words), reason, one.where))
    return found


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
