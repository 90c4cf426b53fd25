"""A process that another file states becomes the image's command, where it can hold there.

Its words are kept: options, workers, timeouts. What changes is said: the program is that of the
image's environment, a server binds where others reach it, what is for development goes. Where the
program is in no locked package, or the code that it names is not there, it does not hold.
"""

import posixpath
import re
from collections.abc import Sequence

from msgspec.structs import replace

from bareboat.finding import Finding, Severity
from bareboat.project import reach
from bareboat.project.application import Application, Candidate
from bareboat.project.argv import APP, root_of
from bareboat.project.commandline import PORT
from bareboat.project.decision import Command, Decision
from bareboat.project.fact import Fact
from bareboat.project.fit import Surroundings, Unfit, has_module, server_line, words
from bareboat.project.frameworks import Kind
from bareboat.project.process import Process
from bareboat.project.reach import Said
from bareboat.project.serverline import ServerLine
from bareboat.project.servers import usable

__all__ = ["DEVELOPMENT", "SETTINGS", "UNFIT", "adopted", "unfit"]

DEVELOPMENT = "BB942"
"""The code of the finding for a development server that is started for want of another one."""
UNFIT = "BB941"
"""The code of the finding for a stated command that does not hold in the image."""
SETTINGS = "BB945"
"""The code of the finding for a setting in a server's own file that does not hold in an image."""
_WORKER_PACKAGES = {
    "eventlet": "eventlet",
    "gevent": "gevent",
    "gevent_pywsgi": "gevent",
    "gevent_wsgi": "gevent",
}
_WORKERS = frozenset({"arq", "celery", "dramatiq", "faststream", "huey_consumer", "rq", "scrapy", "taskiq"})

_EVERYWHERE = re.compile(r"(?:^|[=,/])(?:0\.0\.0\.0|\[::\]|\*):(\d{1,5})(?=$|[,/])")


def adopted(process: Process, around: Surroundings, said: Said) -> Command | Unfit:
    """Return the command of a process that holds in the image, with port, health path and reasons."""
    wanted = said.port.value if said.port is not None else None
    argv = words(process, around, wanted)
    if isinstance(argv, Unfit):
        return argv
    line = server_line(process, around, wanted)
    if line is not None:
        return _served(process, line, argv, around, said)
    return _by_itself(process, argv, around, said)


def _reason(process: Process, notes: Sequence[str]) -> str:
    left = "; ".join(dict.fromkeys((*process.line.notes, *notes)))
    before = "; ".join(
        f"`{' '.join(step)}` comes before it: before-start runs it" for step in process.line.before
    )
    return "; ".join(filter(None, (f"stated by {process.source}", before, left)))


def _served(
    process: Process, line: ServerLine, argv: Sequence[str], around: Surroundings, said: Said
) -> Command:
    candidate = _candidate(line, process, around.application)
    chosen = _bound(line, around.application, said, process, candidate)
    asked, why = reach.health(candidate, around.application, said.health)
    is_named = line.module or (line.file and candidate.path == line.file and candidate.attribute)
    shown = candidate.target if is_named else " ".join(argv[1:3])
    read = sorted(line.asked & process.variables.keys() - around.environ.keys())
    kept = {name: process.variables[name] for name in read}
    decisions = (
        Decision("start", shown, _reason(process, line.notes), process.where),
        Decision("server", line.style.package, f"the one of {process.source}", process.where),
        *_obeyed(line),
        *(
            Decision("variable", f"{name}={value}", f"{line.obeys} reads it, {process.source} sets it")
            for name, value in kept.items()
        ),
        chosen,
        why,
    )
    env = tuple({**dict(candidate.env), **kept, **dict(process.line.env)}.items())
    path = "" if candidate.module.partition(".")[0] in around.modules else _path(process, candidate, line)
    told = tuple(word.replace(PORT, chosen.value) for word in argv)
    return Command(
        told,
        candidate,
        line.style.package,
        int(chosen.value),
        asked,
        path,
        decisions,
        env,
        _settings(line, around),
        _files(line),
    )


def _obeyed(line: ServerLine) -> tuple[Decision, ...]:
    """Return what is said of a server's own file of settings."""
    if not line.obeys:
        return ()
    told = (f"{line.style.package} reads it",) if line.is_read else ()
    reason = "; ".join((*told, *line.remarks))
    return (Decision("settings", line.obeys, reason),)


def _files(line: ServerLine) -> tuple[str, ...]:
    """Return the file of settings that a server reads unasked."""
    return (line.obeys,) if line.obeys else ()


def _settings(line: ServerLine, around: Surroundings) -> tuple[Finding, ...]:
    """Return what a server's own file of settings says that does not hold in an image."""
    conf = line.settings
    found = [*line.findings]
    if conf is not None and conf.daemon is not None:
        message = "daemon = True sends the server into the background, and its container ends at once"
        found.append(Finding(SETTINGS, conf.daemon.where, message, Severity.WARNING, hint="take it out"))
    worker = conf.worker.value if conf is not None and conf.worker is not None else None
    if conf is not None and conf.worker is not None and worker and not _has_worker(worker, around):
        package = _WORKER_PACKAGES.get(worker, worker.partition(".")[0])
        message = f"worker_class {worker!r} takes {package}, which is in no locked package"
        hint = f"add {package} to the dependencies"
        found.append(Finding(SETTINGS, conf.worker.where, message, Severity.WARNING, hint=hint))
    return tuple(found)


def _has_worker(worker: str, around: Surroundings) -> bool:
    if worker in {"sync", "gthread"}:
        return True
    top = _WORKER_PACKAGES.get(worker, worker.removeprefix("egg:").partition(".")[0].partition("#")[0])
    return top == "gunicorn" or has_module(top, "", around)


