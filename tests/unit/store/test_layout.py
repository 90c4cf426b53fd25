import json
from pathlib import Path

import pytest
from msgspec.structs import replace

import images
import storework
from bareboat.errors import InputError, IntegrityError
from bareboat.oci.digest import Digest
from bareboat.store import points
from bareboat.store.cas import Store
from bareboat.store.layers import put_layer
from bareboat.store.layout import check_layout, write_layout
from bareboat.tree.compress import Compression
from images import Misnamed


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_layout_holds_the_image_and_its_name(tmp_path: Path) -> None:
    encoded = images.image().encode()
    write_layout(encoded, tmp_path / "out", reference="team/app:2")
    found = content(tmp_path / "out")
    assert len(found) == 6
    assert json.loads(found["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}
    (entry,) = json.loads(found["index.json"])["manifests"]
    assert entry["digest"] == str(encoded.descriptor.digest)
    assert entry["annotations"] == {
        "io.containerd.image.name": "docker.io/team/app:2",
        "org.opencontainers.image.ref.name": "2",
    }
    assert list(storework.layout_faults(tmp_path / "out")) == []
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_renewing_gives_what_a_new_one_would_have(tmp_path: Path) -> None:
    write_layout(images.image(3).encode(), tmp_path / "a", reference="app")
    shared = next((tmp_path / "a" / "blobs" / "sha256").iterdir())
    shared.write_bytes(b"the user edited it")
    (tmp_path / "a" / "oci-layout").write_bytes(b"{}")
    for name in ("a", "b"):
        write_layout(images.image(2).encode(), tmp_path / name, reference=None)
    assert content(tmp_path / "a") == content(tmp_path / "b")


@pytest.mark.parametrize("renew", [False, True])
def test_a_damaged_blob_stops_it_and_changes_nothing(tmp_path: Path, renew: bool) -> None:  # noqa: FBT001 - parameter
    out = tmp_path / "out"
    if renew:
        write_layout(images.image(1).encode(), out, reference="app")
    before = content(out)
    with Store(tmp_path / "cache") as store:
        layer = put_layer(store, "key", images.tree(4), compression=Compression.GZIP, epoch=0)
        store.path(layer.blob.digest).write_bytes(b"x" * layer.blob.size)
        sound = images.layer(images.tree(9))
        encoded = replace(images.image(0), layers=(sound, layer)).encode()
        with pytest.raises(IntegrityError):
            write_layout(encoded, out, reference="app")
        assert not store.has(layer.blob.digest)
    assert content(out) == before
    assert out.exists() is renew
    assert [path for path in tmp_path.rglob("*") if "partial" in path.name] == []


@pytest.mark.parametrize("which", [1, 2, 3, 4])
def test_an_interrupt_at_any_rename_leaves_a_whole_image(tmp_path: Path, which: int) -> None:
    out = tmp_path / "out"
    write_layout(images.image(0).encode(), out, reference="app")
    named = 0

    def interrupt(moment: str) -> None:
        nonlocal named
        named += moment == "output.named"
        if named == which:
            raise KeyboardInterrupt

    points.watch(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            write_layout(images.image(1).encode(), out, reference="app")
    finally:
        points.disarm()
    assert list(storework.layout_faults(out)) == []
    write_layout(images.image(1).encode(), out, reference="app")
    assert len(list((out / "blobs" / "sha256").iterdir())) == 3


def test_an_edit_in_the_folder_never_reaches_the_store(tmp_path: Path) -> None:
    with Store(tmp_path / "cache") as store:
        layer = put_layer(store, "key", images.tree(), compression=Compression.GZIP, epoch=0)
        write_layout(replace(images.image(0), layers=(layer,)).encode(), tmp_path / "out", reference=None)
        for path in (tmp_path / "out" / "blobs" / "sha256").iterdir():
            path.write_bytes(b"edited")
        assert list(layer.blob.chunks())


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to("real")
    write_layout(images.image(1).encode(), tmp_path / "out", reference=None)
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "real" / "index.json").exists()


def test_what_is_not_bareboats_stays(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    check_layout(folder)
    (folder / "mine.txt").touch()
    for force in (False, True):
        with pytest.raises(InputError, match="no OCI layout") as caught:
            check_layout(folder, force=force)
        assert caught.value.hint
    with pytest.raises(InputError, match="no folder"):
        check_layout(folder / "mine.txt", force=True)
    with pytest.raises(InputError, match="missing"):
        check_layout(tmp_path / "none" / "out")


@pytest.mark.parametrize("index", [b"{}", b"not json", b'{"annotations":{"a":"b"}}', b'{"annotations":[]}'])
def test_a_foreign_layout_needs_force(tmp_path: Path, index: bytes) -> None:
    folder = tmp_path / "out"
    (folder / "blobs" / "sha256").mkdir(parents=True)
    (folder / "blobs" / "sha256" / ("0" * 64)).touch()
    (folder / "oci-layout").touch()
    (folder / "index.json").write_bytes(index)
    with pytest.raises(InputError, match="did not write") as caught:
        write_layout(images.image(1).encode(), folder, reference=None)
    assert "--force" in caught.value.hint
    write_layout(images.image(1).encode(), folder, reference=None, force=True)
    assert list(storework.layout_faults(folder)) == []
    assert len(list((folder / "blobs" / "sha256").iterdir())) == 3


def test_a_layout_without_its_blobs_is_renewed(tmp_path: Path) -> None:
    import shutil

    write_layout(images.image(1).encode(), tmp_path / "out", reference=None)
    shutil.rmtree(tmp_path / "out" / "blobs")
    write_layout(images.image(1).encode(), tmp_path / "out", reference=None)
    assert list(storework.layout_faults(tmp_path / "out")) == []


def test_a_lying_blob_in_memory_is_refused(tmp_path: Path) -> None:
    layer = replace(images.layer(images.tree()), blob=Misnamed(Digest("0" * 64), b"x"))
    with pytest.raises(IntegrityError):
        write_layout(replace(images.image(0), layers=(layer,)).encode(), tmp_path / "out", reference=None)
    assert list(tmp_path.iterdir()) == []
