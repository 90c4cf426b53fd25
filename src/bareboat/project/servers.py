"""The servers that bareboat can start, in the order of preference, and their command lines."""

import re
from collections.abc import Callable, Collection, Mapping

from msgspec import Struct

from bareboat.project.application import Candidate
from bareboat.project.frameworks import Kind

__all__ = ["SERVERS", "Server", "gunicorn_line", "quiet", "suggestion", "usable", "worker_class"]

HOST = "0.0.0.0"  # noqa: S104 - a container's port is published by whoever runs it
MEMORY = "/dev/shm"  # noqa: S108 - so that gunicorn's heartbeats never wait for a disk

Argv = Callable[[Candidate, int, Mapping[str, str]], tuple[str, ...]]


class Server(Struct, frozen=True):
    """One server: its package, its program, what it serves, and how its command line is made.

    `argv` takes the candidate, the port and the locked versions by name (empty where unknown).
    `makes_apps` says that it can call a factory. `framework` is the only one whose applications it
    serves, empty for any.
    """

    name: str
    program: str
    kinds: frozenset[Kind]
    argv: Argv
    makes_apps: bool = True
    framework: str = ""

    def needs(self, kind: Kind) -> tuple[str, ...]:
        """Return the packages that serving `kind` takes, by normalised name."""
        return ("gunicorn", "uvicorn") if self.name == "gunicorn" and kind is Kind.ASGI else (self.name,)

    def serves(self, candidate: Candidate) -> bool:
        """Return whether the server can serve the candidate once it is there."""
        return (
            candidate.kind in self.kinds
            and self.framework in {"", candidate.framework}
            and (self.makes_apps or not candidate.is_factory)
        )


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
    bind = ("--bind", f"{HOST}:{port}", "--worker-tmp-dir", MEMORY)
    return (*gunicorn_line(candidate), *bind, *quiet(packages), *worker_class(candidate, packages))


def gunicorn_line(candidate: Candidate) -> tuple[str, ...]:
    """Return `gunicorn` with what it serves, and nothing else."""
    if candidate.kind is Kind.PASTE:
        return ("gunicorn", "--paste", candidate.path)
    return ("gunicorn", _target(candidate) if candidate.is_async else _called(candidate))


def quiet(packages: Mapping[str, str]) -> tuple[str, ...]:
    """Return the option without which gunicorn makes a socket for commands, which nobody can in the image."""
    return ("--no-control-socket",) if _is_from(packages.get("gunicorn", ""), (25, 1)) else ()


def worker_class(candidate: Candidate, packages: Collection[str]) -> tuple[str, ...]:
    """Return the option of gunicorn that a candidate takes which is no WSGI application."""
    module = "uvicorn_worker" if "uvicorn-worker" in packages else "uvicorn.workers"
    classes = {Kind.ASGI: f"{module}.UvicornWorker", Kind.AIOHTTP: "aiohttp.GunicornWebWorker"}
    return ("--worker-class", classes[candidate.kind]) if candidate.kind in classes else ()


def _is_from(version: str, first: tuple[int, int]) -> bool:
    """Return whether a version is `first` or later; an unknown one is not."""
    match = re.match(r"(\d+)(?:\.(\d+))?", version)
    return match is not None and (int(match[1]), int(match[2] or 0)) >= first


# waitress-serve knows no ini file, and pserve binds where the file says, which is loopback in most.
_PASTE = (
    "import os, sys, waitress; from paste.deploy import loadapp; import logging.config as c; "
    "f = os.path.abspath(sys.argv[1]); "
    "'[loggers]' in open(f).read() and c.fileConfig(f, disable_existing_loggers=False); "
    "waitress.serve(loadapp('config:' + f), listen=sys.argv[2])"
)


def _waitress(candidate: Candidate, port: int, _: Mapping[str, str]) -> tuple[str, ...]:
    if candidate.kind is Kind.PASTE:
        return ("python", "-c", _PASTE, candidate.path, f"{HOST}:{port}")
    call = ("--call",) if candidate.is_factory else ()
    return ("waitress-serve", f"--listen={HOST}:{port}", *call, _target(candidate))


def _sanic(candidate: Candidate, port: int, _: Mapping[str, str]) -> tuple[str, ...]:
    factory = ("--factory",) if candidate.is_factory else ()
    return ("sanic", _target(candidate), *factory, "--host", HOST, "--port", str(port))


def _aiohttp(candidate: Candidate, port: int, _: Mapping[str, str]) -> tuple[str, ...]:
    top = candidate.attribute.partition(".")[0]
    made = f"{candidate.attribute}()" if candidate.is_factory else candidate.attribute
    listen = f"host={HOST!r}, port={port}"
    code = f"from aiohttp import web; from {candidate.module} import {top}; web.run_app({made}, {listen})"
    return ("python", "-c", code)


BOTH = frozenset({Kind.ASGI, Kind.WSGI})
ASYNC = frozenset({Kind.ASGI})

SERVERS: tuple[Server, ...] = (
    Server("sanic", "sanic", ASYNC, _sanic, framework="sanic"),
    Server("uvicorn", "uvicorn", ASYNC, _uvicorn),
    Server("gunicorn", "gunicorn", BOTH | {Kind.AIOHTTP, Kind.PASTE}, _gunicorn),
    Server("granian", "granian", BOTH, _granian),
    Server("hypercorn", "hypercorn", BOTH, _hypercorn),
    Server("daphne", "daphne", ASYNC, _daphne, makes_apps=False),
    Server("waitress", "waitress-serve", frozenset({Kind.WSGI, Kind.PASTE}), _waitress),
    Server("aiohttp", "python", frozenset({Kind.AIOHTTP}), _aiohttp),
)
"""Best first. gunicorn serves ASGI through uvicorn's worker class only."""


def usable(candidate: Candidate, packages: Collection[str]) -> list[Server]:
    """Return the servers among the locked packages that can serve a candidate, the best first."""
    held = set(packages)
    return [one for one in SERVERS if one.serves(candidate) and held.issuperset(one.needs(candidate.kind))]


def suggestion(candidate: Candidate) -> str:
    """Return the package to add where no server is there."""
    usual = {Kind.ASGI: "uvicorn", Kind.PASTE: "waitress"}
    return usual.get(candidate.kind, "gunicorn")