def _bound(
    line: ServerLine, application: Application, said: Said, process: Process, candidate: Candidate
) -> Decision:
    where = line.bound or process.where
    if said.port is None and line.port >= reach.LOWEST:
        source = where.rpartition(":")[0] if line.bound else process.source
        return Decision("port", str(line.port), f"{source} binds it", where)
    bound = (Fact(line.port, where),) if line.port else ()
    quiet = replace(application, listens=())
    return reach.port(quiet, replace(said, exposed=(*said.exposed, *bound)), candidate.port or reach.PORT)


def _candidate(line: ServerLine, process: Process, application: Application) -> Candidate:
    """Return what the line serves: one of those that were found, or one made from its own words."""
    attribute = line.attribute or ("application" if line.style.package == "gunicorn" else "app")
    for one in application.candidates:
        is_same = one.module == line.module and one.attribute == attribute and line.module
        is_served = one.kind is Kind.PROGRAM or (one.kind is line.style.kind and one.attribute == attribute)
        if is_same or (line.file and one.path == line.file and is_served):
            return one
    kind = line.style.kind
    root = root_of(application, line.module)
    return Candidate(kind, line.style.package, line.module, attribute, process.where, root=root)


def _path(process: Process, candidate: Candidate, line: ServerLine) -> str:
    folders = [process.line.folder.strip("/"), *line.roots]
    root = candidate.root or next((one.strip("/.") for one in reversed(folders) if one.strip("/.")), "")
    return f"{APP}/{root}".rstrip("/")


def _by_itself(process: Process, argv: Sequence[str], around: Surroundings, said: Said) -> Command | Unfit:
    """Return the command of a script, a worker, a program of the project's own."""
    found = _found(argv, around.application)
    application = around.application if found is not None else Application()
    candidate = found or _made(argv, process)
    better = _better(candidate, around)
    if better:
        return Unfit(f"the server in it is for development, and the lock has {better}", is_development=True)
    bound = _port(argv)
    exposed = (*((Fact(bound, process.where),) if bound else ()), *said.exposed)
    held = reach.own_port(candidate, application, replace(said, exposed=exposed))
    number = int(held.value) if held is not None else None
    env, opened, findings = reach.opened(candidate, application, number)
    shown = " ".join((posixpath.basename(argv[0]), *argv[1:]))
    decisions = [Decision("start", shown, _reason(process, ()), process.where)]
    decisions += [held] if held is not None else []
    asked = None
    if number is not None:
        asked, why = reach.health(candidate, application, said.health)
        decisions.append(why)
    told = tuple(word.replace(PORT, str(number or reach.PORT)) for word in argv)
    root = candidate.root or process.line.folder.strip("/")
    path = "" if candidate.module.partition(".")[0] in around.modules else f"{APP}/{root}".rstrip("/")
    variables = tuple({**dict(env), **dict(process.line.env)}.items())
    findings = (*findings, *_development(candidate, application))
    return Command(told, candidate, "", number, asked, path, (*decisions, *opened), variables, findings)


def _better(candidate: Candidate, around: Surroundings) -> str:
    """Return a server of the lock for the application that a script would serve for development alone."""
    if not _development(candidate, around.application):
        return ""
    for one in around.application.candidates:
        servers = usable(one, around.packages) if one.kind.is_served else []
        if one.path == candidate.path and servers:
            return servers[0].name
    return ""


def _development(candidate: Candidate, application: Application) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            DEVELOPMENT,
            one.where,
            "starts a framework's own server, which is for development",
            Severity.WARNING,
            hint="add a server such as gunicorn to the dependencies, or give --add-server",
        )
        for one in reach.listening(candidate, application)
        if one.is_development
    )


def _port(argv: Sequence[str]) -> int:
    """Return the port that an option of a program names, or an address of every interface; 0 for none."""
    for number, word in enumerate(argv):
        option, sign, value = word.partition("=")
        if option in {"--port", "-p", "--http", "--http-socket", "--bind", "-b"}:
            text = (value if sign else argv[number + 1] if number + 1 < len(argv) else "").rpartition(":")[2]
            if _is_port(text):
                return int(text)
    stated = (match[1] for word in argv for match in _EVERYWHERE.finditer(word))
    return next((int(text) for text in stated if _is_port(text)), 0)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text) < 65536


def _found(argv: Sequence[str], application: Application) -> Candidate | None:
    """Return the candidate that an argv runs: a file, a module, a script of the project."""
    program = posixpath.basename(argv[0])
    rest = [word for word in argv[1:] if not word.startswith("-") or word == "-m"]
    for one in application.candidates:
        is_file = program == "python" and one.kind is Kind.MODULE and one.path in rest[:1]
        is_module = rest[:1] == ["-m"] and one.kind is Kind.MODULE and one.module in rest[1:2]
        if is_file or is_module or (one.kind is Kind.SCRIPT and one.path == program):
            return one
    return None


def _made(argv: Sequence[str], process: Process) -> Candidate:
    """Return a candidate for an argv that runs none of those that were found."""
    program = posixpath.basename(argv[0])
    path = next((word for word in argv[1:] if word.endswith(".py")), "")
    kind = Kind.WORKER if program in _WORKERS else Kind.MODULE
    return Candidate(kind, program, "", "", process.where, path=path, root=posixpath.dirname(path))


def unfit(process: Process, why: Unfit) -> Finding:
    """Return the finding for a process that is not taken."""
    return Finding(
        UNFIT,
        process.where,
        f"`{process.text}` is not taken: {why.reason}",
        Severity.INFO,
        hint="give the start command with the command setting",
    )
