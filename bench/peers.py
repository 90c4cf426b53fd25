"""The tools that are compared: each builds a folder, forgets what it knows, and says what it made."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import layers
from measure import Cost, cost

__all__ = ["Bareboat", "BuildKit", "Engine", "Peer"]

# What the host sets of these reaches the RUN steps as build arguments.
INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "PIP_INDEX_URL", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")


@dataclass(frozen=True, slots=True)
class Engine:
    """A private Docker daemon with the classic store."""

    program: str
    socket: str
    pid: int

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, "DOCKER_HOST": f"unix://{self.socket}", "DOCKER_BUILDKIT": "1"}

    def run(self, *arguments: str) -> str:
        """Return what a docker command prints."""
        done = subprocess.run(
            [self.program, *arguments], check=True, env=self.env, capture_output=True, text=True
        )
        return done.stdout.strip()

    def weigh(self, reference: str, known: layers.Image | None = None) -> layers.Image:
        """Return the layers of an image."""
        with subprocess.Popen(
            [self.program, "save", reference], env=self.env, stdout=subprocess.PIPE
        ) as process:
            if process.stdout is None:
                raise RuntimeError("no pipe")
            image = layers.of_archive(process.stdout, known)
            while process.stdout.read(1 << 20):
                pass
        return image


class Peer(Protocol):
    """One row of the comparison."""

    name: str
    reference: str

    def forget(self) -> None:
        """Make the next build a cold one."""

    def build(self, folder: Path) -> Cost:
        """Build a folder."""

    def image(self, known: layers.Image | None = None) -> layers.Image:
        """Return the layers of what was built last."""

    def load(self) -> str:
        """Return a reference that the engine can run."""


class BuildKit:
    """`docker build` from a Dockerfile; the image ends in Docker's store."""

    def __init__(  # noqa: PLR0913 - a recipe has this many parts
        self, name: str, engine: Engine, dockerfile: Path, uv: Path, ca: Path, *, bytecode: bool = True
    ) -> None:
        self.name = name
        self.reference = f"bench-{dockerfile.stem}{'' if bytecode else '-nobytecode'}:1"
        self._engine = engine
        self._command = [
            *(engine.program, "build", "--quiet", "--network=host", "--file", str(dockerfile)),
            *("--build-context", f"uv={uv}", "--secret", f"id=ca,src={ca}"),
            *("--build-arg", f"BYTECODE={int(bytecode)}"),
            *(word for name in INDEX_VARIABLES if os.environ.get(name) for word in ("--build-arg", name)),
            *("--tag", self.reference, "."),
        ]

    def forget(self) -> None:
        subprocess.run(
            [self._engine.program, "image", "rm", "--force", self.reference],
            check=False,
            capture_output=True,
            env=self._engine.env,
        )
        self._engine.run("builder", "prune", "--all", "--force")

    def build(self, folder: Path) -> Cost:
        docker = folder.with_name(f"{folder.name}-docker")
        return cost(self._command, cwd=docker, env=self._engine.env, daemon=self._engine.pid)

    def image(self, known: layers.Image | None = None) -> layers.Image:
        return self._engine.weigh(self.reference, known)

    def load(self) -> str:
        return self.reference


class Bareboat:
    """`bareboat build`, to a layout or into Docker."""

    def __init__(self, name: str, engine: Engine, program: Path, work: Path, *, into_docker: bool) -> None:
        self.name = name
        self.reference = f"bench-bareboat-{'load' if into_docker else 'layout'}:1"
        self.output = work / "layout"
        self.cache = work / f"cache-{'load' if into_docker else 'layout'}"
        self._engine = engine
        self._program = program
        self._into_docker = into_docker

    @property
    def env(self) -> dict[str, str]:
        """The environment: uv's own cache is forgotten with ours, the program's bytecode is used."""
        found = {**self._engine.env, "UV_CACHE_DIR": str(self.cache / "uv"), "CI": "true"}
        found.pop("PYTHONDONTWRITEBYTECODE", None)
        return found

    def forget(self) -> None:
        shutil.rmtree(self.cache, ignore_errors=True)
        subprocess.run(
            [self._engine.program, "image", "rm", "--force", self.reference],
            check=False,
            capture_output=True,
            env=self._engine.env,
        )

    def build(self, folder: Path) -> Cost:
        target = ["--load", "--engine", "docker"] if self._into_docker else ["-o", str(self.output)]
        if not self._into_docker:
            shutil.rmtree(self.output, ignore_errors=True)
        command = [str(self._program), "build", str(folder), *target, "--tag", self.reference]
        return cost(
            [*command, "--cache-dir", str(self.cache / "bareboat")],
            cwd=folder,
            env=self.env,
            daemon=self._engine.pid if self._into_docker else None,
        )

    def lock(self, folder: Path) -> None:
        """Write bareboat.lock beside the project."""
        command = [str(self._program), "lock", str(folder), "--cache-dir", str(self.cache / "bareboat")]
        subprocess.run(command, check=True, env=self.env, capture_output=True)

    def image(self, known: layers.Image | None = None) -> layers.Image:
        return (
            self._engine.weigh(self.reference, known) if self._into_docker else layers.of_layout(self.output)
        )

    def load(self) -> str:
        return self.reference
