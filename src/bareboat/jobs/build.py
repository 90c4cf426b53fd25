"""A project becomes an image, and the image goes where it was asked for."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict

from bareboat import __version__
from bareboat.build import native
from bareboat.build.prepare import prepared
from bareboat.engine import find
from bareboat.engine.load import load
from bareboat.errors import IntegrityError
from bareboat.finding import Severity
from bareboat.jobs import places
from bareboat.jobs.context import Context
from bareboat.jobs.plan import wanted
from bareboat.oci.image import Encoded
from bareboat.plan.plan import Plan
from bareboat.progress import Kind
from bareboat.store.archive import archive_chunks, archive_size, write_archive
from bareboat.store.layout import write_layout

__all__ = ["Built", "MadeLayer", "Request", "build"]


class Request(Struct, frozen=True):
    """What to build and where it shall go.

    An output that ends in `.tar` is an archive, any other a layout. With neither outputs nor
    `load` the image is loaded where an engine answers, and stays in the store otherwise; with
    `stay` it stays there in any case. `engine` is the one to load into, the first that answers if None.
    """

    folder: Path
    settings: Mapping[str, Any] = field(default_factory=dict)
    locked: bool = False
    outputs: tuple[Path, ...] = ()
    load: bool = False
    engine: str | None = None
    stay: bool = False
    force: bool = False
    iidfile: Path | None = None
    metadata_file: Path | None = None


class MadeLayer(Struct, frozen=True):
    """One layer: bytes as sent (`size`) and as a tar (`uncompressed`); `origin` names what is in it."""

    name: str
    digest: str
    diff_id: str
    size: int
    uncompressed: int
    origin: str


class Built(Struct, frozen=True):
    """A built image. `took` is seconds; `written` says in words where it went."""

    plan: Plan
    encoded: Encoded
    layers: tuple[MadeLayer, ...]
    written: tuple[str, ...]
    took: float

    @property
    def reference(self) -> str:
        """The image's name with its tag."""
        return self.plan.reference

    @property
    def digest(self) -> str:
        """The digest of the manifest."""
        return str(self.encoded.manifest.digest)

    @property
    def identity(self) -> str:
        """The image ID: the digest of the config."""
        return str(self.encoded.config.digest)

    def document(self) -> dict[str, Any]:
        """Return what was made as JSON values; the keys with dots are BuildKit's."""
        return {
            "bareboat.version": __version__,
            "image.name": self.reference,
            "containerimage.digest": self.digest,
            "containerimage.config.digest": self.identity,
            "size": sum(layer.size for layer in self.layers),
            "uncompressed": sum(layer.uncompressed for layer in self.layers),
            "seconds": round(self.took, 3),
            "layers": [asdict(layer) for layer in self.layers],
            "written": list(self.written),
            "findings": [asdict(finding) for finding in self.plan.findings],
        }


def build(request: Request, context: Context) -> Built:
    """Build the image and write it everywhere the request says.

    Outputs and engine are checked before any work. Each blob of the store that turns out damaged is
    made again, once. Raises what reading, resolving, fetching and writing raise; no output is half-written.
    """
    started = time.monotonic()
    _check(request, context)
    mended: set[str] = set()
    while True:
        try:
            return _built(request, context, started)
        except IntegrityError as error:
            if str(context.store) not in error.where or error.where in mended:
                raise
            mended.add(error.where)
            context.progress.warn(f"{error}; it is made again")


def _check(request: Request, context: Context) -> None:
    places.check(request.outputs, (request.iidfile, request.metadata_file), force=request.force)
    if request.load:
        find.choose(context.environ, request.engine or "")


def _built(request: Request, context: Context, started: float) -> Built:
    with prepared(wanted(request.folder, request.settings, context, locked=request.locked)) as (found, tools):
        encoded = native.image(found.plan, found.ready, tools).encode()
        written = _write(request, context, found.plan, encoded)
    pairs = zip(found.plan.layers, encoded.layers, strict=True)
    layers = tuple(
        MadeLayer(
            planned.name,
            str(layer.blob.digest),
            str(layer.diff_id),
            layer.blob.size,
            layer.uncompressed,
            ", ".join(one.name for one in planned.artifacts[:3])
            + (f" and {len(planned.artifacts) - 3} more" if len(planned.artifacts) > 3 else ""),
        )
        for planned, layer in pairs
    )
    built = Built(found.plan, encoded, layers, written, time.monotonic() - started)
    places.write(request.iidfile, built.identity)
    places.write(request.metadata_file, json.dumps(built.document(), indent=2) + "\n")
    for finding in built.plan.findings:
        if finding.severity is not Severity.INFO:
            context.progress.warn(f"{finding.where}: {finding.message}")
    return built


def _write(request: Request, context: Context, plan: Plan, encoded: Encoded) -> tuple[str, ...]:
    said = []
    for output in request.outputs:
        with context.progress.begin(Kind.WRITE, output.name):
            if output.suffix == ".tar":
                write_archive(encoded, output, reference=plan.reference, force=request.force)
            else:
                write_layout(
                    encoded,
                    output,
                    reference=plan.reference,
                    force=request.force,
                    workers=context.workers,
                )
        said.append(f"written to {output}")
    engines = () if request.load or request.outputs or request.stay else find.find(context.environ)
    if request.load or engines:
        engine = find.choose(context.environ, request.engine or "") if request.load else engines[0]
        total = archive_size(encoded, reference=plan.reference)
        with context.progress.begin(Kind.WRITE, f"to {engine.kind}", total=total) as task:
            loaded = load(engine, _counted(archive_chunks(encoded, reference=plan.reference), task.advance))
        said.append(f"loaded into {engine.kind} as {loaded.reference or plan.reference}")
    elif not request.outputs and not request.stay:
        said.append("no engine answers here: the image is in the cache; write it with -o FILE.tar or -o DIR")
    return tuple(said)


def _counted(chunks: Iterable[bytes], advance: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        advance(len(chunk))
        yield chunk
