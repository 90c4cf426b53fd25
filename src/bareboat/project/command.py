"""The start command: which candidate, which server of the lock, which port, which health path.

Pure: takes what `application.py` found and the names of the locked packages, gives an argv in
exec form and the reason for each decision.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bareboat.errors import InputError
from bareboat.project.application import Application, Candidate, Health
from bareboat.project.fact import Fact
from bareboat.project.frameworks import Kind
from bareboat.project.servers import SERVERS, Server, suggestion

__all__ = ["BIN", "PORT", "Command", "Decision", "choose", "make"]

BIN = "/opt/venv/bin"
APP = "/app"
PORT = 8000
LOWEST = 1024


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing decided: its subject and value, the reason in words, and where that was found."""

    subject: str
    value: str
    reason: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """What the image runs.

    `port` is None where nothing listens. `health` is a path to ask for, None for a plain TCP
    connection (or for nothing, without a port). `path` is the folder that PYTHONPATH must
    hold, empty where the code is installed. `stop_signal` is empty for the default.
    """

    argv: tuple[str, ...]
    candidate: Candidate
    server: str
    port: int | None
    health: Health | None
    path: str
    decisions: tuple[Decision, ...]


def choose(
    application: Application, *, app: str = "", where: str = "", packages: Collection[str] = ()
) -> tuple[Candidate, Decision]:
    """Return what to start, and why.

    `app` is the setting: `module:attribute`, with `()` for a factory, `python -m module`, or the
    name of a console script. `packages`, the names in the lock where it is known, decide between
    the ASGI and the WSGI side of one framework's application.

    Raises InputError where nothing is found or two candidates are equal; the message lists them
    and the hint is the line to write.
    """
    if app:
        return _override(application, app, where)
    found = _distinct(application.candidates)
    if not found:
        unread = f" ({application.unread[0].where} cannot be read)" if application.unread else ""
        raise InputError(
            f"nothing to start was found{unread}",
            hint='name the application in pyproject.toml: [tool.bareboat] app = "module:attribute"',
        )
    first = _servable(found, packages)
    equal = [candidate for candidate in found if candidate.rank == first.rank]
    if len(equal) > 1:
        listed = ", ".join(f"{candidate.target} ({candidate.where})" for candidate in equal)
        raise InputError(
            f"more than one thing could be started: {listed}",
            hint=f'choose one in pyproject.toml: [tool.bareboat] app = "{first.target}"',
        )
    others = len(found) - 1
    reason = (
        first.because
        or f"{_words(first)}, {'the only candidate' if not others else f'the best of {others + 1}'}"
    )
    return first, Decision("start", first.target, reason, first.where)


def _servable(found: Sequence[Candidate], packages: Collection[str]) -> Candidate:
    """Return the first candidate, or its twin that a locked server can serve where it cannot be."""
    first = found[0]
    folder = first.module.rpartition(".")[0]
    for twin in found:
        is_twin = (twin.framework, twin.module.rpartition(".")[0], twin.attribute) == (
            first.framework,
            folder,
            first.attribute,
        )
        if is_twin and twin.kind in {Kind.ASGI, Kind.WSGI} and _usable(twin, packages):
            return twin
    return first


def _usable(candidate: Candidate, packages: Collection[str]) -> list[Server]:
    return [
        server
        for server in SERVERS
        if candidate.kind in server.kinds
        and set(server.needs(candidate.kind)) <= set(packages)
        and (server.makes_apps or not candidate.is_factory)
    ]


def _words(candidate: Candidate) -> str:
    match candidate.kind:
        case Kind.SCRIPT:
            return "a console script of the project"
        case Kind.MODULE:
            return "a module that runs by itself"
        case _:
            what = "factory" if candidate.is_factory else "application"
            return f"a {candidate.framework or candidate.kind.upper()} {what}"


