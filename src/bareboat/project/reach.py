"""Where others reach the application: its port and its health path, each with its reason.

For what a server serves, the server is told the port. What runs by itself listens where its own code
says: the port is read there, and a host that only the container itself reaches is set otherwise
where a variable allows it, else told as a finding.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.finding import Finding, Severity
from bareboat.project.application import Application, Candidate, Health
from bareboat.project.decision import Decision
from bareboat.project.fact import Fact
from bareboat.project.frameworks import Kind
from bareboat.project.listening import ANY, LOOPBACK, Listen

__all__ = ["HIDDEN", "PORT", "Said", "health", "listening", "opened", "own_port", "port"]

PORT = 8000
HIDDEN = "BB940"
"""The code of the finding for an application that listens on its container's own loopback."""
LOWEST = 1024


class Said(Struct, frozen=True):
    """What others say: the settings `port` and `health`, and the ports that other files name."""

    port: Fact[int] | None = None
    exposed: Sequence[Fact[int]] = ()
    health: Fact[str] | None = None


def port(application: Application, said: Said, usual: int = PORT) -> Decision:
    """Return the port that a server is told: never one that is for root alone, unless a setting says so."""
    found = _setting(said)
    if found is not None:
        return found
    for fact in application.ports:
        if fact.value >= LOWEST:
            return Decision("port", str(fact.value), "the code listens there", fact.where)
    for variable in application.variables:
        if variable.name == "PORT" and (variable.default or "").isdecimal():
            return Decision("port", str(variable.default), "the default of PORT", variable.where)
    for fact in said.exposed:
        if fact.value >= LOWEST:
            return Decision("port", str(fact.value), "exposed there", fact.where)
    for fact in (*application.ports, *said.exposed):
        return Decision("port", str(usual), f"{fact.value} is for root alone", fact.where)
    return Decision("port", str(usual), "nothing names one")


def own_port(candidate: Candidate, application: Application, said: Said) -> Decision | None:
    """Return the port of what runs by itself, None where nothing listens."""
    found = _setting(said)
    if found is not None or candidate.kind is Kind.WORKER:
        return found
    if candidate.kind is Kind.PROGRAM:
        return _program_port(candidate, said)
    return next(_own_ports(candidate, application, said), None)


def _own_ports(candidate: Candidate, application: Application, said: Said) -> Iterator[Decision]:
    """Yield the ports that something names, the most telling first."""
    listens = listening(candidate, application)
    for one in listens:
        if one.is_said:
            yield Decision("port", str(one.port), "the code listens there", one.where)
    paths = _reached(candidate, application)
    for variable in application.variables:
        is_near = paths is None or variable.where.rpartition(":")[0] in paths
        if variable.name == "PORT" and is_near and (variable.default or "").isdecimal():
            yield Decision("port", str(variable.default), "the default of PORT", variable.where)
    for fact in said.exposed:
        yield Decision("port", str(fact.value), "exposed there", fact.where)
    for one in listens:
        if one.port:
            yield Decision("port", str(one.port), "where this listens unless told otherwise", one.where)


def _program_port(candidate: Candidate, said: Said) -> Decision | None:
    if not candidate.port:
        return None
    for fact in said.exposed:
        if fact.value >= LOWEST:
            return Decision("port", str(fact.value), "exposed there", fact.where)
    return Decision("port", str(candidate.port), f"the usual one of {candidate.framework}")


def _setting(said: Said) -> Decision | None:
    if said.port is None:
        return None
    return Decision("port", str(said.port.value), "the port setting", said.port.where)


def _reached(candidate: Candidate, application: Application) -> frozenset[str] | None:
    """Return the files that run with a candidate, None where that is not known."""
    path = candidate.path
    if candidate.kind is Kind.SCRIPT:
        path = application.modules.get(candidate.module, "")
    return application.reached.get(path)


def listening(candidate: Candidate, application: Application) -> tuple[Listen, ...]:
    """Return where the code that runs with a candidate listens, its own file first."""
    paths = _reached(candidate, application)
    found = [one for one in application.listens if paths is None or one.path in paths]
    return tuple(sorted(found, key=lambda one: one.path != candidate.path))


def opened(
    candidate: Candidate, application: Application, number: int | None
) -> tuple[tuple[tuple[str, str], ...], tuple[Decision, ...], tuple[Finding, ...]]:
    """Return the variables that make what runs by itself listen for others, why, and what is left to say."""
    if number is None or candidate.kind in {Kind.PROGRAM, Kind.WORKER}:
        return (), (), ()
    env = {name: value.replace("{port}", str(number)) for name, value in candidate.env}
    decisions = [
        Decision("variable", f"{name}={value}", f"{candidate.framework} listens where it says")
        for name, value in env.items()
    ]
    findings = []
    for one in listening(candidate, application):
        if one.host not in LOOPBACK or one.variable in env:
            continue
        if one.variable:
            env[one.variable] = ANY
            reason = f"the code listens on {one.host} unless it is set"
            decisions.append(Decision("variable", f"{one.variable}={ANY}", reason, one.where))
        elif one.port in {0, number}:
            findings.append(_hidden(one))
    return tuple(env.items()), tuple(decisions), tuple(findings)


def _hidden(one: Listen) -> Finding:
    return Finding(
        HIDDEN,
        one.where,
        f"listens on {one.host}, which nothing outside of the container reaches",
        Severity.WARNING,
        hint=f'give it the host "{ANY}", or the value of an environment variable',
    )


def health(
    candidate: Candidate, application: Application, setting: Fact[str] | None
) -> tuple[Health | None, Decision]:
    """Return the path that tells whether the application is well, None for a probe of the port alone."""
    if setting is not None:
        if not setting.value.startswith("/"):
            raise InputError(f"health {setting.value!r} does not begin with '/'", where=setting.where)
        decision = Decision("health", setting.value, "the health setting", setting.where)
        return Health(setting.value, setting.where), decision
    if candidate.probe:
        reason = f"what {candidate.framework} answers there"
        return Health(candidate.probe, ""), Decision("health", candidate.probe, reason)
    found = [one for one in application.healths if _belongs(one, candidate, application)]
    for one in found:
        if not one.doubt:
            return one, Decision("health", one.path, "a route of the application", one.where)
    for one in found:
        reason = f"{one.path} is a route, but {one.doubt}: the port is probed"
        return None, Decision("health", "tcp", reason, one.where)
    return None, Decision("health", "tcp", "no health route was found: the port is probed", "")


def _belongs(one: Health, candidate: Candidate, application: Application) -> bool:
    if candidate.kind.is_served:
        is_own = one.owner in {"", candidate.origin, f"{candidate.module}.{candidate.attribute}"}
        return is_own and one.framework in {"", candidate.framework}
    paths = _reached(candidate, application) or frozenset()
    is_near = not one.is_inner and one.where.rpartition(":")[0] in paths
    return candidate.framework != "grpc" and is_near
