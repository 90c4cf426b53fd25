"""Imports point down only; low rooms do no I/O. Holds design.md section 2 and names the file on a breach."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import sources

LEVELS: dict[int, tuple[str, ...]] = {
    0: ("errors", "finding", "progress", "target", "lock", "threads"),
    1: ("oci", "tree", "elf", "dockerfile", "net"),
    2: ("project", "index", "wheel", "debian", "sandbox", "store", "registry", "engine", "testing"),
    3: ("facts",),
    4: ("plan",),
    5: ("build", "forms", "compare", "check", "supply"),
    6: ("jobs",),
    7: ("cli",),
    8: ("__main__",),
}
LEVEL = {room: level for level, rooms in LEVELS.items() for room in rooms}
# What `testing` ships stands alone: its fakes must not be built from the code that they test.
TESTING_MAY_USE = {"errors", "finding", "target", "lock", "oci", "tree"}

# Rooms that compute and do nothing else. `net` owns the sockets.
PURE = {*LEVELS[0], "oci", "tree", "elf", "dockerfile", "plan"}
FORBIDDEN_MODULES = {
    "socket",
    "subprocess",
    "ssl",
    "shutil",
    "tempfile",
    "asyncio",
    "http",
    "urllib3",
    "mmap",
}
FORBIDDEN_FROM_URLLIB = {"request"}
FORBIDDEN_BUILTINS = {"open", "input", "print"}
FORBIDDEN_METHODS = {
    *("exists", "glob", "is_dir", "is_file", "iterdir", "lstat", "mkdir", "open", "read_bytes", "read_text"),
    *("rglob", "stat", "symlink_to", "touch", "unlink", "write_bytes", "write_text"),
}
FORBIDDEN_OF_OS = {
    "environ",
    "getenv",
    "listdir",
    "open",
    "popen",
    "remove",
    "rename",
    "scandir",
    "stat",
    "system",
}


def imports(module: sources.Module) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything imported, inside functions too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                inside = module.name.split(".")
                keep = len(inside) - node.level + (1 if module.is_package else 0)
                base = ".".join([*inside[:keep], *([base] if base else [])])
            yield node.lineno, base
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def level_breaches(module: sources.Module) -> Iterator[str]:
    """Yield a sentence for each import that does not point down."""
    for line, name in imports(module):
        parts = name.split(".")
        if parts[0] != "bareboat" or len(parts) < 2:
            continue
        room = parts[1]
        if room == module.room or room not in LEVEL:
            continue
        if module.room and LEVEL[room] >= LEVEL[module.room]:
            here, there = LEVEL[module.room], LEVEL[room]
            yield f"{module.shown}:{line}: {module.room} (level {here}) imports {name} (level {there})"
        if not module.room:
            yield f"{module.shown}:{line}: the package itself imports {name}"
        if module.room == "testing" and room not in TESTING_MAY_USE:
            yield f"{module.shown}:{line}: testing imports {name}; it may use values, oci and tree only"


def impurities(module: sources.Module) -> Iterator[str]:
    """Yield a sentence for each way to the outside that a pure room takes."""
    for line, name in imports(module):
        parts = name.split(".")
        if parts[0] in FORBIDDEN_MODULES or (parts[0] == "urllib" and FORBIDDEN_FROM_URLLIB & set(parts[1:])):
            yield f"{module.shown}:{line}: imports {name}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            callee = node.func
            if isinstance(callee, ast.Name) and callee.id in FORBIDDEN_BUILTINS:
                yield f"{module.shown}:{node.lineno}: calls {callee.id}()"
            elif (
                isinstance(callee, ast.Attribute)
                and is_path(callee.value)
                and callee.attr in FORBIDDEN_METHODS
            ):
                yield f"{module.shown}:{node.lineno}: calls .{callee.attr}() on a path"
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "os"
            and node.attr in FORBIDDEN_OF_OS
        ):
            yield f"{module.shown}:{node.lineno}: uses os.{node.attr}"
        elif (
            isinstance(node, ast.ImportFrom)
            and node.module == "pathlib"
            and {"Path", "PosixPath"} & {alias.name for alias in node.names}
        ):
            yield f"{module.shown}:{node.lineno}: imports pathlib.Path; PurePosixPath does no I/O"


def is_path(node: ast.expr) -> bool:
    """Say whether an expression is plainly a pathlib.Path; names of values are not judged."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Path"


def test_every_room_has_a_level() -> None:
    rooms = {module.room for module in sources.modules() if module.room}
    assert rooms <= set(LEVEL), f"name a level for {sorted(rooms - set(LEVEL))}, and say so in an ADR"


def test_imports_point_down() -> None:
    assert [breach for module in sources.modules() for breach in level_breaches(module)] == []


def test_pure_rooms_do_no_io() -> None:
    assert [
        breach for module in sources.modules() if module.room in PURE for breach in impurities(module)
    ] == []


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("tree/tar.py", "from bareboat.store import cas", "tree (level 1) imports bareboat.store (level 2)"),
        (
            "store/cas.py",
            "import bareboat.wheel.read",
            "store (level 2) imports bareboat.wheel.read (level 2)",
        ),
        (
            "oci/a.py",
            "def f():\n    from bareboat.cli import main",
            "a.py:2: oci (level 1) imports bareboat.cli",
        ),
        ("store/cas.py", "from ..wheel import read", "store (level 2) imports bareboat.wheel"),
        ("plan/__init__.py", "from ..build import native", "plan (level 4) imports bareboat.build"),
        ("testing/oci.py", "from bareboat.net import client", "testing imports bareboat.net"),
        ("errors.py", "from bareboat import finding", "errors (level 0) imports bareboat.finding"),
    ],
)
def test_a_breach_is_found(tmp_path: Path, file: str, text: str, expected: str) -> None:
    assert any(expected in breach for breach in level_breaches(planted(tmp_path, file, text)))


@pytest.mark.parametrize(
    "text",
    ["from bareboat.tree import entry", "from bareboat.errors import InputError", "import zlib"],
)
def test_a_right_import_is_not(tmp_path: Path, text: str) -> None:
    assert list(level_breaches(planted(tmp_path, "tree/tar.py", text))) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import socket", "imports socket"),
        ("def f():\n    import subprocess", ":2: imports subprocess"),
        ("from urllib import request", "imports urllib.request"),
        ("open('x')", "calls open()"),
        ("from pathlib import Path", "imports pathlib.Path"),
        ("Path('x').read_text()", "calls .read_text() on a path"),
        ("import os\nos.environ['A']", "uses os.environ"),
    ],
)
def test_an_impurity_is_found(tmp_path: Path, text: str, expected: str) -> None:
    assert any(expected in breach for breach in impurities(planted(tmp_path, "oci/index.py", text)))


def test_computing_is_no_impurity(tmp_path: Path) -> None:
    text = (
        "from pathlib import PurePosixPath\nimport os.path\nfrom urllib.parse import urlsplit\nvalue.open()"
    )
    assert list(impurities(planted(tmp_path, "oci/index.py", text))) == []


def planted(folder: Path, file: str, text: str) -> sources.Module:
    path = folder / "bareboat" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return sources.module(path, folder)
