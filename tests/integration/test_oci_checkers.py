"""Tools that nobody here wrote take our layouts and archives, and see the same tree."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import images
from bareboat.engine.call import call
from bareboat.engine.find import Engine
from bareboat.engine.load import load, remove
from bareboat.oci.image import Encoded, Image
from bareboat.oci.validate import validate
from bareboat.store.archive import write_archive
from bareboat.store.cas import Store
from bareboat.store.layers import put_layer
from bareboat.store.layout import write_layout
from bareboat.tree.compress import Compression
from bareboat.tree.entry import Entry, Kind, directory, file
from bareboat.tree.tree import Tree

pytestmark = pytest.mark.engine

Tool = Callable[[str], str]
NAME = "bareboat-checkers:1.2"

Held = tuple[int, bytes | str | None]
TREES = [
    images.tree(0, size=2 << 20),
    images.tree(1),
    Tree.of([directory("opt"), file("opt/p0/a.py", b"from above\n"), file("app/é", b"x")]),
    Tree.of([directory("tmp", mode=0o1777), directory("home/nonroot", mode=0o700, uid=65532, gid=65532)]),
]


@dataclass(frozen=True)
class Made:
    encoded: Encoded
    archive: Path
    layout: Path
    how: Compression


@pytest.fixture(scope="module", params=list(Compression))
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """An image of several layers, one of them twice, one over another, in both forms."""
    folder = tmp_path_factory.mktemp("made")
    with Store(folder / "cache") as store:
        layers = [
            put_layer(
                store, str(number), tree, compression=request.param, workers=2, comment=f"layer {number}"
            )
            for number, tree in enumerate(TREES)
        ]
        encoded = Image(images.AMD64, images.CONFIG, (*layers, layers[3])).encode()
        assert validate(encoded) == ()
        write_archive(encoded, folder / "out.tar", reference=NAME)
        write_layout(encoded, folder / "out", reference=NAME)
        yield Made(encoded, folder / "out.tar", folder / "out", request.param)


def run(*arguments: str | Path) -> str:
    done = subprocess.run(arguments, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_crane_validates_the_archive(made: Made, tool: Tool) -> None:
    if made.how is Compression.ZSTD:
        pytest.skip("crane validate unpacks every layer as gzip")
    assert "PASS" in run(tool("crane"), "validate", "--tarball", made.archive)


def test_skopeo_copies_the_layout_byte_for_byte(made: Made, tool: Tool, tmp_path: Path) -> None:
    run(tool("skopeo"), "copy", f"oci:{made.layout}:1.2", f"oci:{tmp_path}/copy:1.2")
    (entry,) = json.loads((tmp_path / "copy" / "index.json").read_text())["manifests"]
    assert entry["digest"] == str(made.encoded.descriptor.digest)


@pytest.mark.parametrize("transport", ["oci-archive:{}:1.2", f"docker-archive:{{}}:{NAME}"])
def test_skopeo_takes_the_archive_by_both_of_its_names(
    made: Made, tool: Tool, tmp_path: Path, transport: str
) -> None:
    run(tool("skopeo"), "copy", transport.format(made.archive), f"dir:{tmp_path}/copy")
    manifest = json.loads((tmp_path / "copy" / "manifest.json").read_text())
    assert manifest["config"]["digest"] == str(made.encoded.config.digest)


def test_skopeo_reads_the_config(made: Made, tool: Tool) -> None:
    found = json.loads(run(tool("skopeo"), "inspect", "--config", f"oci:{made.layout}:1.2"))
    assert found["config"]["User"] == "65532:65532"
    assert [entry["comment"] for entry in found["history"]] == [
        f"layer {number}" for number in (0, 1, 2, 3, 3)
    ]


def unpacked(root: Path) -> dict[str, Held]:
    """Return mode and content of everything below `root`."""
    found: dict[str, Held] = {}
    for path in root.rglob("*"):
        content = path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else None
        mode = 0o777 if path.is_symlink() else path.lstat().st_mode & 0o7777
        found[str(path.relative_to(root))] = (mode, str(content) if isinstance(content, Path) else content)
    return found


def test_umoci_unpacks_the_tree_that_the_layers_are(made: Made, tool: Tool, tmp_path: Path) -> None:
    if made.how is Compression.ZSTD:
        pytest.skip("umoci refuses zstd layers")
    rootless = [] if os.geteuid() == 0 else ["--rootless"]
    run(tool("umoci"), "unpack", *rootless, "--image", f"{made.layout}:1.2", f"{tmp_path}/bundle")
    ours: dict[str, Held] = {}
    for tree in TREES:
        ours |= {entry.path: held(tree, entry) for entry in tree}
    ours |= {"app": (0o755, None), "home": (0o755, None)}  # stand in no layer, only below one
    assert unpacked(tmp_path / "bundle" / "rootfs") == ours


def held(tree: Tree, entry: Entry) -> Held:
    """Return mode and content of an entry, through a hard link the same as its target's."""
    if entry.kind is Kind.HARDLINK:
        target = tree.find(entry.link)
        assert target is not None
        return held(tree, target)
    if entry.kind is Kind.SYMLINK:
        return 0o777, entry.link
    return entry.mode, b"".join(entry.content.chunks()) if entry.content else None


def test_engines_load_the_archive(made: Made, engine: Engine) -> None:
    loaded = load(engine, made.archive)
    try:
        assert NAME in loaded.reference
        listed = json.loads(call(engine, ["image", "inspect", loaded.reference]))[0]
        assert listed["Config"]["User"] == "65532:65532"
        assert listed["RootFS"]["Layers"] == [str(layer.diff_id) for layer in made.encoded.layers]
    finally:
        remove(engine, loaded.reference)
