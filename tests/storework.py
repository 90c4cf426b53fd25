"""Work on a store in processes of its own, so that it can be killed, raced and starved.

Run as a program without threads, for it forks: `storework.py kills|race|full FOLDER` prints JSON.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.structs import replace

import images
from bareboat.errors import BareboatError
from bareboat.oci import decode
from bareboat.oci.blob import Blob
from bareboat.oci.digest import Digest
from bareboat.oci.image import Image
from bareboat.oci.validate import validate_blobs
from bareboat.store import archive, layers, layout, maintain, points, trees
from bareboat.store.cas import Store
from bareboat.store.folders import folder
from bareboat.store.stored import StoredBlob
from bareboat.tree.compress import Compression


def report(what: str, folder: Path, *before: str) -> object:
    """Run this file as a program, behind the command `before`, and return what it reports."""
    here = Path(__file__).resolve()
    paths = os.pathsep.join(map(str, (here.parent, here.parents[1] / "src")))
    done = subprocess.run(
        [*before, sys.executable, "-W", "error", here, what, folder],
        env={**os.environ, "PYTHONPATH": paths},
        check=True,
        capture_output=True,
        text=True,
        timeout=200,
    )
    return json.loads(done.stdout)


def build(base: Path, number: int) -> str:
    """Do what a build does, with a cache: trees, layers, an image, both outputs; return its digest."""
    with Store(base / "cache") as store:
        made = []
        for part in (number, number + 1):
            key = f"part {part}"
            layer = layers.find_layer(store, key)
            if layer is None:
                found = trees.find_tree(store, "tree", key)
                kept = found[0] if found else trees.put_tree(store, "tree", key, images.tree(part))
                layer = layers.put_layer(store, key, kept, compression=Compression.GZIP, comment=key)
            made.append(layer)
        with store.scratch() as scratch:
            (scratch / "work").write_bytes(b"x" * 1000)
        if min(folder(store, f"tools {number}", fill).iterdir()).read_bytes() != b"tool":
            raise AssertionError("half a folder was taken for good")
        store.drop(store.put([b"not needed"]).digest)
        encoded = replace(images.image(0), layers=tuple(made)).encode()
        archive.write_archive(encoded, base / "out.tar", reference="app:1")
        layout.write_layout(encoded, base / "out", reference="app:1")
        maintain.prune(store, keep_bytes=0)  # leaves what this and every running build uses
    return str(encoded.descriptor.digest)


def fill(root: Path) -> None:
    """Fill a folder of the store."""
    for name in ("a", "b"):
        (root / name).write_bytes(b"tool")


def faults(base: Path) -> Iterator[str]:
    """Yield what a death left that a later run could take for good."""
    for path in (base / "cache" / "blobs").rglob("*"):
        if path.is_file() and Digest.of(path.read_bytes()).hex != path.name:
            yield f"damaged blob {path.name}"
    if (base / "out").exists():
        yield from layout_faults(base / "out")


def layout_faults(folder: Path) -> Iterator[str]:
    """Yield what is wrong with a layout."""
    if not {"index.json", "oci-layout", "blobs"} <= {path.name for path in folder.iterdir()}:
        yield "layout is half written"
        return
    (descriptor,) = decode.index((folder / "index.json").read_bytes()).manifests

    def find(digest: Digest) -> Blob | None:
        path = folder / "blobs" / "sha256" / digest.hex
        return StoredBlob(digest, path.stat().st_size, path) if path.exists() else None

    yield from (str(finding) for finding in validate_blobs(descriptor, find))


def leftovers(base: Path) -> list[str]:
    """Return what should have been cleaned up."""
    found = [path for path in base.rglob("*") if path.name.endswith(".bareboat-partial")]
    found += list((base / "cache" / "sessions").glob("*"))
    wanted = len(list((base / "out" / "blobs" / "sha256").iterdir()))
    return [str(path) for path in found] + ([] if wanted == 4 else [f"{wanted} blobs in the layout"])


def in_child(work: Callable[[], object]) -> int:
    """Run `work` in a child and return its wait status."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BareboatError as error:
            sys.stderr.write(f"{error}\n")
            os._exit(3)
        os._exit(0)
    return os.waitpid(child, 0)[1]


