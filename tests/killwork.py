"""Builds that are killed at write points of the store, in children of a process without threads.

Run as a program: `killwork.py points|stairs FOLDER TEMPLATE PROJECT` prints JSON. The children run the
real command line; only the moment of their death is set, by the hook of store/points.py. The cache of
each is a copy of the folder TEMPLATE, which may be empty.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bareboat.cli.main import main
from bareboat.store import maintain, points
from bareboat.store.cas import Store

__all__ = ["report"]

_SEED = 20
_STEP = 40
_MOST = 100


def report(what: str, folder: Path, template: Path, project: Path, environ: Mapping[str, str]) -> object:
    """Run this file as a program and return what it reports."""
    here = Path(__file__).resolve()
    paths = os.pathsep.join(map(str, (here.parent, here.parents[1] / "src")))
    done = subprocess.run(
        [sys.executable, "-W", "error", here, what, folder, template, project],
        env={**environ, "PYTHONPATH": paths},
        check=False,
        capture_output=True,
        text=True,
        timeout=280,
    )
    if done.returncode:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


class Ground:
    """A cache and a folder for outputs, to be built on more than once."""

    def __init__(self, folder: Path, template: Path, project: Path) -> None:
        self.folder = folder
        self.project = project
        self.out.mkdir(parents=True)
        shutil.copytree(template, self.cache, copy_function=os.link)
        (self.cache / "gate").unlink(missing_ok=True)

    @property
    def cache(self) -> Path:
        """The cache folder."""
        return self.folder / "cache"

    @property
    def out(self) -> Path:
        """Where the output goes."""
        return self.folder / "out"

    def build(self, before: Callable[[], object] = lambda: None) -> int:
        """Build in a child, after `before` there; return its wait status."""
        return in_child(lambda: (before(), self._build())[1], self.folder / "words")

    def _build(self) -> int:
        output = str(self.out / "app.tar")
        return main(["build", str(self.project), "-o", output, "--cache-dir", str(self.cache), "-q"])

    def killed(self, where: str) -> int:
        """Build and die at a moment; return the wait status."""
        return self.build(lambda: points.arm(where))

    def sha256(self) -> str:
        """Return the sha256 of the output."""
        return hashlib.sha256((self.out / "app.tar").read_bytes()).hexdigest()

    def names(self) -> list[str]:
        """Build, and return the names of all moments that were passed."""
        listed = self.folder / "moments"
        with listed.open("w") as file:
            self.build(lambda: points.watch(lambda name: print(name, file=file, flush=True)))
        return listed.read_text().split()

    def faults(self) -> Iterator[str]:
        """Yield what is wrong after a good build: damage, leftovers."""
        status = in_child(self._verify, self.folder / "words")
        if status:
            yield f"verify ends with {status}"
        yield from (path.name for path in self.out.iterdir() if path.name != "app.tar")
        yield from (f"session {path.name}" for path in (self.cache / "sessions").iterdir())

    def _verify(self) -> int:
        with Store(self.cache) as store:
            damaged = len(maintain.verify(store).damaged)
            maintain.prune(store, keep_bytes=1 << 50)  # takes away what the dead left, and nothing else
        return damaged


def in_child(work: Callable[[], int], words: Path) -> int:
    """Run `work` in a child, which exits with what it returns; return its wait status."""
    child = os.fork()
    if child == 0:
        log = os.open(words, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream in (1, 2):
            os.dup2(log, stream)
        os._exit(work())
    return os.waitpid(child, 0)[1]


def is_killed(status: int) -> bool:
    """Tell whether a child died by SIGKILL."""
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def every_point(folder: Path, template: Path, project: Path) -> object:
    """Kill a build at every moment in turn; report each death and the build after it."""
    right = Ground(folder / "right", template, project)
    names = right.names()
    expected = right.sha256()
    reports = []
    for number, name in enumerate(names, 1):
        ground = Ground(folder / str(number), template, project)
        killed = is_killed(ground.killed(str(number)))
        early = sorted(path.name for path in ground.out.iterdir() if not path.name.startswith("."))
        whole = early == [] or ground.sha256() == expected
        status = ground.build()
        wrong = [] if whole else ["half an output"]
        wrong += [] if killed else ["not killed"]
        wrong += (
            [] if status == 0 and ground.sha256() == expected else [(ground.folder / "words").read_text()]
        )
        wrong += ground.faults()
        reports.append({"point": name, "number": number, "wrong": wrong})
        shutil.rmtree(ground.folder)
    return {"sha256": expected, "reports": reports}


def stairs(folder: Path, template: Path, project: Path) -> object:
    """Kill one build again and again on one cache, each a little further on, until it lives."""
    ground = Ground(folder / "stairs", template, project)
    moments = random.Random(_SEED)  # noqa: S311 - not for secrets
    deaths = 0
    status = 1
    while status and deaths < _MOST:
        status = ground.killed(str(moments.randint(1, _STEP * (deaths + 1))))
        deaths += is_killed(status)
        if status and not is_killed(status):
            raise AssertionError((ground.folder / "words").read_text())
    return {"sha256": ground.sha256(), "deaths": deaths, "wrong": list(ground.faults())}


if __name__ == "__main__":
    work = {"points": every_point, "stairs": stairs}[sys.argv[1]]
    print(json.dumps(work(*map(Path, sys.argv[2:5]))))  # noqa: T201
