"""conda's environment.yml: what it lists, for those who must say it in another way.

conda's packages are none of an index of Python distributions, though most Python ones are called alike.
Spec: conda's documentation, "Creating an environment file manually" and "Package match specifications".
"""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project import yamltext
from bareboat.project.toml import read_text

__all__ = ["NAMES", "Environment", "Package", "read"]

NAMES = ("environment.yml", "environment.yaml")
_TOOLS = {"python", "pip"}
_SPEC = re.compile(r"(?:[^\s:]+::)?([A-Za-z0-9_.-]+)\s*([^\[]*)")


class Package(Struct, frozen=True):
    """One of conda's packages: its normalised name, and its versions as a specifier, empty for any."""

    name: str
    specifier: str = ""


class Environment(Struct, frozen=True):
    """An environment file: conda's packages without Python and pip, the lines for pip, the Python."""

    file: str
    packages: tuple[Package, ...] = ()
    pip: tuple[str, ...] = ()
    python: str = ""


def read(folder: Path) -> Environment | None:
    """Return the environment file of a folder, None where it has none. Raises InputError for no YAML."""
    name = next((name for name in NAMES if (folder / name).is_file()), "")
    if not name:
        return None
    held = yamltext.loaded(read_text(folder / name))
    if not isinstance(held, dict):
        raise InputError("not YAML with a list of dependencies", where=name, hint="mend or remove it")
    listed = held.get("dependencies")
    entries = listed if isinstance(listed, list) else []
    packages = [*_packages(entries)]
    pip = [one.get("pip") for one in entries if isinstance(one, dict)]
    return Environment(
        name,
        tuple(one for one in packages if one.name not in _TOOLS),
        tuple(str(line).strip() for lines in pip if isinstance(lines, list) for line in lines),
        next((one.specifier for one in packages if one.name == "python"), ""),
    )


def _packages(entries: list[object]) -> Iterator[Package]:
    for one in entries:
        match = _SPEC.match(one.strip()) if isinstance(one, str) else None
        if match is not None:
            yield Package(str(canonicalize_name(match[1])), _specifier(match[2]))


def _specifier(text: str) -> str:
    """Return conda's version as a specifier: `=1.2` and `1.2` are any 1.2; empty where it cannot be one."""
    held = text.strip()
    plain = re.fullmatch(r"(=?)\s*([\w.]+?)(\.?\*)?(?:[=\s]\S+)?", held)
    if plain is not None:
        held = f"=={plain[2]}.*"
    elif held.startswith("=="):
        held = held.split("=", 3)[2].join(("==", ""))
    try:
        return str(SpecifierSet(held))
    except InvalidSpecifier:
        return ""
