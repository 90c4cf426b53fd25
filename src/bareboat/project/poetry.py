"""`[tool.poetry]`: metadata and dependencies in Poetry's own words, turned into the standard's.

Knows the tables of Poetry 1 and what Poetry 2 still reads of them; the lock is `poetrylock.py`'s.
Spec: Poetry's documentation, "The pyproject.toml file" and "Dependency specification".
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project.poetryversion import alternatives, standard
from bareboat.project.pyproject import NAME, Pyproject

__all__ = ["MAIN", "Wanted", "completed", "groups", "is_found", "optional", "python", "table", "wanted"]

MAIN = "main"
_MINOR = re.compile(r"\d+\.\d+")
_WHERE = f"{NAME} [tool.poetry]"


class Wanted(Struct, frozen=True):
    """One dependency as Poetry writes it, in pyproject.toml or in the lock.

    `python` and `version` are constraints in Poetry's words; `source` is the URL or path of what
    is no package of an index, `reference` the branch, tag or commit of a repository.
    """

    name: str
    version: str = "*"
    extras: tuple[str, ...] = ()
    marker: str = ""
    python: str = "*"
    is_optional: bool = False
    source: str = ""
    kind: str = ""
    reference: str = ""
    subdirectory: str = ""

    def requirement(self) -> str:
        """Return it as PEP 508 text. Raises InputError where one set of versions cannot say it."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        markers = [f"({self.marker})"] if self.marker else []
        if self.python.strip() != "*":
            markers += [_python_marker(one) for one in str(standard(self.python, where=_WHERE)).split(",")]
        marker = f" ; {' and '.join(filter(None, markers))}" if any(markers) else ""
        if self.source:
            prefix = "git+" if self.kind == "git" and not self.source.startswith("git+") else ""
            place = f"{self.source}@{self.reference}" if self.reference else self.source
            place += f"#subdirectory={self.subdirectory}" if self.subdirectory else ""
            return f"{self.name}{extras} @ {prefix}{place}{marker}"
        if len(alternatives(self.version, where=_WHERE)) > 1:
            raise InputError(
                f"{self.name} {self.version!r} has alternatives", where=_WHERE, hint="poetry lock"
            )
        return f"{self.name}{extras}{standard(self.version, where=_WHERE)}{marker}"


