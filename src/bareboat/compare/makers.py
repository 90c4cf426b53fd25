"""What builds one form, for the engine that the image ends in: a Dockerfile's builder, bareboat itself.

A maker can forget: after that its next build finds none of its own earlier work, and no one else's.
What the user's builds left in any cache is neither used nor touched.
"""

import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from bareboat.compare import leftovers
from bareboat.compare.salt import salted
from bareboat.dockerfile.render import render
from bareboat.dockerfile.syntax import File
from bareboat.engine import build as engine_build
from bareboat.engine.builders import Builder
from bareboat.engine.find import Engine
from bareboat.errors import BuildError

__all__ = ["Dockerfile", "Maker", "Native", "mark", "project_copy"]

_PATIENCE = 3600.0  # seconds for one build


class Maker(Protocol):
    """Builds a project into the engine's image store."""

    def forget(self) -> None:
        """Make the next build a cold one."""

    def build(self, folder: Path, reference: str) -> float:
        """Build the project in `folder` and return the seconds that it took."""

    def clean(self) -> str:
        """Remove what builds left behind, but not the images; return what stays and why, if anything."""


def mark() -> str:
    """Return a new word that nothing else bears."""
    return f"bb{secrets.token_hex(6)}"


def project_copy(source: Path, target: Path) -> Path:
    """Copy a project with its hidden files, but not its environments and caches."""
    left_out = shutil.ignore_patterns(".venv", "venv", "__pycache__", ".*_cache", "node_modules")
    return shutil.copytree(source, target, symlinks=True, ignore=left_out)


class Dockerfile(Struct):
    """A form's Dockerfile in the user's builder; `context` is the build context above the project."""

    builder: Builder
    engine: Engine
    file: File
    ignore: str
    scratch: Path
    environ: Mapping[str, str]
    depth: int = 0
    network: str = ""
    secrets: tuple[str, ...] = ()
    marks: list[str] = field(default_factory=list)

    def forget(self) -> None:
        """Take a new mark: every command and cache of the file is another one from now on."""
        self.marks.append(mark())

    def build(self, folder: Path, reference: str) -> float:
        """Build and return the seconds, the image's way into the store included."""
        if not self.marks:
            self.forget()
        text = render(salted(self.file, self.marks[-1], has_buildkit=self.builder.has_buildkit))
        dockerfile, ignore = self.scratch / "Dockerfile", self.scratch / "ignore"
        dockerfile.write_text(text, encoding="utf-8")
        ignore.write_text(self.ignore, encoding="utf-8")
        request = engine_build.BuildRequest(
            context=folder if self.depth == 0 else folder.parents[self.depth - 1],
            dockerfile=dockerfile,
            ignorefile=ignore,
            tags=(reference,),
            network=self.network,
            secrets=self.secrets,
            load=True,
        )
        begun = time.perf_counter()
        engine_build.build(self.builder, request, self._environ, _ignore)
        return time.perf_counter() - begun

    def clean(self) -> str:
        """Remove the records and caches that bear one of the marks."""
        stays = leftovers.remove(self.builder, self.engine, self.marks, self._environ)
        self.marks.clear()
        return stays

    @property
    def _environ(self) -> Mapping[str, str]:
        # Podman and buildah keep cache mounts below TMPDIR: there they go with the comparison.
        return self.environ if self.builder.has_buildkit else {**self.environ, "TMPDIR": str(self.scratch)}


class Native(Struct):
    """`bareboat build` as the user runs it, from a store and an uv cache of its own into the engine."""

    engine: Engine
    scratch: Path
    environ: Mapping[str, str]
    flags: Sequence[str] = ()
    program: Sequence[str] = (sys.executable, "-m", "bareboat")

    def forget(self) -> None:
        """Empty store and cache."""
        shutil.rmtree(self.scratch / "cache", ignore_errors=True)

    def build(self, folder: Path, reference: str) -> float:
        """Build and load; the seconds include the start of the program."""
        cache = self.scratch / "cache"
        command = [*self.program, "build", str(folder), "--load", "--engine", self.engine.kind]
        command += ["--tag", reference, "--cache-dir", str(cache / "store"), "--quiet", *self.flags]
        environ = {**self.environ, "UV_CACHE_DIR": str(cache / "uv"), "CI": "true", "NO_COLOR": "1"}
        begun = time.perf_counter()
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=environ,
            timeout=_PATIENCE,
        )
        took = time.perf_counter() - begun
        if done.returncode != 0:
            raise _said(done.stderr.decode(errors="replace"), done.returncode)
        return took

    def clean(self) -> str:
        """Remove store and cache."""
        self.forget()
        return ""


def _ignore(_: str) -> None:
    pass


def _said(words: str, code: int) -> BuildError:
    lines = words.splitlines()
    told = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    hints = [line.removeprefix("hint: ") for line in lines if line.startswith("hint: ")]
    text = told[-1] if told else f"ended with exit code {code}"
    return BuildError(text, hint=hints[-1] if hints else "")
