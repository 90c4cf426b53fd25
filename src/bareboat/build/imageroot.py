"""The image's own files laid on disk, and a command of the image run among them.

The environment lies apart from what is below it, because the one changes with the lock and the other
with Debian; both are folders of the store. The application's files are a copy that may be written to.
"""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bareboat.build.keys import key
from bareboat.build.packages import APP
from bareboat.build.ready import Ready
from bareboat.build.root import materialise
from bareboat.build.tools import Tools
from bareboat.debian import interpreter
from bareboat.facts.artifact import Role
from bareboat.sandbox import confined
from bareboat.sandbox.confined import Bind, Outcome
from bareboat.sandbox.limits import Limits
from bareboat.store.folders import folder
from bareboat.target import Target
from bareboat.tree.entry import Entry, Kind, directory
from bareboat.tree.tree import Tree

__all__ = ["VENV", "WORK", "ImageRoot", "lay"]

VENV = "opt/venv"
WORK = "work"
_KEPT = 1 << 18
_ABOVE = frozenset({Role.DEPENDENCY, Role.PROJECT})
_OWN = frozenset({Role.SOURCE, Role.STATIC})


class ImageRoot(Struct, frozen=True):
    """What lies where on this machine: `root` without environment and application, `venv`, `app`.

    `work` is a folder for what is exchanged with the command, `mounted` further folders by their
    paths in the image; these, `app` and `work` may be written to. In the sandbox all stand at their
    places in the image and at /work; else `place` translates.
    """

    root: Path
    venv: Path
    app: Path
    work: Path
    target: Target
    sandboxed: bool
    mounted: tuple[tuple[str, Path], ...] = ()

    def writable(self) -> tuple[tuple[str, Path], ...]:
        """Return the folders that the command may fill, each by its path in the image."""
        return ((APP, self.app), *self.mounted)

    def outside(self, path: str) -> Path | None:
        """Return where a path of the image lies on this machine, None for none that may be written to."""
        for inside, held in self.writable():
            if path == f"/{inside}" or path.startswith(f"/{inside}/"):
                return held / path[len(inside) + 2 :]
        return None

    def place(self, path: str) -> str:
        """Return what the command calls a path of the image."""
        if self.sandboxed:
            return path
        places = {f"/{APP}": self.app, f"/{VENV}": self.venv, f"/{WORK}": self.work}
        for inside, outside in places.items():
            if path == inside or path.startswith(f"{inside}/"):
                return f"{outside}{path.removeprefix(inside)}"
        return path

    def inside(self, path: str) -> str:
        """Return the path in the image of what the command calls `path`."""
        if self.sandboxed:
            return path
        for inside, outside in ((f"/{APP}", self.app), (f"/{VENV}", self.venv)):
            if path == str(outside) or path.startswith(f"{outside}/"):
                return f"{inside}{path.removeprefix(str(outside))}"
        return path

    def run(self, script: str, argument: str, *, env: Mapping[str, str], limits: Limits) -> Outcome:
        """Run a Python file of /work in /app, and return how it ended.

        Where the caller asked for no sandbox it runs on the host, as its user, with the image's
        interpreter: paths of `env` are translated.
        """
        if not self.sandboxed:
            return self._on_host(script, argument, env, limits)
        return confined.run(
            self.root,
            [f"/{VENV}/bin/python", "-P", "-s", script, argument],
            env={**env, "HOME": "/tmp", "TMPDIR": "/tmp"},  # noqa: S108 - the sandbox's own
            binds=[
                Bind(self.venv, f"/{VENV}"),
                Bind(self.work, f"/{WORK}", is_writable=True),
                *(Bind(held, f"/{path}", is_writable=True) for path, held in self.writable()),
            ],
            working_dir=f"/{APP}",
            limits=limits,
        )

    def _on_host(self, script: str, argument: str, env: Mapping[str, str], limits: Limits) -> Outcome:
        argv, own = interpreter.command(self.root, self.target.python, self.target.arch)
        told = {name: self.place(value) for name, value in env.items() if name != "PATH"}
        said = self.work / "said"
        with said.open("wb") as file:
            process = subprocess.Popen(
                [*argv, self.place(script), self.place(argument)],
                cwd=self.app,
                env={**told, **own, "HOME": str(self.work), "TMPDIR": str(self.work)},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        stopped = ""
        try:
            code = process.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            code, stopped = 137, f"ran for more than {limits.seconds:g} s"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        text = said.read_bytes()[-_KEPT:].decode("utf-8", "replace")
        return Outcome(code if code >= 0 else 128 - code, text, 0.0, stopped)


def lay(  # noqa: PLR0913 - each is one part of what is laid
    tools: Tools,
    ready: Sequence[Ready],
    scratch: Path,
    *,
    target: Target,
    sandboxed: bool,
    more: Sequence[str] = (),
) -> ImageRoot:
    """Lay the image's files down; what may be written to is made below `scratch`, which is not there yet.

    `more` are further such folders, as paths in the image.
    """
    below = [one for one in ready if one.artifact.role not in {*_ABOVE, *_OWN}]
    bases = [one for one in below if one.artifact.role is Role.INTERPRETER]
    above = [*bases, *(one for one in ready if one.artifact.role in _ABOVE)]
    inner = [path for path in more if path.startswith(f"{VENV}/")]
    outer = [path for path in more if path not in inner]

    def fill_root(root: Path) -> None:
        root.chmod(0o755)
        whole = Tree().merge(*(one.tree() for one in below))
        held = (entry for entry in whole if not entry.path.startswith(f"{VENV}/"))
        materialise(held, root)
        materialise(_folders([WORK, VENV, APP, *outer]), root)

    def fill_venv(root: Path) -> None:
        root.chmod(0o755)
        whole = Tree().merge(*(one.tree() for one in above))
        materialise(_moved(whole, VENV), root)
        materialise(_moved(_folders(inner), VENV), root)

    root = folder(tools.store, key("image root", *_keys(below), *outer), fill_root)
    venv = folder(tools.store, key("image environment", *_keys(above), *inner), fill_venv)
    scratch.mkdir()
    app, work = scratch / APP, scratch / WORK
    mounted = tuple((path, scratch / f"mount{number}") for number, path in enumerate(more))
    for made in (app, work, *(held for _, held in mounted)):
        made.mkdir()
    own = Tree().merge(*(one.tree() for one in ready if one.artifact.role in _OWN))
    materialise(_moved(own, APP), app)
    return ImageRoot(root, venv, app, work, target, sandboxed, mounted)


def _keys(ready: Sequence[Ready]) -> list[str]:
    return [one.artifact.key for one in ready]


def _folders(paths: Sequence[str]) -> Tree:
    return Tree.of(directory(path) for path in paths).with_parents()


def _moved(tree: Tree, prefix: str) -> Iterator[Entry]:
    """Yield what lies below `prefix` as it lies in the folder that stands there."""
    start = f"{prefix}/"
    for entry in tree:
        if entry.path.startswith(start):
            link = entry.link.removeprefix(start) if entry.kind is Kind.HARDLINK else entry.link
            yield replace(entry, path=entry.path.removeprefix(start), link=link)
