import io
import zipfile
from pathlib import Path

import pytest

from bareboat.errors import BareboatError
from bareboat.target import PythonVersion
from bareboat.testing.wheels import Defect, make, write
from bareboat.wheel.install import install
from bareboat.wheel.read import open_wheel


def test_wheel_is_sound_for_zipfile_and_for_us(tmp_path: Path) -> None:
    wheel = make(commands={"demo": "demo:main"}, executable=["demo/__init__.py"])
    with zipfile.ZipFile(io.BytesIO(wheel.data)) as archive:
        assert archive.testzip() is None
        assert archive.read("demo/__init__.py") == b"answer = 42\n"
    found = open_wheel(write(wheel, tmp_path), filename=wheel.filename)
    assert found.members[0].executable
    assert wheel.filename == "demo-1.0-py3-none-any.whl"


def test_same_arguments_same_bytes() -> None:
    assert make() == make()
    assert make(compress=False).data != make().data


def read_all(path: Path, filename: str) -> None:
    for entry in install(open_wheel(path, filename=filename), python=PythonVersion(3, 13)):
        if entry.content is not None:
            list(entry.content.chunks())


@pytest.mark.parametrize("defect", list(Defect))
def test_every_defect_is_refused_with_one_line(tmp_path: Path, defect: Defect) -> None:
    wheel = make(files={"demo/__init__.py": "x = 1\n" * 20, "demo/b.py": ""}, defect=defect)
    path = write(wheel, tmp_path)
    with pytest.raises(BareboatError) as caught:
        read_all(path, wheel.filename)
    assert "\n" not in str(caught.value)
    assert caught.value.where == wheel.filename
    assert caught.value.exit_code in {2, 6}
