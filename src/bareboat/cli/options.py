"""Options that several commands share, and the Context that they make."""

import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from bareboat.cli.memory import settle
from bareboat.cli.progress import shown
from bareboat.cli.terminal import has_bars
from bareboat.errors import InputError
from bareboat.jobs.context import Context
from bareboat.target import Arch

__all__ = [
    "PROJECT",
    "context",
    "engine_options",
    "pairs",
    "project_options",
    "reading_options",
    "settings",
    "working_options",
]


class _Project(click.ParamType[Path]):
    """A folder, the name of a project below the current one, or a script that says what it needs."""

    name = "folder"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if ctx is not None and path.suffix == ".py" and path.is_file():
            ctx.meta[_SCRIPT] = path.name
            return path.parent
        if path.exists() or len(path.parts) > 1:
            return path
        from bareboat.project import services

        return services.choose(str(value), Path(), environ=dict(os.environ)) or path


PROJECT = _Project()
_SCRIPT = "bareboat.script"

F = TypeVar("F", bound=Callable[..., Any])
_LATEST = 253_402_300_799  # the end of the year 9999: later times have no name in an image


def working_options(function: F) -> F:
    """Add what every command takes that does work: cache, network, processors, words."""
    for option in reversed(
        (
            click.option("--cache-dir", type=click.Path(path_type=Path), help="The cache folder."),
            click.option("--offline", is_flag=True, help="Use no network at all."),
            click.option("--jobs", "-j", type=click.IntRange(1, 64), metavar="N", help="Processors to use."),
            click.option("--quiet", "-q", is_flag=True, help="Say nothing but warnings and errors."),
            click.option("--verbose", is_flag=True, help="Show the traceback of an error."),
        )
    ):
        function = option(function)
    return function


