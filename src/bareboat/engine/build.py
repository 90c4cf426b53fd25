"""A Dockerfile built by an engine: the command, its progress as lines, its failure as a line of the file.

Nothing is written into the context: the Dockerfile lies elsewhere, and so does its ignore file. The
engine's process never outlives this call.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NoReturn

from msgspec import Struct, field
from msgspec.structs import replace

from bareboat.engine import commands
from bareboat.engine.builders import Builder
from bareboat.engine.commands import BuildRequest
from bareboat.engine.failure import Failed, explain
from bareboat.engine.numbering import Numbering, Step
from bareboat.engine.rawjson import BuildKitLines
from bareboat.engine.steplines import StepLines
from bareboat.engine.stream import attended, stream
from bareboat.errors import InputError

__all__ = ["BuildRequest", "BuiltImage", "Step", "build"]

Say = Callable[[str], None]


class BuiltImage(Struct, frozen=True):
    """What the engine made.

    `image_id` is what the engine calls it: the digest of the config, of the manifest where Docker
    keeps images in containerd or the builder wrote an output. `digest` is the manifest's where the
    engine says it. `reference` is the first tag, else the ID. `steps` is empty where the engine
    drew its own progress on a terminal. `metadata` is BuildKit's.
    """

    image_id: str
    reference: str
    seconds: float
    steps: tuple[Step, ...] = ()
    digest: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)


def build(
    builder: Builder,
    request: BuildRequest,
    environ: Mapping[str, str],
    say: Say,
    *,
    terminal: IO[bytes] | None = None,
) -> BuiltImage:
    """Build a Dockerfile and return the image; `say` gets every line of progress.

    With `terminal` the engine's own progress goes there instead. Raises BuildError that names the
    line of the Dockerfile; the last lines of the step that failed are its notes. An exception, an
    interrupt too, ends the engine's process.
    """
    numbering = Numbering.of(_read(request.dockerfile))
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bareboat-build-") as name:
        run = _Run(builder, request, environ, _nothing if terminal else say, terminal, Path(name))
        with _whole(request.outputs):
            image = run.buildkit(numbering) if builder.has_buildkit else run.steplines(numbering)
    return replace(image, seconds=round(time.monotonic() - started, 3))


class _Run(Struct, frozen=True):
    """One build; `scratch` is a folder for what the engine writes beside the image."""

    builder: Builder
    request: BuildRequest
    environ: Mapping[str, str]
    say: Say
    terminal: IO[bytes] | None
    scratch: Path

    def buildkit(self, numbering: Numbering) -> BuiltImage:
        iidfile, metadata = self.scratch / "iid", self.scratch / "metadata.json"
        lines = BuildKitLines(numbering, self.say)
        request = self._beside()
        progress = "rawjson" if self.terminal is None else "tty"
        command = commands.buildx(self.builder, request, iidfile, metadata, progress=progress)
        if self._call(command, lines.take) != 0:
            self._refuse(lines.failed(request.dockerfile.name))
        facts = _facts(metadata)
        digest = str(facts.get("containerimage.digest", ""))
        identity = _text(iidfile) or digest
        if digest == facts.get("containerimage.config.digest"):  # the classic store keeps no manifest
            digest = ""
        return BuiltImage(
            identity,
            self._reference(identity),
            0.0,
            lines.steps(),
            digest,
            facts,
        )

    def steplines(self, numbering: Numbering) -> BuiltImage:
        iidfile = self.scratch / "iid"
        lines = StepLines(numbering, self.say, time.monotonic)
        if self._call(commands.bud(self.builder, self.request, iidfile), lines.take) != 0:
            self._refuse(lines.failed())
        identity = _text(iidfile)
        reference = self._reference(identity)
        for output in self.request.outputs:
            tag = self.request.tags[0] if self.request.tags else ""
            self._also(commands.save(self.builder, identity, output, tag), "save")
        told = self._also(commands.digest(self.builder, identity), "inspect")
        digest = next((line for line in reversed(told) if line.startswith("sha256:")), "")
        return BuiltImage(identity, reference, 0.0, lines.steps(), digest)

    def _call(self, command: list[str], take: Say) -> int:
        if self.terminal is None:
            return stream(command, self.environ, take)
        return attended(command, self.environ, self.terminal, take)

    def _also(self, command: list[str], verb: str) -> list[str]:
        """Return the lines of a command that follows the build."""
        said: list[str] = []
        if stream(command, self.environ, said.append) != 0:
            words = [line for line in said if line.strip()]
            self._refuse(Failed(0, "", tuple(words[:-1]), words[-1] if words else f"{verb} failed"))
        return said

    def _refuse(self, failed: Failed) -> NoReturn:
        raise explain(self.builder, failed, shown=self.request.shown)

    def _reference(self, identity: str) -> str:
        return self.request.tags[0] if self.request.tags else identity

    def _beside(self) -> BuildRequest:
        """Return the request with its ignore file where BuildKit looks: beside the Dockerfile."""
        wanted = self.request.ignorefile
        there = self.request.dockerfile.with_name(f"{self.request.dockerfile.name}.dockerignore")
        if wanted is None or wanted == there:
            return self.request
        file = self.scratch / "dockerfile" / self.request.dockerfile.name
        file.parent.mkdir()
        shutil.copyfile(self.request.dockerfile, file)
        shutil.copyfile(wanted, file.with_name(there.name))
        return replace(self.request, dockerfile=file)


def _nothing(_: str) -> None:
    """Say nothing: the engine speaks for itself."""


@contextmanager
def _whole(outputs: tuple[Path, ...]) -> Iterator[None]:
    """Remove what an engine that failed or was ended has left of its outputs."""
    try:
        yield
    except BaseException:
        for output in outputs:
            if output.is_dir():
                shutil.rmtree(output, ignore_errors=True)
            else:
                output.unlink(missing_ok=True)
        raise
    for output in outputs:
        with suppress(OSError):  # BuildKit leaves the empty folder that it wrote from
            (output / "ingest").rmdir()


def _read(dockerfile: Path) -> bytes:
    try:
        return dockerfile.read_bytes()
    except OSError as error:
        raise InputError(
            f"cannot be read: {(error.strerror or str(error)).lower()}", where=str(dockerfile)
        ) from error


def _text(file: Path) -> str:
    return file.read_text(encoding="ascii").strip() if file.is_file() else ""


def _facts(file: Path) -> dict[str, Any]:
    try:
        facts = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
