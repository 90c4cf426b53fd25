"""A project built and written: archives, layouts, id and metadata files, and what stands in the way."""

import json
import os
import stat
import tarfile
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
from bareboat.errors import BareboatError, BuildError, InputError, IntegrityError
from bareboat.finding import Severity
from bareboat.jobs.build import Built, Request, build
from bareboat.oci.digest import Digest
from bareboat.oci.validate import validate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return smallbase.project(tmp_path / "shop")


def built(folder: Path, **more: object) -> Built:
    heard = smallbase.Heard()
    context = replace(smallbase.world().context(), progress=heard)
    request = Request(folder, stay=True, **more)  # type: ignore[arg-type]  # the fields by name
    return build(request, context)


def test_an_image_stays_in_the_store(folder: Path) -> None:
    made = built(folder)
    assert validate(made.encoded) == ()
    assert (made.reference, made.written) == ("shop:latest", ())
    assert made.digest.startswith("sha256:")
    assert made.identity == str(made.encoded.config.digest)


def test_it_is_written_everywhere(folder: Path, tmp_path: Path) -> None:
    made = built(folder, outputs=(tmp_path / "x.tar", tmp_path / "layout"))
    assert made.written == (f"written to {tmp_path / 'x.tar'}", f"written to {tmp_path / 'layout'}")
    with tarfile.open(tmp_path / "x.tar") as archive:
        assert "manifest.json" in archive.getnames()
    index = json.loads((tmp_path / "layout" / "index.json").read_text())
    assert index["manifests"][0]["digest"] == made.digest


def test_what_was_made_is_told(folder: Path, tmp_path: Path) -> None:
    made = built(folder, iidfile=tmp_path / "iid", metadata_file=tmp_path / "made.json")
    assert (tmp_path / "iid").read_text() == made.identity
    said = json.loads((tmp_path / "made.json").read_text())
    assert said == json.loads(json.dumps(made.document()))
    assert said["containerimage.digest"] == made.digest
    assert said["containerimage.config.digest"] == made.identity
    assert said["image.name"] == "shop:latest"
    assert said["size"] == sum(layer["size"] for layer in said["layers"])
    assert [one["code"] for one in said["findings"]] == ["BB930", "BB930"]
    assert {Digest.parse(layer["digest"]).hex for layer in said["layers"]}


def test_layers_say_what_is_in_them(folder: Path) -> None:
    made = built(folder)
    origins = {layer.name: layer.origin for layer in made.layers}
    assert origins["source"] == "application"
    assert " more" in origins["base"]


def test_the_same_project_in_another_folder_has_the_same_digest(folder: Path, tmp_path: Path) -> None:
    other = smallbase.project(tmp_path / "elsewhere" / "shop")
    before = os.umask(0o077)
    try:
        (other / "main.py").write_bytes((folder / "main.py").read_bytes())
        assert built(other).digest == built(folder).digest
    finally:
        os.umask(before)


@pytest.mark.parametrize("name", ["missing/x.tar", "missing/layout"])
def test_a_missing_folder_is_told_before_any_work(folder: Path, tmp_path: Path, name: str) -> None:
    heard = smallbase.Heard()
    context = replace(smallbase.world().context(), progress=heard)
    with pytest.raises(InputError, match="folder of the output is missing"):
        build(Request(folder, outputs=(tmp_path / name,)), context)
    assert heard.began == []


def test_an_output_that_is_not_ours_is_kept(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"precious")
    with pytest.raises(InputError, match="output exists"):
        built(folder, outputs=(tmp_path / "x.tar",))
    assert (tmp_path / "x.tar").read_bytes() == b"precious"
    built(folder, outputs=(tmp_path / "x.tar",), force=True)
    built(folder, outputs=(tmp_path / "x.tar",))


@pytest.mark.parametrize("field", ["iidfile", "metadata_file"])
def test_a_result_file_is_checked_before_any_work(folder: Path, tmp_path: Path, field: str) -> None:
    for path, said in ((tmp_path / "missing" / "x", "missing"), (tmp_path, "a folder")):
        heard = smallbase.Heard()
        context = replace(smallbase.world().context(), progress=heard)
        with pytest.raises(InputError, match=said):
            build(Request(folder, stay=True, **{field: path}), context)  # type: ignore[arg-type]
        assert heard.began == []


def test_a_result_file_that_is_a_pipe_is_written_to_and_stays_one(folder: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.append(pipe.read_text()))
    reader.start()
    made = built(folder, iidfile=pipe)
    reader.join(timeout=10)
    assert said == [made.identity]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_result_file_that_cannot_be_written_is_named(folder: Path, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        target = Path("/proc/bareboat-iid")
    else:
        (tmp_path / "closed").mkdir(mode=0o500)
        target = tmp_path / "closed" / "iid"
    with pytest.raises(BuildError) as caught:
        built(folder, iidfile=target)
    assert str(target) in caught.value.where


def test_a_damaged_blob_is_made_again_once(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    context = replace(smallbase.world().context(store=store), progress=smallbase.Heard())
    first = build(Request(folder, outputs=(tmp_path / "x.tar",)), context)
    digest = first.encoded.layers[0].blob.digest
    blob = store / "blobs" / "sha256" / digest.hex[:2] / digest.hex
    blob.chmod(0o644)
    blob.write_bytes(b"\0" * blob.stat().st_size)
    heard = smallbase.Heard()
    again = build(Request(folder, outputs=(tmp_path / "x.tar",)), replace(context, progress=heard))
    assert again.digest == first.digest
    assert any("made again" in line for line in heard.warnings)


def test_integrity_outside_the_store_is_no_reason_to_try_again(folder: Path) -> None:
    text = (folder / "pylock.toml").read_text()
    start = text.index('sha256 = "') + 10
    (folder / "pylock.toml").write_text(text[:start] + "0" * 64 + text[start + 64 :])
    with pytest.raises(IntegrityError):
        built(folder)


def test_an_engine_that_is_not_there_is_told_before_any_work(folder: Path) -> None:
    heard = smallbase.Heard()
    context = replace(smallbase.world().context(), progress=heard)
    context = replace(context, environ={**context.environ, "PATH": "/nonexistent"})
    for request in (Request(folder, load=True), Request(folder, load=True, engine="podman")):
        with pytest.raises(InputError, match="not on the PATH"):
            build(request, context)
    assert heard.began == []


def test_without_an_engine_the_image_stays_and_that_is_said(folder: Path) -> None:
    context = smallbase.world().context()
    context = replace(context, environ={**context.environ, "PATH": "/nonexistent"})
    made = build(Request(folder), context)
    assert made.written == (
        "no engine answers here: the image is in the cache; write it with -o FILE.tar or -o DIR",
    )


def test_findings_that_matter_are_said(folder: Path) -> None:
    heard = smallbase.Heard()
    made = build(Request(folder, stay=True), replace(smallbase.world().context(), progress=heard))
    assert {one.severity for one in made.plan.findings} == {Severity.INFO}
    assert heard.warnings == []


def test_errors_leave_no_output(folder: Path, tmp_path: Path) -> None:
    next((folder / "wheels").glob("uvicorn*")).unlink()
    context = smallbase.world().context(store=tmp_path / "store")
    with pytest.raises(BareboatError):
        build(Request(folder, outputs=(tmp_path / "x.tar",)), context)
    assert not (tmp_path / "x.tar").exists()
