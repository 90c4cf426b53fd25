"""What an image can run beside its start command: workers and other commands, steps before the start.

Commands come from the setting, then from the queues whose workers were found in the code. A step
runs only where the setting says so; migrations that are found are offered.
"""

import re
import shlex
from collections.abc import Collection

from msgspec import Struct

from bareboat.finding import Finding
from bareboat.plan.settings import Settings
from bareboat.project import adopt, argv, fit
from bareboat.project.commandline import PORT
from bareboat.project.decision import Command, Decision
from bareboat.project.fit import Surroundings
from bareboat.project.migrations import migrations
from bareboat.project.process import WEB, Process
from bareboat.project.project import Project
from bareboat.project.reach import PORT as PORT_NUMBER

__all__ = ["Further", "further"]

_HOW = "give it as the arguments of `docker run`"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")
_Found = tuple[str, tuple[str, ...], str, str]
"""Name, words, reason, and where."""


class Further(Struct, frozen=True):
    """Steps before the start command, further commands by name, why each is there, and what is not."""

    before: tuple[tuple[str, ...], ...] = ()
    commands: tuple[tuple[str, tuple[str, ...]], ...] = ()
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()


def further(
    project: Project,
    settings: Settings,
    around: Surroundings,
    started: Command | None,
    process: Process | None,
) -> Further:
    """Return what runs beside `started`, which is None where the setting gave the whole command.

    `process` is the stated one that is started, if one is.
    """
    before = settings.before_start or ()
    decisions = [
        Decision("before start", shlex.join(words), "at each start, in the same container; your setting")
        for words in before
    ]
    if not before:
        decisions += _offered(project, around, process)
    commands: dict[str, tuple[str, ...]] = {}
    for name, words in (settings.commands or {}).items():
        if name != WEB or settings.command is not None:
            commands[name] = words
            decisions.append(Decision(f"command {name}", shlex.join(words), f"{_HOW}; your setting"))
    stated, findings = _stated(project, around, commands, started)
    found = [*stated, *(_workers(project, around, started) if not stated else ())]
    for name, words, reason, where in found:
        if name not in commands:
            commands[name] = words
            decisions.append(Decision(f"command {name}", shlex.join(words), reason, where))
    return Further(before, tuple(commands.items()), tuple(decisions), tuple(findings))


def _stated(
    project: Project,
    around: Surroundings,
    known: Collection[str],
    started: Command | None,
) -> tuple[list[_Found], list[Finding]]:
    """Return the further processes of the first file that states any, and those that do not hold."""
    others = [one for one in project.container.processes if one.name != WEB and not one.is_release]
    port = str(started.port if started is not None and started.port else PORT_NUMBER)
    found: list[_Found] = []
    findings = []
    for process in (one for one in others if one.source == others[0].source):
        name = _NOT_IN_NAMES.sub("-", process.name)
        if name in known:
            continue
        words = fit.words(process, around)
        if isinstance(words, fit.Unfit):
            findings.append(adopt.unfit(process, words))
            continue
        given = ", ".join(f"{key}={value}" for key, value in process.line.env)
        reason = f"stated by {process.source}: {_HOW}" + (f", with {given}" if given else "")
        argv = tuple(word.replace(PORT, port) for word in words)
        if started is None or argv != started.argv:
            found.append((name, argv, reason, process.where))
    return found, findings


def _workers(project: Project, around: Surroundings, started: Command | None) -> list[_Found]:
    """Return the workers that were found in the code and are not what is started."""
    found = []
    for one in project.application.workers:
        is_started = started is not None and started.candidate.words == one.words
        if one.framework in around.packages and not is_started:
            words = argv.plain(one, is_installed=False)
            found.append((one.role, words, f"{one.what}: {_HOW}", one.where))
    return found


def _offered(project: Project, around: Surroundings, process: Process | None) -> list[Decision]:
    """Return steps that were found, with the line that runs them: migrations, a release, what came before."""
    found: dict[tuple[str, ...], Decision] = {}
    held = [
        ("migrations", one.words, one.where)
        for one in migrations(project.files, around.packages, project.application)
    ]
    for one in project.container.processes:
        steps = (*one.line.before, one.line.words) if one.is_release else ()
        steps = one.line.before if one is process else steps
        held += [("step", words, one.where) for words in steps if words]
    ends = {(words[0], words[-1]) for subject, words, _ in held if subject == "migrations"}
    for subject, words, where in held:
        if subject == "step" and (words[0], words[-1]) in ends:
            continue
        line = f"before-start = [[{', '.join(map(_quoted, words))}]]"
        reason = f"offered, never run in a build: {line} runs it at each start"
        found.setdefault(words, Decision(subject, shlex.join(words), reason, where))
    return list(found.values())


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
