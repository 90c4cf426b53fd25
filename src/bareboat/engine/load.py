"""An archive into an engine's image store, streamed."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from bareboat.engine.call import call, feed
from bareboat.engine.find import Engine
from bareboat.errors import BuildError

__all__ = ["Loaded", "load", "remove"]

_CHUNK = 1 << 20


class Loaded(Struct, frozen=True):
    """What the engine calls the image now.

    `identity` is the config's digest in Docker's classic store and in Podman, the manifest's
    digest in Docker's containerd store.
    """

    reference: str
    identity: str


def load(engine: Engine, archive: Path | Iterable[bytes]) -> Loaded:
    """Load an OCI archive with a manifest.json, from a file or as chunks.

    Raises BuildError with the engine's words when it refuses the archive.
    """
    chunks = _read(archive) if isinstance(archive, Path) else archive
    output = feed(engine, ["load"], chunks)
    reference = _reference(output)
    if not reference:
        raise BuildError(f"its answer names no image: {output.strip()[-200:]!r}", where=f"{engine.kind} load")
    identity = call(engine, ["image", "inspect", "--format", "{{.Id}}", reference]).strip()
    return Loaded(reference, identity if ":" in identity else f"sha256:{identity}")


def remove(engine: Engine, reference: str) -> None:
    """Remove an image from the engine's store; containers of it must be gone."""
    call(engine, ["image", "rm", "--force", reference])


def _read(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while chunk := source.read(_CHUNK):
            yield chunk


def _reference(output: str) -> str:
    # "Loaded image: app:1"; without a tag "Loaded image ID: sha256:…"; from old Podmans "image(s)".
    for line in output.splitlines():
        label, separator, name = line.partition(": ")
        if separator and label.strip().startswith("Loaded image"):
            return name.split(",")[0].strip()
    return ""
