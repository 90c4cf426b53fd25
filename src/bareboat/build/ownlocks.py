"""The locks of Poetry, PDM and Pipenv and hashed requirements: text, staleness, pins, options.

What the lock was made from is read beside it, only here, and only when such a lock decides.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from bareboat.index import choice
from bareboat.project import formats, hashed, requirements, toml
from bareboat.project.formats import Formats
from bareboat.project.pinned import Pinned, expand
from bareboat.project.project import Project, Source, SourceKind
from bareboat.project.toml import read_any, read_text
from bareboat.target import Target
from bareboat.wheel.tags import choose

__all__ = ["OwnLock", "formats_of", "logins", "read", "requested"]


class OwnLock(Struct, frozen=True):
    """A lock and what it depends on, as one `text`; `pinned` reads it, `options` are index options."""

    text: str
    pinned: Callable[[], Pinned]
    options: tuple[str, ...] = ()


def read(  # noqa: PLR0913 - one keyword for each thing that the choice depends on
    source: Source,
    *,
    project: Project,
    target: Target,
    environ: Mapping[str, str],
    extras: Sequence[str],
    groups: Sequence[str],
) -> OwnLock:
    """Return the lock that `source` names. Raises InputError where it cannot be read."""
    if source.kind is SourceKind.HASHED:
        return _hashed(source.path, project, target, environ)
    text, where, folder = read_text(source.path), source.path.name, source.path.parent
    made_from = "Pipfile" if source.kind is SourceKind.PIPFILE_LOCK else "pyproject.toml"
    beside = read_text(folder / made_from)
    member = read_text(project.folder / "pyproject.toml") if folder != project.folder else ""
    chosen = _Chosen(text, where, folder, target, environ, tuple(extras), tuple(groups), member)
    kinds = {
        SourceKind.POETRY_LOCK: chosen.poetry,
        SourceKind.PDM_LOCK: chosen.pdm,
        SourceKind.PIPFILE_LOCK: chosen.pipenv,
    }
    named = {
        name: value
        for name, value in sorted(environ.items())
        if name.startswith("POETRY_HTTP_BASIC_") or f"${name}" in beside or f"${{{name}}}" in text + beside
    }
    return OwnLock(
        repr((text, beside, member, named)),
        lambda: kinds[source.kind](toml.parse(beside, where=made_from)),
    )


class _Chosen(Struct, frozen=True):
    text: str
    where: str
    folder: Path
    target: Target
    environ: Mapping[str, str]
    extras: tuple[str, ...]
    groups: tuple[str, ...]
    member: str = ""

    def _choose(self, names: Sequence[str]) -> str | None:
        return choose(names, self.target)

    def poetry(self, pyproject: Mapping[str, Any]) -> Pinned:
        from bareboat.project import poetry, poetrylock, poetrystale

        poetrystale.check(poetrylock.decode(self.text, where=self.where), pyproject, where=self.where)
        return poetrylock.read(
            self.text,
            where=self.where,
            target=self.target,
            choose=self._choose,
            folder=self.folder,
            tool=poetry.table(pyproject.get("tool", {})),
            environ=self.environ,
            extras=self.extras,
            groups=self.groups,
        )

    def pdm(self, pyproject: Mapping[str, Any]) -> Pinned:
        from bareboat.project import pdmlock, pdmstale

        pdmstale.check(self.text, pyproject, where=self.where)
        own = toml.parse(self.member, where="pyproject.toml") if self.member else pyproject
        return pdmlock.read(
            self.text,
            where=self.where,
            target=self.target,
            choose=self._choose,
            folder=self.folder,
            declared=pdmstale.declared(own),
            root=pdmstale.name(own),
            is_member=bool(self.member),
            extra=[expand(url, self.environ) for url in pdmstale.indexes(pyproject)],
            extras=self.extras,
            groups=self.groups,
        )

    def pipenv(self, pipfile: Mapping[str, Any]) -> Pinned:
        from bareboat.project import pipfilelock

        pipfilelock.check(self.text, pipfile, where=self.where)
        return pipfilelock.read(
            self.text,
            where=self.where,
            target=self.target,
            choose=self._choose,
            folder=self.folder,
            environ=self.environ,
            groups=self.groups,
        )


def _hashed(path: Path, project: Project, target: Target, environ: Mapping[str, str]) -> OwnLock:
    held = _listed(path, project, environ)
    lines = [(line.text, line.hashes) for line in held.lines]
    return OwnLock(
        repr((lines, held.options)),
        lambda: hashed.pinned(held, target, where=path.name, folder=project.folder),
        held.options,
    )


def requested(
    project: Project, environ: Mapping[str, str], given: Mapping[str, str]
) -> tuple[Mapping[str, str], tuple[str, ...], tuple[str, ...]]:
    """Return the environment for uv, the lines to resolve, and those that only bound versions.

    `environ` is one made for uv, `given` the caller's, whose variables the file may name.
    """
    path = project.source.path
    held = _listed(path, project, given)
    made = choice.options(environ, held.options, path.parent)
    lines = (*made.lines, *(fact.value for fact in project.dependencies))
    return made.environ, lines, tuple(line.text for line in held.constraints)


def formats_of(project: Project, environ: Mapping[str, str]) -> Formats:
    """Return what the requirements file says of wheels and sources."""
    return formats.read(_listed(project.source.path, project, environ).options)


def logins(project: Project, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the users and passwords that a requirements file gives for repositories, by server."""
    return dict(_listed(project.source.path, project, environ).logins)


def _listed(path: Path, project: Project, environ: Mapping[str, str]) -> requirements.Requirements:
    return requirements.read(
        path,
        folder=project.folder,
        environ=environ,
        load=lambda path, where: read_any(path, where=where),
    )
