"""pyproject.toml: metadata, dependencies, backend, scripts, each with its line.

Spec: PEP 518 and 517 (`[build-system]`), PEP 621 (`[project]`), PEP 735 (`[dependency-groups]`).
Dynamic dependencies are followed only where setuptools names plain files; no backend is run.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from packaging.dependency_groups import DependencyGroupResolver
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project import toml

__all__ = ["Pyproject", "inline", "read"]

NAME = "pyproject.toml"


class Pyproject(Struct, frozen=True):
    """The tables that matter, checked. Names of extras and groups are normalised.

    `file` is the manifest that it comes from; `is_guessed` says that the backend may say otherwise.
    `dynamic` are the keys that the backend tells. `lines` gives the line of `table/key`. `dependencies`
    is None where the file declares none (no `[project]`, no such key, or dynamic by means that cannot
    be followed). `is_script` says that it is no manifest, but the block of a script.
    """

    name: str = ""
    version: str = ""
    description: str = ""
    license: str = ""
    requires_python: str = ""
    dependencies: tuple[str, ...] | None = None
    dynamic_files: tuple[str, ...] = ()
    is_dynamic: bool = False
    has_project: bool = False
    extras: tuple[tuple[str, tuple[str, ...]], ...] = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()
    scripts: tuple[tuple[str, str], ...] = ()
    classifiers: tuple[str, ...] = ()
    backend: str = ""
    backend_requires: tuple[str, ...] = ()
    backend_path: tuple[str, ...] = ()
    is_package: bool = False
    tool: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    dynamic: frozenset[str] = frozenset()
    is_guessed: bool = False
    file: str = NAME
    is_script: bool = False

    def where(self, key: str) -> str:
        """Return `pyproject.toml:<line>` of a `table/key`."""
        return f"{self.file}:{self.lines[key]}" if key in self.lines else self.file


def read(text: str, *, where: str = NAME) -> Pyproject:
    """Return what the text says. Raises InputError for wrong types, names, versions, markers."""
    table = toml.parse(text, where=where)
    project = _table(table, "project", where)
    build = _table(table, "build-system", where)
    tool = _table(table, "tool", where)
    dynamic = set(_strings(project, "dynamic", "project", where))
    name = _string(project, "name", "project", where)
    if project and "name" not in project:
        raise InputError("[project] has no name", where=where)
    held = project.get("license")
    uv, poetry, pdm = (
        _table(tool, key, where) if isinstance(tool.get(key), dict) else {} for key in ("uv", "poetry", "pdm")
    )
    is_built = (
        bool(build) and poetry.get("package-mode") is not False and pdm.get("distribution") is not False
    )
    dependencies = _requirements(project, "dependencies", "project", where)
    return Pyproject(
        name=name,
        version=_string(project, "version", "project", where),
        description=_string(project, "description", "project", where),
        license=held if isinstance(held, str) else "",
        requires_python=_specifier(_string(project, "requires-python", "project", where), where),
        dependencies=dependencies if "dependencies" in project else None,
        dynamic_files=_dynamic_files(tool, where) if "dependencies" in dynamic else (),
        is_dynamic="dependencies" in dynamic,
        has_project=bool(project),
        extras=_extras(project, where),
        groups=_groups(_table(table, "dependency-groups", where), where),
        scripts=_scripts(project, where),
        classifiers=_strings(project, "classifiers", "project", where),
        backend=_string(build, "build-backend", "build-system", where)
        or ("setuptools.build_meta:__legacy__" if build else ""),
        backend_requires=_requirements(build, "requires", "build-system", where),
        backend_path=_strings(build, "backend-path", "build-system", where),
        # PDM writes `name = ""` for what is no package.
        is_package=bool(name or not project) and bool(uv.get("package", is_built)),
        tool=tool,
        lines=_lines(text, project, build),
        dynamic=frozenset(dynamic),
    )


def inline(text: str, *, where: str) -> Pyproject:
    """Return what the block of a script says (PEP 723): the same keys, at the top of the document."""
    table = toml.parse(text, where=where)
    unknown = sorted(table.keys() - {"dependencies", "requires-python", "tool"})
    if unknown:
        raise InputError(f"its block has {unknown[0]!r}, which is none of a script's keys", where=where)
    keys = {f"project/{key}": toml.line_of(text, "", key) for key in table}
    return Pyproject(
        requires_python=_specifier(_string(table, "requires-python", "script", where), where),
        dependencies=_requirements(table, "dependencies", "script", where),
        tool=_table(table, "tool", where),
        lines=keys,
    )


def _lines(text: str, project: Mapping[str, Any], build: Mapping[str, Any]) -> dict[str, int]:
    lines = {f"project/{key}": toml.line_of(text, "project", key) for key in project}
    lines |= {f"build-system/{key}": toml.line_of(text, "build-system", key) for key in build}
    scripts = project.get("scripts")
    for key in scripts if isinstance(scripts, dict) else ():
        lines[f"scripts/{key}"] = toml.line_of(text, "project.scripts", key)
    return lines | {"build-system": toml.line_of(text, "build-system")}


def _table(table: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
    held = table.get(key, {})
    if not isinstance(held, dict):
        raise InputError(f"[{key}] is no table", where=where)
    return held


def _string(table: Mapping[str, Any], key: str, title: str, where: str) -> str:
    held = table.get(key, "")
    if not isinstance(held, str):
        raise InputError(f"[{title}] {key} is no string: {held!r}", where=where)
    return held


def _strings(table: Mapping[str, Any], key: str, title: str, where: str) -> tuple[str, ...]:
    held = table.get(key, [])
    if not isinstance(held, list) or not all(isinstance(item, str) for item in held):
        raise InputError(f"[{title}] {key} is no list of strings: {held!r}", where=where)
    return tuple(held)


def _requirements(table: Mapping[str, Any], key: str, title: str, where: str) -> tuple[str, ...]:
    held = _strings(table, key, title, where)
    for text in held:
        _check(text, f"[{title}] {key}", where)
    return held


def _check(text: str, title: str, where: str) -> None:
    try:
        Requirement(text)
    except ValueError as error:
        reason = str(error).splitlines()[0].rstrip(".").lower()
        raise InputError(f"{title} has {text!r}, which is no requirement ({reason})", where=where) from error


def _specifier(text: str, where: str) -> str:
    try:
        SpecifierSet(text)
    except ValueError as error:
        raise InputError(
            f"[project] requires-python {text!r} is no version specifier", where=where
        ) from error
    return text


def _extras(project: Mapping[str, Any], where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    held = _table(project, "optional-dependencies", where)
    return tuple(
        sorted(
            (str(canonicalize_name(name)), _requirements(held, name, "project.optional-dependencies", where))
            for name in held
        )
    )


def _groups(held: Mapping[str, Any], where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return every dependency group with its includes resolved."""
    resolver = DependencyGroupResolver(held)
    found = []
    for name in sorted(held):
        try:
            resolved = tuple(str(requirement) for requirement in resolver.resolve(name))
        except (ValueError, LookupError, TypeError, ExceptionGroup) as error:
            cause = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
            reason = " ".join(str(cause).split()).rstrip(".").lower()
            raise InputError(f"[dependency-groups] {name}: {reason}", where=where) from error
        found.append((str(canonicalize_name(name)), resolved))
    return tuple(found)


def _scripts(project: Mapping[str, Any], where: str) -> tuple[tuple[str, str], ...]:
    held = _table(project, "scripts", where)
    for name, target in held.items():
        if not isinstance(target, str) or ":" not in target:
            raise InputError(f"[project.scripts] {name} is no `module:attribute`: {target!r}", where=where)
    return tuple(sorted(held.items()))


def _dynamic_files(tool: Mapping[str, Any], where: str) -> tuple[str, ...]:
    """Return the files that setuptools would read the dependencies from."""
    held: Any = tool
    for key in ("setuptools", "dynamic", "dependencies"):
        held = held.get(key, {}) if isinstance(held, dict) else {}
    files = held.get("file", ()) if isinstance(held, dict) else ()
    named = (files,) if isinstance(files, str) else tuple(files)
    for name in named:
        if not isinstance(name, str) or Path(name).is_absolute() or ".." in Path(name).parts:
            raise InputError(f"[tool.setuptools.dynamic] names {name!r}, outside the project", where=where)
    return named
