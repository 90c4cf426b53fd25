"""gunicorn.conf.py, which gunicorn reads from where it is started: read from the syntax tree, never run.

Spec: gunicorn, "Configuration Overview": a setting is a name at the top of the file; the command line comes
before it.
"""

import ast
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from bareboat.project import address, assigned
from bareboat.project.address import Address
from bareboat.project.assigned import UNKNOWN, Assigned
from bareboat.project.fact import Fact

__all__ = ["NAME", "GunicornConf", "read"]

NAME = "gunicorn.conf.py"
"""The file that gunicorn reads unless it is told another."""


class GunicornConf(Struct, frozen=True):
    """What the file says, with its place; what is set and cannot be worked out is None in its fact.

    `binds` are all addresses, `roots` the folders that it changes to (`chdir`) or imports from,
    `names` all that it sets, `asked` the variables that it reads.
    """

    path: str
    app: Fact[str] | None = None
    binds: Fact[tuple[Address, ...] | None] | None = None
    worker: Fact[str | None] | None = None
    roots: tuple[Fact[str], ...] = ()
    chdir: str = ""
    daemon: Fact[bool] | None = None
    names: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()

    @property
    def bound(self) -> Address | None:
        """The first address that others reach, None where there is none."""
        held = (self.binds.value if self.binds is not None else None) or ()
        return next((one for one in held if one.is_reached), None)


def read(text: str, path: str, environ: Mapping[str, str]) -> GunicornConf:
    """Return the settings as they are where `environ` is all that is set.

    What is no Python says nothing: gunicorn itself will tell.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return GunicornConf(path)
    found, asked = assigned.read(tree, environ, file=f"/app/{path}")

    def fact(name: str) -> Fact[Any] | None:
        held = found.get(name)
        if held is None or held.value is None:
            return None
        return Fact(None if held.value is UNKNOWN else held.value, f"{path}:{held.line}")

    app, worker, daemon, chdir = (fact(name) for name in ("wsgi_app", "worker_class", "daemon", "chdir"))
    return GunicornConf(
        path,
        app if app is not None and isinstance(app.value, str) else None,
        _binds(found.get("bind"), path),
        Fact(worker.value if isinstance(worker.value, str) else None, worker.where) if worker else None,
        tuple(
            Fact(one, held.where)
            for held in (chdir, fact("pythonpath"))
            if held is not None and isinstance(held.value, str)
            for one in held.value.split(",")
        ),
        chdir.value if chdir is not None and isinstance(chdir.value, str) else "",
        Fact(True, daemon.where) if daemon is not None and daemon.value is True else None,
        frozenset(found),
        asked,
    )


def _binds(held: Assigned | None, path: str) -> Fact[tuple[Address, ...] | None] | None:
    if held is None or held.value is None or held.value == ():
        return None
    where = f"{path}:{held.line}"
    texts = held.value.split(",") if isinstance(held.value, str) else held.value
    if not isinstance(texts, tuple | list) or not all(isinstance(one, str) for one in texts):
        return Fact(None, where)
    return Fact(tuple(address.parse(one) for one in texts if one.strip()), where)
