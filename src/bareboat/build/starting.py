"""How the application starts, and which of its files that needs below /app."""

import posixpath
import shlex
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bareboat.build import inherited
from bareboat.build.further import Further, further
from bareboat.errors import InputError
from bareboat.finding import Finding
from bareboat.plan.make import Start
from bareboat.plan.settings import Settings
from bareboat.project import adopt, command, gunicornconf
from bareboat.project.candidate import Candidate
from bareboat.project.commandline import Line
from bareboat.project.decision import Command, Decision
from bareboat.project.fact import Fact
from bareboat.project.files import File
from bareboat.project.fit import Surroundings, Unfit
from bareboat.project.frameworks import Kind
from bareboat.project.process import WEB, Process
from bareboat.project.project import Project
from bareboat.project.reach import Said
from bareboat.project.servers import SERVERS, gunicorn_line, quiet, usable, worker_class

__all__ = ["Started", "carried", "check", "served", "start"]


_OF_DEVELOPERS = frozenset(
    {"dev", "develop", "development", "test", "tests", "testing", "docs", "doc", "lint"}
)


class Started(Struct, frozen=True):
    """How the image starts, why, and what is to be said of it."""

    start: Start
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...] = ()


def check(project: Project, settings: Settings) -> None:
    """Raise InputError where nothing, or more than one thing, could be started."""
    stated = any(not one.line.problem for one in _defaults(project))
    if (
        settings.command is None
        and WEB not in (settings.commands or {})
        and not (stated and not settings.app)
    ):
        command.choose(project.application, app=settings.app or "", where="app setting")


def start(
    project: Project, settings: Settings, packages: Collection[str], modules: Collection[str]
) -> Started:
    """Return how the image starts, and why.

    `packages` are the names in the lock, `modules` the top-level ones of the project's own wheel.
    """
    given = settings.command or (settings.commands or {}).get(WEB)
    if given is not None:
        chosen, decisions = _given(project, settings, given)
        more = further(project, settings, _surroundings(project, settings, packages, modules), None, None)
        return _joined(project, Started(chosen, decisions), more)
    around = _surroundings(project, settings, packages, modules)
    stated, unfit = (None, ()) if settings.app else _stated(project, settings, around)
    if stated is not None:
        process, made = stated
        more = further(project, settings, around, made, process)
        return _joined(project, _started(made, settings, None, has_others=bool(more.commands)), more, unfit)
    candidate, reason = command.choose(
        project.application, app=settings.app or "", where="app setting", packages=packages
    )
    try:
        configured = _by_settings(project, settings, around, candidate)
        made = configured or _made(project, settings, packages, modules, candidate)
    except InputError as error:
        error.hint = "; ".join(filter(None, (error.hint, *(one.message for one in unfit))))
        raise
    more = further(project, settings, around, made, None)
    return _joined(project, _started(made, settings, reason, has_others=bool(more.commands)), more, unfit)


def _by_settings(
    project: Project, settings: Settings, around: Surroundings, candidate: Candidate
) -> Command | None:
    """Return the command of gunicorn for what the code offers, where a file holds its settings; else None."""
    held = (posixpath.join(candidate.root, gunicornconf.NAME), gunicornconf.NAME)
    path = next((one for one in held if one in around.configs), "")
    if not path or "gunicorn" not in {one.name for one in usable(candidate, around.packages)}:
        return None
    conf = gunicornconf.read(around.configs[path], path, around.environ)
    worker = () if conf.worker is not None else worker_class(candidate, around.packages)
    words = (*gunicorn_line(candidate), *quiet(around.packages), *worker)
    line = Line(words, folder=posixpath.dirname(path))
    process = Process(WEB, line, shlex.join(words), f"{path}:1", path)
    made = adopt.adopted(process, around, _said(project, settings))
    if isinstance(made, Unfit):
        return None
    return replace(made, decisions=made.decisions[1:])


def _surroundings(
    project: Project, settings: Settings, packages: Collection[str], modules: Collection[str]
) -> Surroundings:
    return Surroundings(
        project.application,
        frozenset(one.path for one in project.files),
        packages if isinstance(packages, Mapping) else dict.fromkeys(packages, ""),
        frozenset(script.name for script in project.scripts) if project.backend is not None else (),
        modules,
        project.container.configs,
        dict(settings.env or {}),
    )


def _said(project: Project, settings: Settings) -> Said:
    probe = _path(settings)
    return Said(
        Fact(settings.port, "") if settings.port is not None else None,
        project.container.ports,
        Fact(probe, "") if probe is not None else None,
    )


def _defaults(project: Project) -> list[Process]:
    """Return the stated processes that could be the default one, each file's in its turn.

    A file that states one process alone, not called `web`, means it where the code serves nothing:
    a Procfile of a bot has a worker.
    """
    held = [one for one in project.container.processes if not one.is_release]
    has_served = any(one.kind.is_served for one in project.application.candidates)
    found = []
    for source in dict.fromkeys(one.source for one in held):
        own = [one for one in held if one.source == source]
        named = [one for one in own if one.name == WEB]
        found += named or (own if len(own) == 1 and not has_served else [])
    return found