def _distinct(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return the candidates by rank, each origin once."""
    found: dict[tuple[bool, str], Candidate] = {}
    for candidate in candidates:
        web = candidate.kind in {Kind.ASGI, Kind.WSGI}
        found.setdefault((web, candidate.origin), candidate)
    return sorted(found.values(), key=lambda candidate: candidate.rank)


def _override(application: Application, app: str, where: str) -> tuple[Candidate, Decision]:
    wanted = app.strip()
    plain = wanted.removesuffix("()")
    for candidate in application.candidates:
        is_named = candidate.kind is Kind.SCRIPT and candidate.path == wanted
        if is_named or candidate.target.removesuffix("()") == plain:
            chosen = replace(candidate, is_factory=candidate.is_factory or wanted.endswith("()"), because="")
            return chosen, Decision("start", wanted, "named by the app setting", where)
    module, colon, attribute = plain.partition(":")
    if wanted.startswith("python -m "):
        runs = wanted.removeprefix("python -m ").strip()
        candidate = Candidate(Kind.MODULE, "", runs, "", where, root=_root(application, runs))
        return candidate, Decision("start", wanted, "named by the app setting", where)
    parts = (*module.split("."), *attribute.split(".")) if colon else ()
    if not parts or not all(part.isidentifier() for part in parts):
        known = ", ".join(candidate.target for candidate in _distinct(application.candidates)[:5]) or "none"
        raise InputError(
            f"app {app!r} is neither module:attribute, nor `python -m module`, nor a console script",
            where=where,
            hint=f"candidates here: {known}",
        )
    raise InputError(
        f"app {app!r} names nothing that is plainly an application; bareboat cannot tell ASGI from WSGI",
        where=where,
        hint="give the whole start command with the command setting",
    )


def _root(application: Application, module: str) -> str:
    path = application.modules.get(module) or application.modules.get(f"{module}.__main__") or ""
    tail = module.replace(".", "/")
    head, found, _ = path.partition(tail)
    return head.rstrip("/") if found else ""


def make(  # noqa: PLR0913 - one keyword for each source of a decision
    candidate: Candidate,
    application: Application,
    *,
    packages: Collection[str],
    is_installed: bool,
    port: Fact[int] | None = None,
    exposed: Sequence[Fact[int]] = (),
    commands: Sequence[Fact[str]] = (),
    health: Fact[str] | None = None,
) -> Command:
    """Return the command for `candidate`.

    `packages` are normalised names of the lock, with their versions where it is a mapping;
    `is_installed` says that the candidate's module is in the project's wheel; `exposed` and
    `commands` come from an existing Dockerfile or Procfile; `port` and `health` are settings.

    Raises InputError where no server is in the lock.
    """
    decisions: list[Decision] = []
    root = candidate.root or _root(application, candidate.module)
    path = "" if is_installed else f"{APP}/{root}".rstrip("/")
    if candidate.kind in {Kind.SCRIPT, Kind.MODULE}:
        held = _port(application, port, exposed, lowest=1)
        argv = _plain(candidate, is_installed=is_installed)
        if held is not None:
            decisions.append(held)
        number = int(held.value) if held is not None else None
        asked, why = _health(candidate, application, health) if number is not None else (None, None)
        decisions += [why] if why is not None else []
        return Command(argv, candidate, "", number, asked, path, tuple(decisions))
    server, reason = _server(candidate, packages, commands)
    decisions.append(Decision("server", server.name, reason.value, reason.where))
    chosen = _port(application, port, exposed, lowest=LOWEST) or _usual_port(application, exposed)
    decisions.append(chosen)
    versions = packages if isinstance(packages, Mapping) else dict.fromkeys(packages, "")
    argv = server.argv(candidate, int(chosen.value), versions)
    asked, why = _health(candidate, application, health)
    decisions.append(why)
    return Command(
        (f"{BIN}/{argv[0]}", *argv[1:]),
        candidate,
        server.name,
        int(chosen.value),
        asked,
        path,
        tuple(decisions),
    )


def _plain(candidate: Candidate, *, is_installed: bool) -> tuple[str, ...]:
    if candidate.kind is Kind.MODULE:
        return (f"{BIN}/python", "-m", candidate.module)
    if is_installed:
        return (f"{BIN}/{candidate.path}",)
    top = candidate.attribute.partition(".")[0]
    code = f"import sys; from {candidate.module} import {top}; sys.exit({candidate.attribute}())"
    return (f"{BIN}/python", "-c", code)


def _server(
    candidate: Candidate, packages: Collection[str], commands: Sequence[Fact[str]]
) -> tuple[Server, Fact[str]]:
    usable = _usable(candidate, packages)
    for fact in commands:
        words = fact.value.replace("/", " ").split()
        for server in usable:
            if server.name in words or server.program in words:
                return server, Fact("the server of the existing start command", fact.where)
    if usable:
        others = [server.name for server in usable[1:]]
        reason = f"in the lock, speaks {candidate.kind.upper()}" + (
            f"; before {', '.join(others)}" if others else ""
        )
        return usable[0], Fact(reason, "")
    needed = suggestion(candidate)
    raise InputError(
        f"no {candidate.kind.upper()} server among the locked packages to serve {candidate.target}",
        where=candidate.where,
        hint=f"add {needed} to the dependencies, or give the start command with the command setting",
    )


def _port(
    application: Application, port: Fact[int] | None, exposed: Sequence[Fact[int]], *, lowest: int
) -> Decision | None:
    """Return the port that something names, not below `lowest` unless the setting says so."""
    if port is not None:
        return Decision("port", str(port.value), "the port setting", port.where)
    for fact in application.ports:
        if fact.value >= lowest:
            return Decision("port", str(fact.value), "the code listens there", fact.where)
    for variable in application.variables:
        if variable.name == "PORT" and (variable.default or "").isdecimal():
            return Decision("port", str(variable.default), "the default of PORT", variable.where)
    for fact in exposed:
        if fact.value >= lowest:
            return Decision("port", str(fact.value), "exposed there", fact.where)
    return None


def _usual_port(application: Application, exposed: Sequence[Fact[int]]) -> Decision:
    """Return the default, with the reason why a port that is named somewhere is not taken."""
    for fact in (*application.ports, *exposed):
        return Decision("port", str(PORT), f"{fact.value} is for root alone", fact.where)
    return Decision("port", str(PORT), "nothing names one")


def _health(
    candidate: Candidate, application: Application, setting: Fact[str] | None
) -> tuple[Health | None, Decision]:
    if setting is not None:
        if not setting.value.startswith("/"):
            raise InputError(f"health {setting.value!r} does not begin with '/'", where=setting.where)
        return Health(setting.value, setting.where), Decision(
            "health", setting.value, "the health setting", setting.where
        )
    for health in application.healths:
        if not health.owner or health.owner in {
            candidate.origin,
            f"{candidate.module}.{candidate.attribute}",
        }:
            return health, Decision("health", health.path, "a route of the application", health.where)
    return None, Decision("health", "tcp", "no health route was found: the port is probed", "")
