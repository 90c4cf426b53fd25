"""The program that runs among the image's files: its parts; the whole of it runs in test_statics."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bareboat.build import collect


def failed(value: str) -> ValueError:
    def convert(text: str) -> int:
        return int(text[:2])

    with pytest.raises(ValueError, match="invalid literal") as held:
        convert(value)
    return held.value


def test_the_values_that_an_error_is_about() -> None:
    given = {"HOPS": "hops.localhost", "OTHER": "other.localhost"}
    assert collect.touched(failed("hops.localhost"), given) == ["HOPS"]
    assert collect.touched(ValueError("never raised"), given) == []


def test_a_chain_names_each_error_once() -> None:
    first = ValueError("first")
    second = KeyError("second")
    second.__cause__ = second.__context__ = first
    first.__context__ = second
    assert list(collect.chain(second)) == [second, first]


def test_folders_are_listed_by_name(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / name).touch()
    with os.scandir(tmp_path) as entries, collect.Sorted(list(entries)) as held:
        assert next(held).name == "a"
        assert [entry.name for entry in held] == ["b", "c"]
    assert list(held) == []


def test_what_it_says_of_a_project_that_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "django/core").mkdir(parents=True)
    for name in ("django/__init__.py", "django/core/__init__.py"):
        (tmp_path / name).touch()
    (tmp_path / "django/core/management.py").write_text("execute_from_command_line = print\n")
    (tmp_path / "manage.py").write_text("import os\nos.environ.get('IN_VAIN')\n")
    (tmp_path / "asked.json").write_text(
        f'{{"manage": "{tmp_path}/manage.py", "writable": [], "site": ["{tmp_path}"], "given": {{}}, '
        f'"answer": "{tmp_path}/answer.json"}}'
    )
    done = subprocess.run(
        [sys.executable, "-P", collect.__file__, str(tmp_path / "asked.json")],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "runs no command of Django" in done.stderr
    assert '"missing": ["IN_VAIN"]' in (tmp_path / "answer.json").read_text()
