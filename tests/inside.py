"""Runs inside an image, under its own interpreter: imports what is there and says what fails.

Each module is imported in a child of its own, so that none lives on what another imported and a
crash is told from an error. Prints one JSON object. Knows the standard library alone.
"""

import importlib
import importlib.metadata
import json
import os
import shutil
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

__all__: list[str] = []

ABSENT = ("sh", "bash", "dash", "busybox", "pip", "pip3", "apt", "apt-get", "dpkg", "perl", "gcc", "curl")
AT_ONCE = 2


def module_names(folder: Path, files: Iterable[Path]) -> Iterator[str]:
    """Yield the dotted names of those files that are modules; what only runs is none."""
    for file in files:
        if file.suffix not in {".py", ".so"} or "__pycache__" in file.parts:
            continue
        parts = [*file.relative_to(folder).parts[:-1], file.name.partition(".")[0]]
        if parts[-1] == "__init__":
            parts.pop()
        if parts and parts[-1] != "__main__" and all(part.isidentifier() for part in parts):
            yield ".".join(parts)


def standard() -> set[str]:
    """Return every module of the standard library that is here, submodules and built-in ones too."""
    folder = Path(os.__file__).parent
    dynamic = folder / "lib-dynload"
    files = [
        file
        for file in folder.rglob("*")
        if not {"lib-dynload", "dist-packages", "site-packages"} & set(file.relative_to(folder).parts)
    ]
    found = {*module_names(folder, files), *module_names(dynamic, dynamic.glob("*"))}
    return found | set(sys.builtin_module_names) - {"__main__"}


def recorded(*, all_of_them: bool) -> set[str]:
    """Return the modules in every RECORD: the top-level ones, or all."""
    found: set[str] = set()
    folder = Path(
        sys.prefix, "lib", f"python{sys.version_info.major}.{sys.version_info.minor}", "site-packages"
    )
    for held in importlib.metadata.distributions(path=[str(folder)]):
        paths = [file for file in held.files or () if file.parts[0] != ".."]
        found.update(module_names(folder, [folder / path for path in paths]))
    return found if all_of_them else {name.partition(".")[0] for name in found}


def attempt(name: str) -> str:
    """Return the last line of what importing the module raises, empty where it raises nothing."""
    try:
        importlib.import_module(name)
    except BaseException as error:  # noqa: BLE001 - a module may raise anything, SystemExit too
        return traceback.format_exception_only(error)[-1].strip() or type(error).__name__
    return ""


def start(name: str) -> tuple[int, int]:
    """Import the module in a child and return its process id and where its failure can be read."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    os.write(writer, attempt(name).encode()[:4000])
    os._exit(0)


def finish(child: int, reader: int) -> str:
    with os.fdopen(reader, "rb") as source:
        said = source.read().decode()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return said if code == 0 else f"ended with {code}"


def failures(names: Iterable[str]) -> dict[str, str]:
    """Return what importing raises for each module that cannot be imported."""
    waiting = sorted(names, reverse=True)
    running: list[tuple[str, int, int]] = []
    found = {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            name = waiting.pop()
            running.append((name, *start(name)))
        name, child, reader = running.pop(0)
        if said := finish(child, reader):
            found[name] = said
    return found


def main(what: str) -> None:
    """Print what was found; `what` is `top`, or `all` for every module of every package."""
    library, packages = standard(), recorded(all_of_them=what == "all")
    told = {
        "user": [os.getuid(), os.getgid()],
        "writable": [
            str(path) for path in (Path("/"), Path("/app"), Path("/opt/venv")) if os.access(path, os.W_OK)
        ],
        "programs": [name for name in ABSENT if shutil.which(name)],
        "standard": len(library),
        "packages": len(packages),
        "standard failures": failures(library),
        "package failures": failures(packages),
    }
    print(json.dumps(told))  # noqa: T201 - its answer


if __name__ == "__main__":
    main(sys.argv[1])
