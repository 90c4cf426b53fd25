"""setup.cfg and setup.py: what they write down, read and never run.

A setup.cfg is final where no setup.py can overrule it. Of a setup.py the literal arguments of `setup()`
are read, which tell names, scripts and Pythons; what it installs its build backend tells, in the sandbox.
Spec: setuptools' documentation, "Configuring setuptools using setup.cfg files".
"""

import ast
import configparser
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from bareboat.errors import BareboatError
from bareboat.project import tolerant
from bareboat.project.pyproject import Pyproject
from bareboat.project.toml import read_any

__all__ = ["completed", "manifest"]

_LARGEST = 1 << 20
_LEGACY = "setuptools.build_meta:__legacy__"
_SETUPTOOLS = ("setuptools>=40.8.0",)


def manifest(folder: Path) -> str:
    """Return which of the two says that the folder is a project, empty where none does."""
    if "setup" in _names(folder):
        return "setup.py"
    return "setup.cfg" if _config(folder).get("metadata", {}).get("name") else ""


def completed(said: Pyproject, folder: Path) -> Pyproject:
    """Return `said` with what setup.cfg and setup.py in `folder` say of a project that it does not describe.

    `is_guessed` tells that the backend may say otherwise. What `said` has stands.
    """
    file = manifest(folder) if not said.has_project else ""
    if not file:
        return said
    config, arguments = _config(folder), _arguments(folder)
    metadata, options = config.get("metadata", {}), config.get("options", {})
    texts = {key: _text(metadata.get(key)) or _text(arguments.get(key)) for key in ("name", "version")}
    python = _text(options.get("python_requires")) or _text(arguments.get("python_requires"))
    is_final = file == "setup.cfg" or not arguments
    extras = config.get("options.extras_require", {})
    return replace(
        said,
        name=texts["name"],
        version=texts["version"],
        description=_text(metadata.get("description")) or _text(arguments.get("description")),
        requires_python=python if _is_specifier(python) else "",
        dependencies=_requirements(options.get("install_requires", "")) if is_final else None,
        extras=tuple(
            sorted((str(canonicalize_name(name)), _requirements(held) or ()) for name, held in extras.items())
        ),
        scripts=_scripts(config, arguments),
        classifiers=_classifiers(metadata.get("classifiers"), arguments.get("classifiers")),
        has_project=True,
        is_package=True,
        is_guessed=not is_final,
        is_dynamic=not is_final or _requirements(options.get("install_requires", "")) is None,
        backend=said.backend or _LEGACY,
        backend_requires=said.backend_requires or (() if said.backend else _SETUPTOOLS),
        file=file,
    )


def _names(folder: Path) -> set[str]:
    """Return the names of the functions that setup.py calls; nothing where there is none."""
    tree = _tree(folder)
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)] if tree is not None else []
    return {
        one.attr if isinstance(one, ast.Attribute) else one.id
        for one in calls
        if isinstance(one, ast.Attribute | ast.Name)
    }


def _tree(folder: Path) -> ast.Module | None:
    path = folder / "setup.py"
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return None
        return tolerant.parse(path.read_bytes())[0]
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _arguments(folder: Path) -> dict[str, Any]:
    """Return the arguments of `setup()` in setup.py: values that are literals, None for others."""
    tree = _tree(folder)
    found: dict[str, Any] = {}
    constants: dict[str, Any] = {}
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            constants.setdefault(node.targets[0].id, _literal(node.value, {}))
        name = node.func if isinstance(node, ast.Call) else None
        if isinstance(node, ast.Call) and getattr(name, "attr", getattr(name, "id", "")) == "setup":
            for keyword in node.keywords:
                found[keyword.arg or "**"] = _literal(keyword.value, constants)
    return found


def _literal(node: ast.expr, constants: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _config(folder: Path) -> dict[str, dict[str, str]]:
    """Return the sections of setup.cfg; empty where it cannot be read."""
    path = folder / "setup.cfg"
    parser = configparser.RawConfigParser()
    try:
        if path.is_file():
            parser.read_string(read_any(path, where="setup.cfg"))
    except (configparser.Error, BareboatError):
        return {}
    return {name: dict(parser.items(name)) for name in parser.sections()}


def _text(held: object) -> str:
    """Return a text that stands for itself: not `file:` or `attr:`, which name another place."""
    text = held.strip() if isinstance(held, str) else ""
    return "" if text.startswith(("attr:", "file:")) else text


def _requirements(text: str) -> tuple[str, ...] | None:
    """Return the lines that are requirements; None where they stand in another file."""
    if text.strip().startswith("file:"):
        return None
    found = []
    for line in re.split(r"[\n;]" if "\n" not in text else r"\n", text):
        plain = re.sub(r"(^|\s)#.*", "", line).strip()
        try:
            found += [str(Requirement(plain))] if plain else []
        except ValueError:
            return None
    return tuple(found)


def _classifiers(*given: object) -> tuple[str, ...]:
    """Return the classifiers of both files: lines of a text, or a list."""
    found: list[object] = []
    for held in given:
        found += held.splitlines() if isinstance(held, str) else held if isinstance(held, Sequence) else ()
    return tuple(one.strip() for one in found if isinstance(one, str) and one.strip())


def _is_specifier(text: str) -> bool:
    try:
        SpecifierSet(text)
    except ValueError:
        return False
    return True


def _scripts(
    config: Mapping[str, Mapping[str, str]], arguments: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """Return the console scripts, `name = module:attribute`, of both files."""
    lines: list[str] = config.get("options.entry_points", {}).get("console_scripts", "").splitlines()
    points = arguments.get("entry_points")
    if isinstance(points, str):
        section = re.search(r"\[console_scripts\]([^\[]*)", points)
        lines += section[1].splitlines() if section is not None else []
    held: object = points.get("console_scripts", ()) if isinstance(points, dict) else ()
    if isinstance(held, str):
        lines += held.splitlines()
    elif isinstance(held, Sequence):
        lines += [line for line in held if isinstance(line, str)]
    found = {}
    for line in lines:
        match = re.match(r"\s*([\w.-]+)\s*=\s*([\w.]+:[\w.]+)", line)
        if match is not None:
            found[match[1]] = match[2]
    return tuple(sorted(found.items()))
