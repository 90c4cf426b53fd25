"""A script that names its own packages in a comment, as a project of one file.

Spec: PEP 723, "Inline script metadata"; uv's documentation, "Running scripts".
"""

import re
from pathlib import Path

from msgspec.structs import replace

from bareboat.errors import InputError
from bareboat.project import pyproject
from bareboat.project.modules import is_aside
from bareboat.project.pyproject import Pyproject
from bareboat.project.toml import read_any

__all__ = ["alone", "among", "read"]

_BLOCK = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
_MARK = b"# /// script"
_LARGEST = 1 << 20


def alone(folder: Path) -> str:
    """Return the script that a folder without a manifest is about: the only one at its top with a block.

    Empty where there is none, several, or one that other files at the top stand beside without being
    imported by it: its block says nothing of them.
    """
    paths = _paths(folder)
    found = [path for path in paths if _may_have(path)]
    if len(found) != 1:
        return ""
    text = found[0].read_bytes()
    rest = [path.stem for path in paths if path != found[0]]
    is_alone = all(
        re.search(rb"\b(?:import|from)\s+" + re.escape(one).encode() + rb"\b", text) for one in rest
    )
    return found[0].name if is_alone else ""


def among(folder: Path) -> tuple[str, ...]:
    """Return the scripts at the top of a folder that have a block."""
    return tuple(path.name for path in _paths(folder) if _may_have(path))


def _paths(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.py")) if not is_aside(path.name)]


def _may_have(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size <= _LARGEST and _MARK in path.read_bytes()
    except OSError:
        return False


def read(folder: Path, name: str) -> Pyproject:
    """Return what the script at `name` says of itself, as a manifest of a project that is no package.

    Raises InputError for a script without a block, with several, or with one that says what cannot be.
    """
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts or not path.is_file():
        raise InputError("no such script in the project", where=name)
    text = read_any(path, where=name).replace("\r\n", "\n")
    blocks = [match for match in _BLOCK.finditer(f"{text}\n") if match["type"] == "script"]
    if not blocks:
        raise InputError(
            "has no `# /// script` block that says what it needs",
            where=name,
            hint="name the folder of its project, or add one: `uv add --script`",
        )
    if len(blocks) > 1:
        raise InputError("has several `# /// script` blocks", where=name, hint="keep one of them")
    first = text.count("\n", 0, blocks[0].start()) + 2
    lines = [line[2:] if line.startswith("# ") else line[1:] for line in blocks[0]["content"].splitlines()]
    said = pyproject.inline("\n".join(lines), where=name)
    placed = {key: line + first - 1 for key, line in said.lines.items()}
    return replace(said, name=path.stem, file=name, lines=placed, is_script=True)
