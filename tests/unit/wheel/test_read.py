from pathlib import Path

import pytest

from bareboat.errors import InputError, IntegrityError
from bareboat.testing.wheels import Defect, Wheel, make, write
from bareboat.wheel.read import WheelFile, open_wheel
from bareboat.wheel.record import hash_text
from bareboat.wheel.scripts import EntryPoint


def opened(folder: Path, wheel: Wheel) -> WheelFile:
    return open_wheel(write(wheel, folder), filename=wheel.filename)


def test_wheel_is_read_as_a_value(tmp_path: Path) -> None:
    wheel = make(
        "Demo_Pkg",
        "1.0.post1",
        {"demo/__init__.py": "x"},
        tag="py2.py3-none-any",
        commands={"demo": "demo:main"},
        requires=["other>=1", "third; extra == 'x'"],
        requires_python=">=3.9",
    )
    found = opened(tmp_path, wheel)
    assert (found.name, found.version, found.filename) == ("demo-pkg", "1.0.post1", wheel.filename)
    assert {str(tag) for tag in found.tags} == {"py2-none-any", "py3-none-any"}
    assert found.root_is_purelib
    assert found.dist_info == "Demo_Pkg-1.0.post1.dist-info"
    assert found.data_prefix == "Demo_Pkg-1.0.post1.data/"
    assert found.entry_points == (EntryPoint("demo", "demo", "main"),)
    assert found.requires == ("other>=1", "third; extra == 'x'")
    assert found.requires_python == ">=3.9"
    member = found.find("demo/__init__.py")
    assert member is not None
    assert member.record == hash_text(b"x")
    assert found.find("nothing") is None


def test_platform_wheel_says_so(tmp_path: Path) -> None:
    found = opened(tmp_path, make(purelib=False))
    assert not found.root_is_purelib
    assert found.entry_points == ()


def test_names_are_compared_normalised(tmp_path: Path) -> None:
    wheel = make("Demo.Pkg", "1.0")
    path = write(wheel, tmp_path)
    assert open_wheel(path, filename="demo_pkg-1-py3-none-any.whl").name == "demo-pkg"


@pytest.mark.parametrize(
    ("defect", "words"),
    [
        (Defect.NO_DIST_INFO, "has none"),
        (Defect.TWO_DIST_INFO, "demo-1.0.dist-info, other-1.0.dist-info"),
        (Defect.OTHER_DIST_INFO, "other-1.0.dist-info says 'other' '1.0'"),
        (Defect.METADATA_NAME, "METADATA says 'other-demo'"),
        (Defect.METADATA_VERSION, "METADATA says 'demo' '91.0'"),
        (Defect.NO_METADATA, "METADATA is missing"),
        (Defect.NO_WHEEL, "WHEEL is missing"),
        (Defect.NO_RECORD, "RECORD is missing"),
        (Defect.RECORD_MISSING, "RECORD does not list 'demo/__init__.py'"),
        (Defect.RECORD_SIZE, "the archive 12"),
        (Defect.RECORD_UNHASHED, "no hash for 'demo/__init__.py'"),
        (Defect.RECORD_WEAK, "not sha256"),
        (Defect.RECORD_FORM, "three fields"),
        (Defect.WHEEL_VERSION, "version 2.0 is newer"),
    ],
)
def test_wheels_that_contradict_themselves_are_refused(tmp_path: Path, defect: Defect, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        opened(tmp_path, make(defect=defect))
    assert caught.value.where == "demo-1.0-py3-none-any.whl"
    assert "\n" not in str(caught.value)


def test_other_bytes_than_record_says_show_when_read(tmp_path: Path) -> None:
    member = opened(tmp_path, make(defect=Defect.HASH)).members[0]
    with pytest.raises(IntegrityError, match="RECORD says sha256=AAA"):
        list(member.chunks())


@pytest.mark.parametrize("filename", ["demo.whl", "demo-1.0.tar.gz", "demo-x-py3-none-any.whl", ""])
def test_file_names_that_are_no_wheels_are_refused(tmp_path: Path, filename: str) -> None:
    with pytest.raises(InputError, match="not the name of a wheel"):
        open_wheel(write(make(), tmp_path), filename=filename)


def test_other_wheel_under_the_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the file name says demo 2"):
        open_wheel(write(make(), tmp_path), filename="demo-2-py3-none-any.whl")


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("METADATA", b"\xff\xfe", "not UTF-8"),
        ("WHEEL", b"Wheel-Version: one\n", "Wheel-Version 'one'"),
        ("WHEEL", b"", "Wheel-Version ''"),
        ("METADATA", b"", "METADATA says 'None'"),
        ("METADATA", b"Name: demo\nVersion: not a version\n", "says 'demo' 'not a version'"),
        ("entry_points.txt", b"[console_scripts]\nx = y\n", "not to module:attribute"),
    ],
)
def test_malformed_metadata_is_refused(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        opened(tmp_path, make(dist_info={name: data}))


def test_metadata_of_unreasonable_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="which no metadata needs"):
        opened(tmp_path, make(dist_info={"METADATA": b"x" * (33 << 20)}, compress=False))


def test_many_missing_records_are_counted(tmp_path: Path) -> None:
    wheel = make(files={f"demo/{number}.py": "" for number in range(3)}, dist_info={"RECORD": "x,,\n"})
    with pytest.raises(InputError, match="and 4 more"):
        opened(tmp_path, wheel)


def test_signatures_need_no_record(tmp_path: Path) -> None:
    wheel = make(dist_info={"RECORD.jws": "{}"}, defect=None)
    assert opened(tmp_path, wheel).find("demo-1.0.dist-info/RECORD.jws") is not None


def test_newer_minor_wheel_version_is_accepted(tmp_path: Path) -> None:
    text = "Wheel-Version: 1.9\nRoot-Is-Purelib: True\n"
    assert opened(tmp_path, make(dist_info={"WHEEL": text})).root_is_purelib