def _stated(
    project: Project, settings: Settings, around: Surroundings
) -> tuple[tuple[Process, Command] | None, tuple[Finding, ...]]:
    """Return the first stated command that holds in the image, and what is to be said of those before it."""
    findings: list[Finding] = []
    for process in _defaults(project):
        made = adopt.adopted(process, around, _said(project, settings))
        if isinstance(made, Command):
            return (process, made), tuple(findings)
        findings.append(adopt.unfit(process, made))
    return None, tuple(findings)


def _joined(project: Project, started: Started, more: Further, unfit: Sequence[Finding] = ()) -> Started:
    given, reasons = inherited.variables(project)
    own = dict(started.start.env)
    chosen = replace(
        started.start,
        before=more.before,
        commands=more.commands,
        env=tuple({**dict(given), **own}.items()),
    )
    reasons = tuple(one for one in reasons if one.value.partition("=")[0] not in own)
    decisions = (*started.decisions, *reasons, *more.decisions)
    return Started(chosen, decisions, (*unfit, *started.findings, *more.findings))


def _made(
    project: Project,
    settings: Settings,
    packages: Collection[str],
    modules: Collection[str],
    candidate: Candidate,
) -> Command:
    installed = candidate.kind is Kind.SCRIPT and project.backend is not None
    installed = installed or candidate.module.partition(".")[0] in modules
    probe = _path(settings)
    try:
        return command.make(
            candidate,
            project.application,
            packages=packages,
            is_installed=installed,
            port=Fact(settings.port, "") if settings.port is not None else None,
            exposed=project.container.ports,
            commands=project.container.commands,
            health=Fact(probe, "") if probe is not None else None,
        )
    except InputError as error:
        if "server among" in error.message:
            extra = _extra_with_server(project)
            ways = [f"the extra {extra!r} of the project has one: --extra {extra}" if extra else error.hint]
            if project.backend is not None and project.scripts:
                ways.append(f"or start the project's own command: --app {project.scripts[0].name}")
            error.hint = "; ".join(ways)
        raise


def _path(settings: Settings) -> str | None:
    """Return the health setting where it is a path."""
    return settings.health if settings.health not in {"tcp", "none"} else None


def _started(made: Command, settings: Settings, reason: Decision | None, *, has_others: bool) -> Started:
    probe = _path(settings)
    decisions = [one for one in made.decisions if one.subject != "health" or probe == settings.health]
    if probe != settings.health:
        decisions.append(Decision("health", settings.health or "", "the health setting"))
    health = made.health.path if made.health is not None else "tcp"
    if settings.health in {"tcp", "none"}:
        health = settings.health
    fixed = made.candidate.kind in {Kind.SCRIPT, Kind.MODULE} and not has_others
    said = "arguments of `docker run` are added to it" if fixed else "arguments of `docker run` replace it"
    decisions.append(Decision("command", shlex.join(made.argv), said))
    chosen = Start(made.argv, made.port, health, fixed=fixed, path=made.path, env=made.env, files=made.files)
    return Started(chosen, (*((reason,) if reason is not None else ()), *decisions), made.findings)


def served(project: Project, settings: Settings, packages: Collection[str]) -> str:
    """Return the file of the Django application that the image starts, empty for any other."""
    if settings.command is not None:
        return ""
    try:
        candidate, _ = command.choose(
            project.application, app=settings.app or "", where="app setting", packages=packages
        )
    except InputError:  # a stated command is started
        return ""
    return candidate.path if candidate.framework == "django" else ""


def carried(project: Project, chosen: Start, *, has_wheel: bool) -> tuple[File, ...]:
    """Return the files that go below /app.

    All of them where the project is no wheel or the command needs its folder on the path; else
    those that `include` or the command itself names.
    """
    files = tuple(project.files)
    if not has_wheel or chosen.path:
        return files
    lines = (chosen.argv, *chosen.before, *(words for _, words in chosen.commands))
    named = {*project.files.included, *chosen.files, *(word for words in lines for word in words)}
    return tuple(one for one in files if one.path in named)


def _extra_with_server(project: Project) -> str:
    """Return the first extra of the project that names a server, empty for none but developers' own."""
    known = {server.name for server in SERVERS}
    for name, requirements in project.extras:
        if name in _OF_DEVELOPERS:
            continue
        if known & {str(canonicalize_name(Requirement(text).name)) for text in requirements}:
            return name
    return ""


def _given(project: Project, settings: Settings, argv: Sequence[str]) -> tuple[Start, tuple[Decision, ...]]:
    if settings.health not in {None, "none"} and settings.port is None:
        raise InputError(
            "health needs a port to ask", where="health setting", hint="write port = 8000 beside it"
        )
    health = settings.health or "tcp"
    said = "the command setting" if settings.command is not None else "web of the commands setting"
    decisions = [Decision("command", shlex.join(argv), said)]
    if settings.port is not None:
        decisions.append(Decision("port", str(settings.port), "the port setting"))
        decisions.append(Decision("health", health, "the health setting" if settings.health else "no other"))
    path = "" if project.backend is not None else "/app"
    return Start(tuple(argv), settings.port, health, path=path), tuple(decisions)
