import io
import json
import tarfile
from pathlib import Path

import pytest
from msgspec.structs import replace

import images
from bareboat.errors import BuildError, InputError, IntegrityError
from bareboat.oci.digest import Digest
from bareboat.store.archive import archive_chunks, archive_size, check_archive, write_archive
from images import Misnamed

ENCODED = images.image().encode()


def members(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {info.name: archive.extractfile(info).read() for info in archive if info.isreg()}  # type: ignore[union-attr] # a regular file has bytes


def test_one_form_for_docker_and_for_oci(tmp_path: Path) -> None:
    write_archive(ENCODED, tmp_path / "out.tar", reference="app:2")
    found = members((tmp_path / "out.tar").read_bytes())
    (entry,) = json.loads(found["manifest.json"])
    assert entry["RepoTags"] == ["app:2"]
    for path in (entry["Config"], *entry["Layers"]):
        assert Digest.of(found[path]).hex == path.rpartition("/")[2]
    (described,) = json.loads(found["index.json"])["manifests"]
    assert described["digest"] == str(ENCODED.descriptor.digest)
    assert json.loads(found["oci-layout"]) == {"imageLayoutVersion": "1.0.0"}


def test_the_same_bytes_each_time_to_file_and_to_stream(tmp_path: Path) -> None:
    write_archive(ENCODED, tmp_path / "out.tar", reference="app")
    stream = io.BytesIO()
    write_archive(ENCODED, stream, reference="app")
    assert stream.getvalue() == (tmp_path / "out.tar").read_bytes()
    assert stream.getvalue() == b"".join(archive_chunks(ENCODED, reference="app"))
    assert len(stream.getvalue()) == archive_size(ENCODED, reference="app")


def test_without_a_name_there_are_no_tags() -> None:
    found = members(b"".join(archive_chunks(ENCODED, reference=None)))
    assert json.loads(found["manifest.json"])[0]["RepoTags"] is None


def test_a_damaged_blob_leaves_no_file(tmp_path: Path) -> None:
    layer = replace(images.layer(images.tree()), blob=Misnamed(Digest("0" * 64), b"x"))
    with pytest.raises(IntegrityError):
        write_archive(
            replace(images.image(0), layers=(layer,)).encode(), tmp_path / "out.tar", reference=None
        )
    assert list(tmp_path.iterdir()) == []


def test_an_archive_of_bareboats_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "out.tar"
    for count in (1, 2):
        write_archive(images.image(count).encode(), out, reference="app")
    assert [path.name for path in tmp_path.iterdir()] == ["out.tar"]
    assert out.read_bytes() == b"".join(archive_chunks(ENCODED, reference="app"))


def foreign() -> dict[str, bytes]:
    return {
        "text": b"my notes",
        "empty": b"",
        "other tar": images.tar_of(images.member("a", b"x")),
        "other layout": images.tar_of(images.member("index.json", b'{"annotations":{}}')),
        "no json": images.tar_of(images.member("index.json", b"x")),
        "a folder": images.tar_of(images.member("index.json", type=tarfile.DIRTYPE)),
    }


@pytest.mark.parametrize("what", foreign())
def test_any_other_file_needs_force(tmp_path: Path, what: str) -> None:
    out = tmp_path / "out.tar"
    out.write_bytes(foreign()[what])
    with pytest.raises(InputError, match="output exists") as caught:
        write_archive(ENCODED, out, reference=None)
    assert "--force" in caught.value.hint
    assert out.read_bytes() == foreign()[what]
    write_archive(ENCODED, out, reference=None, force=True)
    assert "oci-layout" in members(out.read_bytes())


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no ordinary file"):
        check_archive(tmp_path, force=True)
    with pytest.raises(InputError, match="missing"):
        check_archive(tmp_path / "none" / "out.tar")


class Closed(io.BytesIO):
    name = "<stdout>"

    def write(self, data: object) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def test_a_stream_that_ends_is_no_traceback() -> None:
    with pytest.raises(BuildError, match="<stdout>: cannot write: broken pipe"):
        write_archive(ENCODED, Closed(), reference=None)
