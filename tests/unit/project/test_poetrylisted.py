"""poetry.lock: names, files, groups."""

import pytest

from bareboat.errors import InputError
from bareboat.project.poetrylisted import read

NEW = """
[[package]]
name = "Psycopg2"
version = "2.9"
groups = ["main"]
markers = "sys_platform == 'linux'"
files = [{file = "psycopg2-2.9.tar.gz", hash = "sha256:00"}]
[[package]]
name = "pytest"
version = "8"
groups = ["dev"]
files = [{file = "pytest-8-py3-none-any.whl", hash = "sha256:00"}]
[metadata]
lock-version = "2.1"
"""
OLD = """
[[package]]
name = "flask"
version = "3"
[metadata]
lock-version = "1.1"
[metadata.files]
flask = [{file = "flask-3-py3-none-any.whl", hash = "sha256:00"}]
"""


def test_groups_and_markers_decide() -> None:
    lock = read(NEW, where="poetry.lock")
    assert lock.generation == 2
    psycopg2, pytest_ = lock.packages
    assert (psycopg2.name, psycopg2.wheels) == ("psycopg2", ())
    assert psycopg2.is_wanted({"main"}, {"sys_platform": "linux"})
    assert not psycopg2.is_wanted({"main"}, {"sys_platform": "win32"})
    assert not pytest_.is_wanted({"main"}, {})
    assert pytest_.wheels == ("pytest-8-py3-none-any.whl",)


def test_an_old_lock_tells_no_groups() -> None:
    lock = read(OLD, where="poetry.lock")
    assert lock.generation == 1
    assert lock.packages[0].wheels == ("flask-3-py3-none-any.whl",)
    assert lock.packages[0].is_wanted({"main"}, {})
    assert read(OLD.replace('"1.1"', '"2.0"'), where="x").generation == 1


def test_a_marker_that_cannot_be_read_leaves_the_package_in() -> None:
    lock = read(NEW.replace("sys_platform == 'linux'", "what?"), where="poetry.lock")
    assert lock.packages[0].is_wanted({"main"}, {})


@pytest.mark.parametrize("text", ["", "package = 3", "[metadata]\nlock-version = 2", "x ="])
def test_what_is_no_lock_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read(text, where="poetry.lock")
