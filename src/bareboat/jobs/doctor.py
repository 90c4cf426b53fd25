"""What works on this machine, what is missing, how to mend it. Changes nothing."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from bareboat.debian.keys import shipped
from bareboat.debian.mirrors import MAIN, SECURITY, Choice, mirrors
from bareboat.engine import find
from bareboat.errors import BareboatError
from bareboat.index import uv
from bareboat.jobs.context import Context
from bareboat.net.client import Client
from bareboat.net.redact import redact
from bareboat.sandbox import confined, namespaces

__all__ = ["Check", "doctor"]

_ROOM = 2_000_000_000


class Check(Struct, frozen=True):
    """One thing looked at; `needed` says that no build works without it."""

    name: str
    works: bool
    seen: str
    hint: str = ""
    needed: bool = False

    def document(self) -> dict[str, Any]:
        """Return the check as JSON values."""
        return asdict(self)


def doctor(context: Context) -> tuple[Check, ...]:
    """Return every check, what each build needs first; asks the network unless offline."""
    return tuple(_checks(context))


def _checks(context: Context) -> Iterator[Check]:
    yield _uv(context)
    yield _git(context)
    yield _cache(context)
    yield from _archives(context)
    for seen in find.look(context.environ):
        if isinstance(seen, find.Engine):
            yield Check(seen.kind, works=True, seen=str(seen))
        else:
            yield Check(seen.kind, works=False, seen=seen.reason, hint=seen.hint)
    yield _sandbox()
    reason = namespaces.available()
    yield Check(
        "user namespaces",
        works=reason is None,
        seen=reason or "an image can be started without any engine",
        hint="" if reason is None else "start images in Docker or Podman, or allow user namespaces",
    )


def _uv(context: Context) -> Check:
    try:
        said = uv.run(["--version"], environ=context.environ, cwd=Path.cwd()).strip()
    except (BareboatError, OSError) as error:
        return Check(
            "uv", works=False, seen=str(error), hint="install bareboat again: it brings uv", needed=True
        )
    return Check("uv", works=True, seen=said, needed=True)


def _sandbox() -> Check:
    reason = confined.reason_against()
    return Check(
        "sandbox",
        works=reason is None,
        seen=reason or "sources are built in it, without network, files or rights of this machine",
        hint="" if reason is None else f"allow user namespaces, or {confined.WAY_OUT}",
    )


def _git(context: Context) -> Check:
    program = shutil.which("git", path=context.environ.get("PATH", ""))
    hint = "" if program else "install git: it tells which files belong to the application"
    return Check("git", works=program is not None, seen=program or "not on the PATH", hint=hint)


def _cache(context: Context) -> Check:
    folder = context.store
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    works = writable and free > _ROOM
    seen = f"{context.store}, {free / 1e9:.1f} GB free" + ("" if writable else ", not writable")
    hint = "" if works else "choose another folder with --cache-dir or BAREBOAT_CACHE_DIR"
    return Check("cache", works=works, seen=seen, hint=hint, needed=True)


def _archives(context: Context) -> Iterator[Check]:
    keys = context.keys or shipped()
    yield Check("archive keys", works=True, seen=f"{len(keys.pinned)} keys are believed", needed=True)
    try:
        found = mirrors(context.environ, apt_folder=context.apt_folder, pinned=keys.pinned)
    except BareboatError as error:
        yield Check("Debian mirror", works=False, seen=str(error), hint=error.hint, needed=True)
        return
    client = Client(context.environ, offline=context.offline, timeout=10)
    for name, dist, choice in (
        ("Debian mirror", "trixie", found.main),
        ("Debian security mirror", "trixie-security", found.security),
    ):
        yield _mirror(name, dist, choice, client, needed=not context.offline)


def _mirror(name: str, dist: str, choice: Choice, client: Client, *, needed: bool) -> Check:
    """Return whether one of the addresses answers; a build tries them in this order too."""
    seen, hint = "no address", ""
    for url in choice.urls:
        try:
            client.read(f"{url}/dists/{dist}/InRelease", limit=4 << 20)
        except BareboatError as error:
            seen, hint = f"{redact(url)}: {error.message}", error.hint
        else:
            return Check(name, works=True, seen=f"{redact(url)} ({choice.origin})", needed=needed)
    return Check(name, works=False, seen=seen, hint=hint or f"set {MAIN} and {SECURITY}", needed=needed)
