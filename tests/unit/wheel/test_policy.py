from collections.abc import Mapping
from pathlib import Path

import pytest

from bareboat.testing.wheels import make, write
from bareboat.wheel.policy import dropped
from bareboat.wheel.read import WheelFile, open_wheel


def wheel(
    folder: Path,
    *names: str,
    name: str = "demo",
    texts: Mapping[str, str] | None = None,
    dist_info: Mapping[str, str] | None = None,
) -> WheelFile:
    files = {**dict.fromkeys(names, ""), **(texts or {})}
    made = make(name, files=files, dist_info=dist_info)
    return open_wheel(write(made, folder), filename=made.filename)


def names(found: dict[str, str]) -> list[str]:
    return [name for name in found if not name.endswith(".dist-info/RECORD")]


TESTS = ["demo/__init__.py", "demo/tests/__init__.py", "demo/tests/test_a.py", "demo/tests/data/a.json"]


def test_tests_that_nothing_names_go(tmp_path: Path) -> None:
    assert names(dropped(wheel(tmp_path, *TESTS))) == sorted(TESTS[1:])


@pytest.mark.parametrize(
    "text",
    [
        "from .tests import helper\n",
        "from demo import tests\n",
        "def run():\n    import demo.tests.test_a\n",
        "NAME = 'demo.tests'\n",
        "DATA = Path(__file__).parent / 'tests' / 'data'\n",
        "main = 'demo/tests/data/a.json'\n",
        "from demo import \\\n    tests\n",
    ],
)
def test_tests_that_something_names_stay(tmp_path: Path, text: str) -> None:
    assert names(dropped(wheel(tmp_path, *TESTS, texts={"demo/core.py": text}))) == []


def test_entry_points_name_tests_too(tmp_path: Path) -> None:
    text = {"entry_points.txt": "[plugins]\nx = demo.tests.test_a\n"}
    assert names(dropped(wheel(tmp_path, *TESTS, dist_info=text))) == []


def test_tests_name_each_other_in_vain(tmp_path: Path) -> None:
    texts = {
        "demo/tests/test_b.py": "from demo.tests import test_a\n",
        "demo/sub/tests/test_c.py": "from demo.tests import test_a\n",
        "demo/conftest.py": "from demo.tests import test_a\n",
    }
    found = dropped(wheel(tmp_path, *TESTS, texts=texts))
    assert {"demo/tests/test_b.py", "demo/sub/tests/test_c.py", "demo/tests/test_a.py"} <= set(found)
    assert "demo/conftest.py" not in found


@pytest.mark.parametrize(
    "name",
    [
        "tests/__init__.py",
        "demo/testing/__init__.py",
        "demo/test/__init__.py",
        "demo/tests.py",
        "demo/tests/only-data.json",
        "demo-1.0.data/purelib/tests/a.py",
        "demo-1.0.data/data/tests/a.py",
        "demo/a.pyi",
        "demo/py.typed",
        "demo/include/demo.h",
        "demo/lone.pyx",
        "demo/locale/de/lone.po",
        "demo/sourceless.pyc",
    ],
)
def test_what_stays(tmp_path: Path, name: str) -> None:
    assert names(dropped(wheel(tmp_path, "demo/__init__.py", name))) == []


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("demo/__pycache__/a.cpython-313.pyc", ""),
        ("demo/__pycache__/a.cpython-312.opt-1.pyc", "demo/a.py"),
        ("demo/a.pyc", "demo/a.py"),
        ("demo/a.pyo", "demo/a.py"),
        ("demo/locale/de/django.po", "demo/locale/de/django.mo"),
        ("demo/loop.pyx", "demo/loop.cpython-313-x86_64-linux-gnu.so"),
    ],
)
def test_what_goes(tmp_path: Path, name: str, beside: str) -> None:
    found = dropped(wheel(tmp_path, "demo/__init__.py", name, *([beside] if beside else [])))
    assert names(found) == [name]
    assert all(found.values())


def test_bookkeeping_of_others_goes_and_licences_stay(tmp_path: Path) -> None:
    gone = ["INSTALLER", "REQUESTED", "direct_url.json", "RECORD.jws", "RECORD.p7s", "uv_cache.json"]
    held = ["licenses/LICENSE", "top_level.txt", "sboms/x.json", "licenses/RECORD"]
    found = dropped(wheel(tmp_path, "demo/a.py", dist_info=dict.fromkeys([*gone, *held], "x")))
    assert {name.removeprefix("demo-1.0.dist-info/") for name in found} == {*gone, "RECORD"}


@pytest.mark.parametrize(
    ("project", "gone", "stays"),
    [
        (
            "greenlet",
            ["greenlet/greenlet.cpp", "greenlet/platform/switch_a.h"],
            ["greenlet/greenlet.h", "greenlet/__init__.py", "greenlet/platform/__init__.py"],
        ),
        ("tornado", ["tornado/test/__init__.py"], ["tornado/testing.py"]),
        ("uvloop", ["uvloop/handles/tcp.pyx", "uvloop/includes/a.pxi"], ["uvloop/loop.pxd"]),
        ("other", [], ["greenlet/greenlet.cpp", "tornado/test/__init__.py"]),
    ],
)
def test_reviewed_list(tmp_path: Path, project: str, gone: list[str], stays: list[str]) -> None:
    assert names(dropped(wheel(tmp_path, *gone, *stays, name=project))) == sorted(gone)
