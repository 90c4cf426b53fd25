"""Seconds to plan a project of 200 locked packages with a warm cache, beside `uv export` of the same lock.

    python bench/planning.py [--packages 200] [--times 7]

The packages are made on the spot and lie on a loopback index; the base is the host's Debian archive,
fetched by the run before. What is timed is the whole process. Also timed: a shared library looked up in
the archive's Contents index, cold (indexes fetched and turned into a table) and warm, by another build.
"""

import argparse
import hashlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from bareboat.build.bases import Bases
from bareboat.build.prepare import tools_for
from bareboat.build.wanted import Wanted
from bareboat.build.wishes import wishes
from bareboat.plan.settings import Settings
from bareboat.project import read
from bareboat.target import Arch
from bareboat.testing.web import Web
from bareboat.testing.wheels import make

__all__ = ["main"]

# None of these is in a package that is called after it: a guess does not find them.
_COLD, _WARM = "libcrypto.so.3", "libgomp-plugin-nvptx.so.1"


class _Taken(NamedTuple):
    """Seconds by the clock, and of the processors."""

    wall: float
    processor: float


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--packages", type=int, default=200)
    parser.add_argument("--times", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bareboat-bench-") as name, Web() as web:
        folder = Path(name)
        environ = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environ |= {"no_proxy": "127.0.0.1", "UV_DEFAULT_INDEX": f"{web.url}/simple"}
        environ |= {"BAREBOAT_CACHE_DIR": str(folder / "cache"), "UV_NO_CONFIG": "1", "UV_FIND_LINKS": ""}
        project = _project(folder / "project", web, given.packages)
        uv = str(Path(sys.executable).with_name("uv"))
        _run([uv, "lock", "--python", sys.executable], project, environ)
        ours = [sys.executable, "-m", "bareboat", "plan", str(project), "--json", "--quiet"]
        _run(ours, project, environ)
        peer = [uv, "export", "--frozen", "--offline", "--quiet"]
        plan = _median([*ours, "--offline"], project, environ, given.times)
        export = _median(peer, project, environ, given.times)
        bare = _median([sys.executable, "-c", "pass"], project, environ, given.times)
        cold, warm = _contents(project, folder / "contents", environ)
    figures = {
        f"plan of {given.packages} packages, warm": plan,
        "uv export of the same lock": export,
        "a bare Python": bare,
        "a library in Contents, cold": cold,
        "a library in Contents, warm": warm,
    }
    sys.stdout.write(f"{'':36} {'clock':>10} {'processor':>10}\n")
    for what, taken in figures.items():
        sys.stdout.write(f"{what:36} {taken.wall:8.3f} s {taken.processor:8.3f} s\n")
    ratios = (plan.wall / export.wall, plan.processor / export.processor)
    sys.stdout.write(f"{'plan over uv export':36} {ratios[0]:8.1f}   {ratios[1]:8.1f}\n")


def _project(folder: Path, web: Web, count: int) -> Path:
    """Write a project that needs `count` packages, each with thirty modules, and lay them on the index."""
    names = [f"package-{number:03}" for number in range(count)]
    for name in names:
        module = name.replace("-", "_")
        files = {f"{module}/part{part}.py": f"value = {part}\n" * 20 for part in range(30)}
        wheel = make(module, "1.0", {f"{module}/__init__.py": "", **files})
        digest = hashlib.sha256(wheel.data).hexdigest()
        url = web.put(f"/files/{wheel.filename}", wheel.data)
        page = (
            f'<!DOCTYPE html><html><body><a href="{url}#sha256={digest}">{wheel.filename}</a></body></html>'
        )
        web.put(f"/simple/{name}/", page.encode())
        web.files[f"/simple/{name}/"].headers["Content-Type"] = "text/html"
    folder.mkdir()
    (folder / "main.py").write_text("print(1)\n")
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "many"\nversion = "1"\nrequires-python = ">=3.11"\n'
        f'dependencies = {json.dumps(names)}\n[tool.bareboat]\napp = "python -m main"\n'
    )
    return folder


def _contents(project: Path, store: Path, environ: Mapping[str, str]) -> tuple[_Taken, _Taken]:
    """Return the seconds of a look-up with nothing known, and of another with the table in the store."""
    taken = []
    for soname in (_COLD, _WARM):
        wanted = Wanted(
            project,
            {},
            environ,
            int(time.time()),
            0,
            store,
            next(arch for arch in Arch if arch.machine == platform.machine()),
            Path("/etc/apt"),
            2,
        )
        with tools_for(wanted) as tools:
            bases = Bases(wanted, Settings(), tools)
            asked = wishes(read.read(project, environ=environ), python=None, suite="trixie")
            base = next(bases.candidates(asked)).base
            taken.append(_timed(partial(bases.provider, base, soname)))
    return taken[0], taken[1]


def _median(command: Sequence[str], folder: Path, environ: Mapping[str, str], times: int) -> _Taken:
    taken = [_timed(lambda: _run(command, folder, environ)) for _ in range(times)]
    return _Taken(*(statistics.median(column) for column in zip(*taken, strict=True)))


def _timed(act: Callable[[], object]) -> "_Taken":
    begun, before = time.perf_counter(), _used()
    act()
    return _Taken(time.perf_counter() - begun, _used() - before)


def _used() -> float:
    """Return the processor seconds of this process and of those that it has waited for."""
    found = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in found)


def _run(command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> None:
    subprocess.run(command, cwd=folder, env=dict(environ), check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
