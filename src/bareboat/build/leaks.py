"""What looks like a secret in the files that an image takes from the project: its wheel, and /app.

What the project's wheel leaves out (its tests, its certificates for them) is no concern of the image.
"""

from collections.abc import Iterable, Sequence

import msgspec

from bareboat.build.ready import Ready
from bareboat.errors import InputError
from bareboat.project import secrets
from bareboat.project.fact import Fact
from bareboat.project.files import File
from bareboat.project.project import Project
from bareboat.store.cas import Store
from bareboat.tree.entry import Kind
from bareboat.tree.tree import Tree

__all__ = ["check", "check_wheel"]

_KIND = "wheel-secrets-1"  # goes up when secrets.py knows more
_LEFT_OUT = {
    "hatchling": "exclude in [tool.hatch.build]",
    "pdm": "excludes in [tool.pdm.build]",
    "poetry": "exclude in [tool.poetry]",
    "setuptools": "[tool.setuptools.exclude-package-data]",
    "uv_build": "wheel-exclude in [tool.uv.build-backend]",
}
"""Where the backends are told what no wheel has."""


def check(project: Project, *, include: Sequence[str]) -> None:
    """Raise InputError for what looks like a secret in a project that is no wheel: all of it is taken."""
    if project.backend is None:
        secrets.check(project.files, include=include)


def check_wheel(
    project: Project, own: Ready | None, entries: Iterable[File], *, include: Sequence[str], store: Store
) -> None:
    """Raise InputError for what looks like a secret in the project's wheel, or in `entries` beside it."""
    if own is None:
        return
    secrets.check(entries, include=include)
    meant = {*include}
    found = []
    for fact in _inside(own, store):
        origins = _origins(fact.where, project)
        if meant.isdisjoint({fact.where, *origins}):
            found.append(Fact(fact.value, origins[0] if origins else fact.where))
    if found:
        name = (project.backend.value.name if project.backend is not None else "").partition(".")[0]
        raise InputError(
            f"looks like a secret, and is in the project's wheel: {secrets.listed(found)}",
            hint=f"leave it out of the wheel ({_LEFT_OUT.get(name, 'move it out of the package')}), or add "
            f"include = [{secrets.quoted(fact.where for fact in found)}] to [tool.bareboat] if it is public",
        )


def _inside(own: Ready, store: Store) -> tuple[Fact[str], ...]:
    """Return the kind of each suspect of a wheel, by its path as the wheel has it; looked for once."""
    held = store.recall(_KIND, own.artifact.key)
    if held is not None:
        return msgspec.json.decode(held, type=tuple[Fact[str], ...])
    found = tuple(_suspects(own.tree()))
    store.remember(_KIND, own.artifact.key, msgspec.json.encode(found))
    return found


def _suspects(tree: Tree) -> Iterable[Fact[str]]:
    for entry in tree:
        if entry.kind is Kind.FILE and entry.content is not None and "/__pycache__/" not in entry.path:
            kind = secrets.suspect(entry.path, entry.content)
            if kind:
                yield Fact(kind, entry.path.rpartition("/site-packages/")[2])


def _origins(path: str, project: Project) -> tuple[str, ...]:
    """Return the files of the project that a file of its wheel can come from; the readme is in METADATA."""
    if path.endswith(".dist-info/METADATA"):
        return tuple(one.path for one in project.files if one.path.lower().startswith("readme"))
    return tuple(one.path for one in project.files if f"/{one.path}".endswith(f"/{path}"))