def prepared(base: Path, *, renew: bool) -> Path:
    """Return an empty folder, or one that holds an earlier image."""
    base.mkdir()
    if renew:
        in_child(lambda: build(base, 5))
    return base


def kills(folder: Path) -> object:
    """Kill a build at every write point in turn; report each death and the run after it."""
    expected = build(prepared(folder / "right", renew=False), 1)
    whole = (folder / "right" / "out.tar").read_bytes()
    reports = []
    for renew in (False, True):
        names: list[str] = []
        points.watch(names.append)
        build(prepared(folder / f"names{renew}", renew=renew), 1)
        points.disarm()
        for number, name in enumerate(names, 1):
            base = prepared(folder / f"{number}{renew}", renew=renew)

            def killed(base: Path = base, number: int = number) -> None:
                points.arm(str(number))
                build(base, 1)

            status = in_child(killed)
            found = list(faults(base))
            again = build(base, 1)
            reports.append(
                {
                    "point": name,
                    "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
                    "faults": found + list(faults(base)),
                    "same": again == expected and (base / "out.tar").read_bytes() == whole,
                    "left": leftovers(base),
                }
            )
    return reports


def race(folder: Path) -> object:
    """Build three images in eight processes on one cache that holds an older one, outputs apart."""
    (folder / "cache").mkdir()
    right = [build(prepared(folder / f"right{number}", renew=False), number) for number in (1, 2, 3)]
    bases = []
    for number in range(9):
        base = folder / str(number)
        base.mkdir()
        (base / "cache").symlink_to(folder / "cache")
        bases.append(base)
    in_child(lambda: build(bases[8], 7))
    children = []
    for number, base in enumerate(bases[:8]):
        child = os.fork()
        if child == 0:
            (base / "digest").write_text(build(base, 1 + number % 3))
            os._exit(0)
        children.append(child)
    statuses = [os.waitpid(child, 0)[1] for child in children]
    found = [(base / "digest").read_text() for base in bases[:8]]
    store = Store(folder / "cache")
    return {
        "statuses": statuses,
        "wrong": [digest for number, digest in enumerate(found) if digest != right[number % 3]],
        "damaged": maintain.verify(store).damaged,
        "faults": [fault for base in bases[:8] for fault in faults(base)],
    }


def full(folder: Path) -> object:
    """Fill the disk (or the limit on a file's size) by each kind of write; report the errors."""
    big = [os.urandom(1 << 20)] * 8
    if resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = Store(folder / "cache")
    layer = images.layer(images.tree(size=1 << 20))
    huge = replace(layer, blob=Large(Digest.of(iter(big)), big))
    encoded = Image(images.AMD64, images.CONFIG, (huge,)).encode()
    attempts: dict[str, Callable[[], object]] = {
        "put": lambda: store.put(big),
        "remember": lambda: store.remember("k", "k", b"".join(big)),
        "layout": lambda: layout.write_layout(encoded, folder / "out", reference=None),
        "archive": lambda: archive.write_archive(encoded, folder / "out.tar", reference=None),
    }
    found = {}
    for name, attempt in attempts.items():
        try:
            attempt()
        except BareboatError as error:
            found[name] = [type(error).__name__, str(error), error.hint]
    left = [path.name for path in folder.rglob("*") if path.is_file() and path.name not in {"lock", "gate"}]
    small = store.put([b"there is room for this"]).digest == Digest.of(b"there is room for this")
    return {"errors": found, "left": left, "small": small}


class Large:
    """A blob of a few equal pieces."""

    def __init__(self, digest: Digest, pieces: list[bytes]) -> None:
        self.digest = digest
        self.pieces = pieces
        self.size = sum(map(len, pieces))

    def chunks(self) -> Iterator[bytes]:
        return iter(self.pieces)


if __name__ == "__main__":
    print(json.dumps({"kills": kills, "race": race, "full": full}[sys.argv[1]](Path(sys.argv[2]))))  # noqa: T201
