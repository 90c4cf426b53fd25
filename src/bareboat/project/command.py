"""The start command: which candidate is started, and why.

Pure: takes what `application.py` found and the names of the locked packages. The command line of
what was chosen is made in `argv.py`.
"""

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from bareboat.errors import InputError
from bareboat.project.application import Application, Candidate
from bareboat.project.argv import BIN, make, root_of
from bareboat.project.decision import Command, Decision
from bareboat.project.frameworks import Kind
from bareboat.project.reach import PORT
from bareboat.project.servers import usable

__all__ = ["BIN", "PORT", "Command", "Decision", "choose", "make"]


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
    first, other = _servable(found, packages)
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
        or f"{_words(first)}, {'the only candidate' if not others else f'the best of {others + 1}'}{other}"
    )
    return first, Decision("start", first.target, reason, first.where)


def _servable(found: Sequence[Candidate], packages: Collection[str]) -> tuple[Candidate, str]:
    """Return the first candidate or its twin of the other interface, and that choice in words.

    An ASGI server in the lock is there to be used; else a server of both kinds, or none that can
    serve the first, speaks to the twin: Django's own code is synchronous.
    """
    first = found[0]
    folder = first.module.rpartition(".")[0]
    twins = [
        one
        for one in found
        if (one.framework, one.module.rpartition(".")[0], one.attribute)
        == (first.framework, folder, first.attribute)
        and one.kind in {Kind.ASGI, Kind.WSGI}
        and usable(one, packages)
    ]
    kinds = {one.kind for one in twins}
    if not first.kind.is_served or not twins:
        return first, ""
    if first.framework != "django" or kinds != {Kind.ASGI, Kind.WSGI}:
        return twins[0], ""
    is_asgi = any(Kind.WSGI not in server.kinds for one in twins for server in usable(one, packages))
    wanted = Kind.ASGI if is_asgi else Kind.WSGI
    chosen = next(one for one in twins if one.kind is wanted)
    rest = next(one for one in twins if one.kind is not wanted)
    why = "a server for ASGI alone is in the lock" if is_asgi else "no server for ASGI alone is in the lock"
    return chosen, f"; {why}, else it would be {rest.target}"


def _words(candidate: Candidate) -> str:
    if candidate.what:
        return candidate.what
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
        found.setdefault((candidate.kind.is_served, candidate.origin), candidate)
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
        candidate = Candidate(Kind.MODULE, "", runs, "", where, root=root_of(application, runs))
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
