"""The command line of a candidate: the program, the server of the lock, and what each is told."""

from collections.abc import Collection, Mapping, Sequence

from bareboat.errors import InputError
from bareboat.project import reach
from bareboat.project.application import Application, Candidate
from bareboat.project.decision import Command, Decision
from bareboat.project.fact import Fact
from bareboat.project.frameworks import Kind
from bareboat.project.place import APP
from bareboat.project.reach import Said
from bareboat.project.servers import Server, suggestion, usable

__all__ = ["APP", "BIN", "make", "plain", "root_of"]

BIN = "/opt/venv/bin"


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
    said = Said(port, exposed, health)
    root = candidate.root or root_of(application, candidate.module)
    path = "" if is_installed else f"{APP}/{root}".rstrip("/")
    if not candidate.kind.is_served:
        return _alone(candidate, application, said, path, is_installed=is_installed)
    server, reason = _server(candidate, packages, commands)
    chosen = reach.port(application, said, candidate.port or reach.PORT)
    versions = packages if isinstance(packages, Mapping) else dict.fromkeys(packages, "")
    argv = server.argv(candidate, int(chosen.value), versions)
    asked, why = reach.health(candidate, application, health)
    return Command(
        (f"{BIN}/{argv[0]}", *argv[1:]),
        candidate,
        server.name,
        int(chosen.value),
        asked,
        path,
        (Decision("server", server.name, reason.value, reason.where), chosen, why),
    )


def _alone(
    candidate: Candidate, application: Application, said: Said, path: str, *, is_installed: bool
) -> Command:
    """Return the command of what needs no server: it listens by itself, or not at all."""
    held = reach.own_port(candidate, application, said)
    number = int(held.value) if held is not None else None
    env, opened, findings = reach.opened(candidate, application, number)
    decisions = [held] if held is not None else []
    asked = None
    if number is not None:
        asked, why = reach.health(candidate, application, said.health)
        decisions.append(why)
    argv = plain(candidate, is_installed=is_installed, port=number)
    told = (*decisions, *opened)
    variables = (*env, *_settings(candidate))
    return Command(argv, candidate, "", number, asked, path, told, variables, findings)


def _settings(candidate: Candidate) -> tuple[tuple[str, str], ...]:
    """Return the variables of a program that have nothing to do with a port."""
    is_program = candidate.kind in {Kind.PROGRAM, Kind.WORKER}
    return candidate.env if is_program else ()


def plain(candidate: Candidate, *, is_installed: bool, port: int | None = None) -> tuple[str, ...]:
    """Return the argv of a candidate that no server serves."""
    if candidate.words:
        words = [word.replace("{port}", str(port)) for word in candidate.words]
        return (f"{BIN}/{words[0]}", *words[1:])
    if candidate.kind is Kind.MODULE:
        return (f"{BIN}/python", "-m", candidate.module)
    if is_installed:
        return (f"{BIN}/{candidate.path}",)
    top = candidate.attribute.partition(".")[0]
    code = f"import sys; from {candidate.module} import {top}; sys.exit({candidate.attribute}())"
    return (f"{BIN}/python", "-c", code)


def root_of(application: Application, module: str) -> str:
    """Return the folder, below the project's, from which a module is imported."""
    path = application.modules.get(module) or application.modules.get(f"{module}.__main__") or ""
    tail = module.replace(".", "/")
    return path.partition(tail)[0].rstrip("/") if tail and tail in path else ""


def _server(
    candidate: Candidate, packages: Collection[str], commands: Sequence[Fact[str]]
) -> tuple[Server, Fact[str]]:
    found = usable(candidate, packages)
    for fact in commands:
        words = fact.value.replace("/", " ").split()
        for server in found:
            if server.name in words or server.program in words:
                return server, Fact("the server of the existing start command", fact.where)
    if found:
        others = [server.name for server in found[1:]]
        reason = f"in the lock, speaks {candidate.kind.upper()}" + (
            f"; before {', '.join(others)}" if others else ""
        )
        return found[0], Fact(reason, "")
    needed = suggestion(candidate)
    raise InputError(
        f"no {candidate.kind.upper()} server among the locked packages to serve {candidate.target}",
        where=candidate.where,
        hint=f"add {needed} to the dependencies, or let --add-server do it, or give the command setting",
    )
