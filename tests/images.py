"""Images for tests: sound ones by the front door, and drafts in which one thing can be spoilt."""

import copy
import gzip
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bareboat.finding import Finding
from bareboat.oci import media
from bareboat.oci.blob import Blob, BytesBlob
from bareboat.oci.config import Config, Healthcheck
from bareboat.oci.descriptor import Descriptor
from bareboat.oci.digest import Digest
from bareboat.oci.image import Image
from bareboat.oci.layer import Layer
from bareboat.oci.platform import Platform
from bareboat.oci.validate import validate_blobs
from bareboat.tree import compress, tar
from bareboat.tree.compress import Compression
from bareboat.tree.entry import directory, file, hardlink, symlink
from bareboat.tree.tree import Tree

__all__ = ["AMD64", "CONFIG", "Draft", "Misnamed", "image", "layer", "member", "tar_of", "tree"]

AMD64 = Platform("linux", "amd64")
CONFIG = Config(
    user="65532:65532",
    env=(("PATH", "/opt/venv/bin:/usr/bin"), ("PYTHONUNBUFFERED", "1")),
    entrypoint=("/opt/venv/bin/python",),
    cmd=("-m", "app"),
    working_dir="/app",
    exposed_ports=("8000/tcp",),
    labels=(("org.opencontainers.image.version", "1"),),
    stop_signal="SIGTERM",
    healthcheck=Healthcheck(("CMD", "/opt/venv/bin/python", "-c", "0"), 5_000_000_000, retries=3),
    volumes=("/var/lib/app",),
)


def tree(number: int = 0, *, size: int = 3000) -> Tree:
    """Return a small tree with every kind of entry, another one for each number."""
    return Tree.of(
        [
            directory("opt"),
            directory(f"opt/p{number}", mode=0o1777),
            file(f"opt/p{number}/a.py", (b"x = %d\n" % number) * (size // 7)),
            file(f"opt/p{number}/" + "long" * 40, b"\0" * 700, mode=0o755),
            file(f"opt/p{number}/ünïcode", b""),
            hardlink(f"opt/p{number}/b.py", f"opt/p{number}/a.py"),
            symlink(f"opt/link{number}", f"p{number}/a.py"),
        ]
    )


def layer(content: Tree, *, how: Compression = Compression.GZIP, comment: str = "") -> Layer:
    """Return a layer that is held in memory."""
    plain = b"".join(tar.write(content, epoch=0))
    packed = BytesBlob(b"".join(compress.compress([plain], how)))
    media_type = {Compression.GZIP: media.LAYER_GZIP, Compression.ZSTD: media.LAYER_ZSTD}[how]
    return Layer(packed, media_type, Digest.of(plain), len(plain), comment)


def image(count: int = 2, *, how: Compression = Compression.GZIP) -> Image:
    """Return a sound image of that many layers."""
    layers = (layer(tree(number), how=how, comment=f"part {number}") for number in range(count))
    return Image(AMD64, CONFIG, tuple(layers), 86400, (("org.opencontainers.image.revision", "abc"),))


def member(name: str, data: bytes = b"", **fields: Any) -> tuple[tarfile.TarInfo, bytes]:
    """Return a tar member with any name and any field, sound or not."""
    info = tarfile.TarInfo(name)
    info.mode = 0o644
    info.size = len(data)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, data


def tar_of(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar made by the standard library."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=form) as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data))
    return held.getvalue()


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A blob whose name is a lie."""

    digest: Digest
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        yield self.data


@dataclass
class Draft:
    """A sound image as JSON objects and tars; change one, then let `findings` speak."""

    tars: list[bytes] = field(default_factory=lambda: [tar_of(member("a", b"1")), tar_of(member("b", b"2"))])
    config: Callable[[dict[str, Any]], object] = lambda _: None
    manifest: Callable[[dict[str, Any]], object] = lambda _: None
    blobs: Callable[[dict[Digest, Blob]], object] = lambda _: None
    config_bytes: Callable[[bytes], bytes] = bytes
    platform: Platform | None = AMD64
    pack: Callable[[bytes], bytes] = _gzip

    def build(self) -> tuple[Descriptor, dict[Digest, Blob]]:
        """Return what names the manifest, and all blobs."""
        packed = [BytesBlob(self.pack(data)) for data in self.tars]
        written = {
            "architecture": "amd64",
            "os": "linux",
            "created": "1970-01-01T00:00:00Z",
            "config": copy.deepcopy(CONFIG.document()),
            "rootfs": {"type": "layers", "diff_ids": [str(Digest.of(data)) for data in self.tars]},
            "history": [{"created_by": "test"} for _ in self.tars],
        }
        self.config(written)
        config = BytesBlob(self.config_bytes(json.dumps(written).encode()))
        listed = {
            "schemaVersion": 2,
            "mediaType": media.MANIFEST,
            "config": Descriptor(media.CONFIG, config.digest, config.size).document(),
            "layers": [Descriptor(media.LAYER_GZIP, blob.digest, blob.size).document() for blob in packed],
        }
        self.manifest(listed)
        manifest = BytesBlob(json.dumps(listed).encode())
        held: dict[Digest, Blob] = {blob.digest: blob for blob in (*packed, config, manifest)}
        self.blobs(held)
        return Descriptor(media.MANIFEST, manifest.digest, manifest.size, platform=self.platform), held

    def findings(self) -> tuple[Finding, ...]:
        """Return what the oracle says of the draft."""
        descriptor, held = self.build()
        return validate_blobs(descriptor, held.get)
