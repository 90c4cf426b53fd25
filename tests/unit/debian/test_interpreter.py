from pathlib import Path

import pytest

from bareboat.debian import interpreter
from bareboat.errors import BuildError, InputError
from bareboat.target import Arch, PythonVersion

PYTHON = PythonVersion(3, 13)


@pytest.mark.parametrize(
    ("debian", "upstream"),
    [
        ("3.13.5-2", "3.13.5"),
        ("3.13.5-2+deb13u5", "3.13.5"),
        ("3.11.2-6+deb12u8", "3.11.2"),
        ("3.15.0~a3-1", "3.15.0a3"),
        ("3.14.0~rc2-1", "3.14.0rc2"),
        ("1:3.14.2+dfsg-1", "3.14.2"),
    ],
)
def test_full_version(debian: str, upstream: str) -> None:
    assert interpreter.full_version(debian) == upstream


@pytest.mark.parametrize("text", ["", "3.13-1", "2.7.18-8", "3.13.5", "three"])
def test_what_is_no_version_of_cpython(text: str) -> None:
    with pytest.raises(InputError, match="no version of a Debian CPython"):
        interpreter.full_version(text)


def test_minor_version() -> None:
    assert interpreter.minor_version("python3.13-minimal") == PYTHON
    assert interpreter.minor_version("libpython3.13-minimal") is None
    assert interpreter.minor_version("python3-minimal") is None


def test_requested_is_sorted_and_knows_where_old_zones_are() -> None:
    trixie, bookworm = (interpreter.requested(PYTHON, suite) for suite in ("trixie", "bookworm"))
    assert list(trixie) == sorted(trixie)
    assert set(trixie) - set(bookworm) == {"tzdata-legacy"}
    assert {"python3.13-minimal", "libpython3.13-stdlib", "base-files"} <= set(bookworm)


def test_paths() -> None:
    assert interpreter.executable(PYTHON) == "usr/bin/python3.13"
    assert interpreter.loader(Arch.AMD64) == "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
    assert interpreter.loader(Arch.ARM64) == "usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1"


def test_command_names_nothing_outside_the_root(tmp_path: Path) -> None:
    for path in (
        interpreter.loader(Arch.AMD64),
        interpreter.executable(PYTHON),
        "usr/lib/python3.13/os.py",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    argv, environ = interpreter.command(tmp_path, PYTHON, Arch.AMD64)
    assert argv[0].endswith("/ld-linux-x86-64.so.2")
    assert f"{tmp_path}/usr/bin/python3.13" in argv
    assert all(str(tmp_path) in word for word in argv if "/" in word)
    assert all(str(tmp_path) in value for value in environ.values() if "/" in value and value != "/dev/null")


def test_command_refuses_a_folder_without_an_interpreter(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"no Python 3\.13 for amd64"):
        interpreter.command(tmp_path, PYTHON, Arch.AMD64)
