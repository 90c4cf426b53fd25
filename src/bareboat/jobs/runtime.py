"""The distribution's packages that a project takes: headers in the builder, libraries at run time.

Which library a -dev package stands for is read from the archive's signed indexes: it is of the same
source and the -dev package depends on it. A -dev package that only stands for another one
(default-libmysqlclient-dev) leads there.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bareboat.build import known
from bareboat.build.bases import Bases
from bareboat.build.prepare import tools_for
from bareboat.debian.archive import Archive, Request
from bareboat.errors import NetworkError
from bareboat.finding import Finding, Severity
from bareboat.forms import needs
from bareboat.jobs.context import Context
from bareboat.jobs.plan import wanted
from bareboat.plan.blueprint import Distribution, System
from bareboat.plan.settings import Settings
from bareboat.project.command import Decision
from bareboat.project.project import Project
from bareboat.store.cas import Store
from bareboat.target import Arch, Target
from bareboat.wheel.tags import choose

__all__ = ["learned", "libraries", "system"]

_ALPINE = "BB917"
_TOOLS = {"build-essential", "cargo", "cmake", "g++", "gcc", "libc6-dev", "make", "pkg-config", "swig"}


def system(  # noqa: PLR0913, PLR0917 - what the caller alone may know
    folder: Path,
    flags: Mapping[str, Any],
    settings: Settings,
    context: Context,
    distributions: Sequence[Distribution],
    target: Target,
    *,
    is_alpine: bool,
) -> tuple[System, tuple[Finding, ...]]:
    """Return the packages to compile with and those to run with, and what there is to say.

    Raises NetworkError where a library must be looked up, the archive cannot be reached and no
    setting names it.
    """
    opened = settings.packages or ()
    more = settings.build.packages if settings.build is not None else ()
    debian = needs.find(distributions, runs=lambda names: choose(names, target) is not None)
    musl = needs.find(distributions, runs=lambda names: needs.has_musl(names, target.python), is_musl=True)
    found = musl if is_alpine else debian
    builder = tuple(sorted({*debian.packages, *more}))
    alpine = tuple(sorted({*musl.packages, *(more if is_alpine else ())}))
    runtime: tuple[str, ...] = ()
    headers = tuple(name for name in builder if name.endswith("-dev") and name not in _TOOLS)
    if headers and not is_alpine:
        asked = wanted(folder, flags, context, locked=False)
        suite = settings.suite or "trixie"
        with tools_for(asked) as tools:
            archive = Bases(asked, settings, tools).archive
            try:
                runtime = libraries(archive, headers, suite=suite, arch=context.arch)
            except NetworkError as error:
                if not opened:
                    error.hint = _hint(headers)
                    raise
    findings = (
        found.findings if not more else tuple(one for one in found.findings if one.code != needs.UNKNOWN)
    )
    return System(
        builder, tuple(sorted({*runtime, *opened})), alpine, found.compiled, tuple(sorted(opened))
    ), findings


def learned(
    held: System, project: Project, context: Context, suite: str, *, is_alpine: bool
) -> tuple[System, tuple[Decision, ...], tuple[Finding, ...]]:
    """Return `held` with the libraries that the wheels were found to load, and what is to be said of them.

    That was read by the last `bareboat plan` or `build` of this folder with this lock; where there
    was none, nothing is added.
    """
    with Store(context.store) as store:
        found = known.recall(store, project, suite, context.arch.value)
    if found is None or not found.because:
        return held, (), ()
    if is_alpine:
        said = "; ".join(f"{name} {why}" for name, why in sorted(found.because.items()))
        return (
            held,
            (),
            (
                Finding(
                    _ALPINE,
                    "libraries",
                    f"Debian's packages are known, Alpine's are not: {said}",
                    Severity.WARNING,
                    hint="name Alpine's packages in [tool.bareboat] packages, or take a slim base",
                ),
            ),
        )
    made = replace(
        held,
        runtime=tuple(sorted({*held.runtime, *found.because})),
        opened=tuple(sorted({*held.opened, *found.closure})),
    )
    decisions = tuple(Decision("library", name, why) for name, why in sorted(found.because.items()))
    return made, decisions, ()


def libraries(archive: Archive, headers: Sequence[str], *, suite: str, arch: Arch) -> tuple[str, ...]:
    """Return the run-time packages of some -dev packages, by name."""
    found: set[str] = set()
    for name in headers:
        found |= _of(archive, name, suite=suite, arch=arch)
    return tuple(sorted(found))


def _of(archive: Archive, name: str, *, suite: str, arch: Arch) -> set[str]:
    request = Request(suite, arch, (name,))
    lock = archive.resolve(request)
    by_name = {one.name: one for one in lock.packages}
    because = archive.because(request)
    waiting, seen = [name], set()
    while waiting:
        header = waiting.pop(0)
        seen.add(header)
        source = by_name[header].source
        found = {
            one.name
            for one in lock.packages
            if one.source == source and one.name.startswith("lib") and not _is_header(one.name)
        }
        if found:
            return found
        asked = [one for one, who in because.items() if who == header and _is_header(one)]
        waiting += [one for one in sorted(asked) if one not in seen and one in by_name]
    return set()


def _is_header(name: str) -> bool:
    return name.endswith(("-dev", "-dev-bin", "-dev-compat", "-doc", "-tools"))


def _hint(headers: Sequence[str]) -> str:
    return (
        f"the libraries that {', '.join(headers)} stand for are read there; name them yourself in "
        'pyproject.toml: [tool.bareboat] packages = ["lib…"]'
    )