def table(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return `[tool.poetry]`, empty where there is none."""
    held = tool.get("poetry", {})
    return held if isinstance(held, dict) else {}


def wanted(held: object, *, where: str = _WHERE) -> Iterator[Wanted]:
    """Yield the dependencies of one table; `python` is none. Raises InputError for wrong types."""
    if not isinstance(held, dict):
        raise InputError("dependencies are no table", where=where)
    for name, said in held.items():
        if name != "python":
            for one in said if isinstance(said, list) else [said]:
                yield _wanted(name, one, where)


def groups(held: Mapping[str, Any]) -> dict[str, tuple[Wanted, ...]]:
    """Return the dependencies of each group by normalised name, `main` among them.

    `dev` also has those of the old table `dev-dependencies`.
    """
    found = {MAIN: tuple(wanted(held.get("dependencies", {})))}
    tables = held.get("group", {})
    if not isinstance(tables, dict) or not all(isinstance(one, dict) for one in tables.values()):
        raise InputError("group is no table of tables", where=_WHERE)
    for name, one in tables.items():
        found[str(canonicalize_name(name))] = tuple(wanted(one.get("dependencies", {})))
    old = tuple(wanted(held.get("dev-dependencies", {})))
    if old:
        found["dev"] = (*found.get("dev", ()), *old)
    return found


def optional(held: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the normalised names that each extra brings in."""
    extras = held.get("extras", {})
    if not isinstance(extras, dict) or not all(isinstance(one, list) for one in extras.values()):
        raise InputError("extras is no table of lists", where=_WHERE)
    return {
        str(canonicalize_name(name)): tuple(str(canonicalize_name(str(one))) for one in names)
        for name, names in extras.items()
    }


def completed(said: Pyproject) -> Pyproject:
    """Return `said` with what only `[tool.poetry]` says: name, versions, dependencies, scripts.

    What `[project]` says stands. Raises InputError for dependencies that cannot be read.
    """
    held = table(said.tool)
    if not held or said.has_project:
        return said
    text = {key: held[key] for key in ("name", "version", "description", "license") if _is_text(held, key)}
    by_group = groups(held)
    extras = optional(held)
    main = by_group.pop(MAIN)
    scripts = held.get("scripts", {})
    is_package = said.is_package and "name" in text
    return replace(
        said,
        name=text.get("name", ""),
        version=text.get("version", ""),
        description=text.get("description", ""),
        license=text.get("license", ""),
        requires_python=python(held),
        dependencies=tuple(one.requirement() for one in main if not one.is_optional),
        extras=tuple(
            (name, tuple(one.requirement() for one in main if one.name in names))
            for name, names in sorted(extras.items())
        ),
        groups=(
            *said.groups,
            *((name, tuple(one.requirement() for one in held)) for name, held in sorted(by_group.items())),
        ),
        scripts=tuple(
            sorted((name, one) for name, one in scripts.items() if isinstance(one, str) and ":" in one)
        )
        if isinstance(scripts, dict)
        else (),
        has_project=bool(text.get("name")) and "dependencies" in held,
        is_package=is_package,
    )


def is_found(said: Pyproject, folder: Path) -> bool:
    """Say whether poetry-core finds the package to build: one that is named, or that bears the name.

    Where it does not, `poetry install` leaves the project out or fails: such a project runs from its folder.
    Spec: poetry-core, `masonry.utils.module.Module`.
    """
    if not said.backend.startswith("poetry.") or table(said.tool).get("packages"):
        return True
    module = str(canonicalize_name(said.name or str(table(said.tool).get("name", "")))).replace("-", "_")
    places = (folder, folder / "src")
    return any((place / module).is_dir() or (place / f"{module}.py").is_file() for place in places)


def _is_text(held: Mapping[str, Any], key: str) -> bool:
    return isinstance(held.get(key), str) and bool(held[key])


def python(held: Mapping[str, Any]) -> str:
    """Return the constraint on Python of a `[tool.poetry]` as specifiers, empty where it has none.

    A bare `3.12` means every release of it, as who writes it does. Raises InputError for no constraint.
    """
    dependencies = held.get("dependencies", {})
    text = dependencies.get("python", "") if isinstance(dependencies, dict) else ""
    if not isinstance(text, str):
        return ""
    return f"=={text.strip()}.*" if _MINOR.fullmatch(text.strip()) else standard(text, where=_WHERE)


def _wanted(name: str, said: object, where: str) -> Wanted:
    normal = str(canonicalize_name(name))
    if isinstance(said, str):
        return Wanted(normal, said)
    if not isinstance(said, dict):
        raise InputError(f"dependency {name!r} is neither text nor a table: {said!r:.200}", where=where)
    extras = said.get("extras", ())
    texts = {key: said.get(key, "") for key in ("version", "markers", "python", "platform")}
    if not isinstance(extras, list | tuple) or not all(isinstance(one, str) for one in texts.values()):
        raise InputError(f"dependency {name!r} cannot be read: {said!r:.200}", where=where)
    markers = [f"({texts['markers']})"] if texts["markers"] else []
    markers += [f"sys_platform == '{texts['platform']}'"] if texts["platform"] else []
    kind = next((one for one in ("git", "url", "path", "file") if one in said), "")
    return Wanted(
        normal,
        texts["version"] or "*",
        tuple(sorted(str(canonicalize_name(str(one))) for one in extras)),
        " and ".join(markers),
        texts["python"] or "*",
        said.get("optional") is True,
        str(said.get(kind, "")) if kind else "",
        kind,
        next((str(said[one]) for one in ("rev", "tag", "branch") if kind == "git" and one in said), ""),
        str(said.get("subdirectory", "")) if kind in {"git", "url"} else "",
    )


def _python_marker(specifier: str) -> str:
    for operator in ("~=", "===", "==", "!=", "<=", ">=", "<", ">"):
        if specifier.startswith(operator):
            version = specifier.removeprefix(operator)
            name = "python_version" if version.removesuffix(".*").count(".") == 1 else "python_full_version"
            return f"{name} {operator} '{version}'"
    return ""
