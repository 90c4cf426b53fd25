"""The servers that bareboat can start, in the order of preference, and their command lines."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bareboat.project.application import Candidate
from bareboat.project.frameworks import Kind

__all__ = ["SERVERS", "Server", "suggestion"]

HOST = "0.0.0.0"  # noqa: S104 - a container's port is published by whoever runs it
MEMORY = "/dev/shm"  # noqa: S108 - so that gunicorn's heartbeats never wait for a disk

Argv = Callable[[Candidate, int, Mapping[str, str]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Server:
    """One server: its package, its program, what it serves, and how its command line is made.

    `argv` takes the candidate, the port and the locked versions by name (empty where unknown).
    `makes_apps` says that it can call a factory.
    """

    name: str
    program: str
    kinds: frozenset[Kind]
    argv: Argv
    makes_apps: bool = True

    def needs(self, kind: Kind) -> tuple[str, ...]:
        """Return the packages that serving `kind` takes, by normalised name."""
        return ("gunicorn", "uvicorn") if self.name == "gunicorn" and kind is Kind.ASGI else (self.name,)


def _target(candidate: Candidate) -> str:
    return f"{candidate.module}:{candidate.attribute}"


def _called(candidate: Candidate) -> str:
    return f"{_target(candidate)}()" if candidate.is_factory else _target(candidate)


def _uvicorn(candidate: Candidate, port: int, _: Mapping[str, str]) -> tuple[str, ...]:
    factory = ("--factory",) if candidate.is_factory else ()
    return ("uvicorn", *factory, _target(candidate), "--host", HOST, "--port", str(port))


def _granian(candidate: Candidate, port: int, _: Mapping[str, str]) -> tuple[str, ...]:
    factory = ("--factory",) if candidate.is_factory else ()
    interface = candidate.kind.value
    return (
        "granian",
        "--interface",
        interface,
        *factory,
        "--host",
        HOST,
        "--port",
        str(port),
        _target(candidate),
    )


def _hypercorn(candidate: Candidate, port: int, _: Mapping[str, str]) -> tuple[str, ...]:
    return ("hypercorn", f"{candidate.kind.value}:{_called(candidate)}", "--bind", f"{HOST}:{port}")


def _daphne(candidate: Candidate, port: int, _: Mapping[str, str]) -> tuple[str, ...]:
    return ("daphne", "-b", HOST, "-p", str(port), _target(candidate))


def _gunicorn(candidate: Candidate, port: int, packages: Mapping[str, str]) -> tuple[str, ...]:
    module = "uvicorn_worker" if "uvicorn-worker" in packages else "uvicorn.workers"
    worker = ("--worker-class", f"{module}.UvicornWorker") if candidate.kind is Kind.ASGI else ()
    quiet = ("--no-control-socket",) if _is_from(packages.get("gunicorn", ""), (25, 1)) else ()
    bind = ("--bind", f"{HOST}:{port}", "--worker-tmp-dir", MEMORY)
    return ("gunicorn", _called(candidate), *bind, *quiet, *worker)


def _is_from(version: str, first: tuple[int, int]) -> bool:
    """Return whether a version is `first` or later; an unknown one is not."""
    match = re.match(r"(\d+)(?:\.(\d+))?", version)
    return match is not None and (int(match[1]), int(match[2] or 0)) >= first


def _waitress(candidate: Candidate, port: int, _: Mapping[str, str]) -> tuple[str, ...]:
    call = ("--call",) if candidate.is_factory else ()
    return ("waitress-serve", f"--listen={HOST}:{port}", *call, _target(candidate))


BOTH = frozenset({Kind.ASGI, Kind.WSGI})

SERVERS: tuple[Server, ...] = (
    Server("uvicorn", "uvicorn", frozenset({Kind.ASGI}), _uvicorn),
    Server("gunicorn", "gunicorn", BOTH, _gunicorn),
    Server("granian", "granian", BOTH, _granian),
    Server("hypercorn", "hypercorn", BOTH, _hypercorn),
    Server("daphne", "daphne", frozenset({Kind.ASGI}), _daphne, makes_apps=False),
    Server("waitress", "waitress-serve", frozenset({Kind.WSGI}), _waitress),
)
"""Best first. gunicorn serves ASGI through uvicorn's worker class only."""


def suggestion(candidate: Candidate) -> str:
    """Return the package to add where no server is there."""
    return "uvicorn" if candidate.kind is Kind.ASGI else "gunicorn"