def reading_options(function: F) -> F:
    """Add `--json`, which every reading command takes."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON to standard output.")(function)


def project_options(function: F) -> F:
    """Add what changes how a project is read: the flags beside `[tool.bareboat]`."""
    for option in reversed(
        (
            click.option("--tag", "-t", "name", metavar="NAME[:TAG]", help="The name of the image."),
            click.option("--app", metavar="MODULE:NAME", help="The application to serve."),
            click.option("--add-server", is_flag=True, help="Add a web server where the lock has none."),
            click.option("--port", type=click.IntRange(1, 65535), metavar="PORT", help="Where it listens."),
            click.option("--health", metavar="PATH", help="The health path, 'tcp' or 'none'."),
            click.option("--python", metavar="X.Y", help="The Python version of the image."),
            click.option(
                "--interpreter",
                type=click.Choice(["debian", "standalone", "any"]),
                help="Where Python comes from: any takes python-build-standalone where Debian has it not.",
            ),
            click.option("--suite", metavar="NAME", help="The Debian suite: trixie, bookworm or sid."),
            click.option("--env", multiple=True, metavar="KEY=VALUE", help="An environment variable."),
            click.option("--label", multiple=True, metavar="KEY=VALUE", help="A label."),
            click.option("--extra", multiple=True, metavar="NAME", help="An extra of the project."),
            click.option("--group", multiple=True, metavar="NAME", help="A dependency group."),
            click.option("--include", multiple=True, metavar="PATTERN", help="Files to take along."),
            click.option("--exclude", multiple=True, metavar="PATTERN", help="Files to leave out."),
            click.option("--compression", type=click.Choice(["gzip", "zstd"]), help="Of the layers."),
            click.option("--allow-expired", is_flag=True, help="Accept Debian indexes past their date."),
            click.option("--locked", is_flag=True, help="Refuse to resolve: every lock must be there."),
            click.option(
                "--sandbox",
                type=click.Choice(["auto", "none"]),
                help="Where sources are compiled: auto for the sandbox, none for this machine itself.",
            ),
        )
    ):
        function = option(function)
    return function


def engine_options(function: F) -> F:
    """Add what goes to an engine that builds a Dockerfile."""
    for option in reversed(
        (
            click.option(
                "--file", type=click.Path(path_type=Path), help="A Dockerfile instead of a generated one."
            ),
            click.option(
                "--form", metavar="NAME", help="The form of the generated one (`bareboat dockerfile`)."
            ),
            click.option("--base", metavar="BASE", help="slim, full, alpine, distroless, or an image."),
            click.option("--target", metavar="STAGE", help="The stage to build, the last if not given."),
            click.option("--build-arg", multiple=True, metavar="KEY=VALUE", help="A value for an ARG."),
            click.option(
                "--secret", multiple=True, metavar="id=ID,src=FILE", help="A secret for RUN --mount."
            ),
            click.option("--build-network", metavar="MODE", help="The network of RUN, such as host."),
            click.option("--platform", multiple=True, metavar="OS/ARCH", help="What to build for."),
            click.option("--no-cache", is_flag=True, help="Carry out every step."),
        )
    ):
        function = option(function)
    return function


@contextmanager
def context(given: dict[str, Any]) -> Iterator[Context]:
    """Take the options of `working_options` out of `given` and give the Context for a job."""
    settle()
    quiet = given.pop("quiet")
    given.pop("verbose")
    cache_dir = given.pop("cache_dir")
    environ = dict(os.environ)
    with shown(quiet=quiet, bars=has_bars(environ)) as progress:
        yield Context(
            environ=environ,
            now=int(time.time()),
            store=cache_dir.absolute() if cache_dir else _cache(environ),
            arch=_arch(),
            created=_epoch(environ.get("SOURCE_DATE_EPOCH", "")),
            workers=given.pop("jobs") or _processors(),
            offline=given.pop("offline"),
            progress=progress,
            sandboxed=_sandboxed(given.pop("sandbox", None), environ),
        )


def settings(given: dict[str, Any]) -> dict[str, Any]:
    """Take the options of `project_options` out of `given`, as a table of settings."""
    current = click.get_current_context(silent=True)
    found = {
        "script": current.meta.get(_SCRIPT) if current is not None else None,
        "app": given.pop("app"),
        "add-server": given.pop("add_server") or None,
        "port": given.pop("port"),
        "health": given.pop("health"),
        "python": given.pop("python"),
        "interpreter": given.pop("interpreter"),
        "suite": given.pop("suite"),
        "name": given.pop("name"),
        "env": pairs(given.pop("env"), "--env"),
        "labels": pairs(given.pop("label"), "--label"),
        "extras": given.pop("extra"),
        "groups": given.pop("group"),
        "include": given.pop("include"),
        "exclude": given.pop("exclude"),
        "compression": given.pop("compression"),
        "allow-expired": given.pop("allow_expired") or None,
    }
    return {key: value for key, value in found.items() if value not in (None, (), {})}


def pairs(texts: tuple[str, ...], flag: str) -> dict[str, str]:
    """Return KEY=VALUE texts as a table; InputError for one without `=`."""
    found = {}
    for text in texts:
        key, sign, value = text.partition("=")
        if not sign or not key:
            raise InputError(f"KEY=VALUE is wanted, seen {text!r}", where=flag)
        found[key] = value
    return found


def _cache(environ: dict[str, str]) -> Path:
    if environ.get("BAREBOAT_CACHE_DIR"):
        return Path(environ["BAREBOAT_CACHE_DIR"]).absolute()
    import platformdirs

    return platformdirs.user_cache_path("bareboat")


def _sandboxed(flag: str | None, environ: dict[str, str]) -> bool:
    """Return whether sources are built in the sandbox: no project may switch it off for itself."""
    said = flag or environ.get("BAREBOAT_SANDBOX") or "auto"
    if said not in {"auto", "none"}:
        raise InputError(f"auto or none is wanted, seen {said[:40]!r}", where="BAREBOAT_SANDBOX")
    return said == "auto"


def _epoch(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal()) or int(text) > _LATEST:
        raise InputError(f"seconds since 1970 are wanted, seen {text[:40]!r}", where="SOURCE_DATE_EPOCH")
    return int(text)


def _arch() -> Arch:
    machine = platform.machine()
    for arch in Arch:
        if machine in {arch.machine, arch.value}:
            return arch
    raise InputError(
        f"images are made for amd64 and arm64, this machine is {machine!r}", hint="use another machine"
    )


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return max(len(os.sched_getaffinity(0)), 1)
    return os.cpu_count() or 1
