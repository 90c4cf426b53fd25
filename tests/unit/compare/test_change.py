"""Changes of a project's copy: the file that is edited, locks in which one version changes alone."""

from pathlib import Path

import pytest

from bareboat.compare import change
from bareboat.compare.result import Dependency
from bareboat.errors import ResolveError
from bareboat.index import uv

UV_LOCK = """\
version = 1
requires-python = ">=3.11"

[[package]]
name = "shop"
version = "1"
source = { virtual = "." }

[[package]]
name = "click"
version = "8.2"
source = { registry = "r" }
wheels = [{ url = "r/click-8.2-py3-none-any.whl", hash = "sha256:00", size = 9000 }]

[[package]]
name = "tiny"
version = "1.0"
source = { registry = "r" }
wheels = [{ url = "r/tiny-1.0-py3-none-any.whl", hash = "sha256:00", size = 10 }]
"""
REQUIREMENTS = """\
# made by hand
Flask[async]==3.1.0 ; python_version >= "3.11" \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via -r requirements.in
tiny==1.0 \\
    --hash=sha256:cc
"""


def folder(place: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    return place


def test_the_file_that_the_command_names_is_edited(tmp_path: Path) -> None:
    place = folder(tmp_path, {"app/main.py": "", "app/__init__.py": "", "aaa.py": "", "src/tide/cli.py": ""})
    assert change.source_file(place, ("/opt/venv/bin/uvicorn", "app.main:app"), ("aaa.py",)) == "app/main.py"
    assert change.source_file(place, ("gunicorn", "app:make()"), ()) == "app/__init__.py"
    assert change.source_file(place, ("python", "-m", "tide.cli"), ()) == "src/tide/cli.py"


def test_else_the_first_of_what_the_image_takes(tmp_path: Path) -> None:
    place = folder(tmp_path, {"setup.py": "", "src/tide/a.py": "", "src/tide/deep/b.py": "", "wsgi.py": ""})
    assert change.source_file(place, ("tide", "serve"), ("setup.py", "src/")) == "src/tide/a.py"
    assert change.source_file(place, ("tide", "../x:y"), ("setup.py", "README.md", "gone/")) == ""


def test_an_edit_is_another_one_each_time(tmp_path: Path) -> None:
    place = folder(tmp_path, {"a.py": "x = 1\n"})
    change.edit(place, "a.py", "one")
    first = (place / "a.py").read_text()
    change.edit(place, "a.py", "two")
    assert first == "x = 1\n\n# edited: one\n"
    assert (place / "a.py").read_text() == "x = 1\n\n# edited: one\n\n# edited: two\n"


def answering(monkeypatch: pytest.MonkeyPatch, place: Path, answers: dict[str, str]) -> list[str]:
    """Let uv lock what a test says: texts by the wish, an error for any other."""
    asked: list[str] = []

    def run(arguments: list[str], *, where: str, stdin: str = "", **_: object) -> str:
        asked.append(where)
        if where not in answers:
            raise ResolveError("nothing fits", where=where)
        if arguments[0] == "lock":
            (place / "uv.lock").write_text(answers[where])
        return answers[where]

    monkeypatch.setattr(uv, "run", run)
    return asked


def test_another_version_in_uv_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder(tmp_path, {"uv.lock": UV_LOCK})
    new = UV_LOCK.replace('"8.2"', '"8.1"')
    asked = answering(monkeypatch, place, {"click<8.2": new})
    found = change.dependency(place, {}, python="3.13")
    assert found == change.Changed(Dependency("click", "8.2", "8.1"), "uv.lock", new)
    assert asked == ["click<8.2"]
    assert (place / "uv.lock").read_text() == UV_LOCK


def test_a_lock_that_changes_more_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder(tmp_path, {"uv.lock": UV_LOCK})
    both = UV_LOCK.replace('"8.2"', '"8.1"').replace('"1.0"', '"0.9"')
    asked = answering(monkeypatch, place, {"click<8.2": both})
    found = change.dependency(place, {}, python="3.13")
    assert asked == ["click<8.2", "tiny<1.0"]
    assert found.dependency == Dependency(why="tiny<1.0: nothing fits")


def test_a_lock_that_stays_is_no_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder(tmp_path, {"uv.lock": UV_LOCK})
    answering(monkeypatch, place, {"click<8.2": UV_LOCK, "tiny<1.0": UV_LOCK})
    why = change.dependency(place, {}, python="3.13").dependency.why
    assert why == "one version could not be changed alone: nothing changed"


def test_another_version_in_hashed_requirements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = folder(tmp_path, {"requirements.txt": REQUIREMENTS})
    made = "flask==3.0.0 \\\n    --hash=sha256:dd\ntiny==1.0 \\\n    --hash=sha256:cc\n"
    asked = answering(monkeypatch, place, {"flask<3.1.0": made})
    found = change.dependency(place, {}, python="3.13")
    assert asked == ["flask<3.1.0"]
    assert found.dependency == Dependency("flask", "3.1.0", "3.0.0")
    assert found.text == (
        "# made by hand\nflask==3.0.0 \\\n    --hash=sha256:dd\n    # via -r requirements.in\n"
        "tiny==1.0 \\\n    --hash=sha256:cc\n"
    )


def test_requirements_that_pin_nothing(tmp_path: Path) -> None:
    place = folder(tmp_path, {"requirements.txt": "flask\n"})
    assert "no package of the lock" in change.dependency(place, {}, python="3.13").dependency.why


def test_a_poetry_lock_takes_poetry(tmp_path: Path) -> None:
    place = folder(tmp_path, {"poetry.lock": UV_LOCK, "pyproject.toml": ""})
    why = change.dependency(place, {"PATH": "/nowhere"}, python="3.13").dependency.why
    assert why == "another version in poetry.lock takes Poetry, which is not on the PATH"


def poetry(place: Path, script: str) -> dict[str, str]:
    program = place / "bin" / "poetry"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{program.parent}:/usr/bin:/bin"}


def test_another_version_in_poetry_lock_under_the_old_hash(tmp_path: Path) -> None:
    lock = UV_LOCK + '\n[metadata]\ncontent-hash = "old"\n'
    place = folder(tmp_path / "p", {"poetry.lock": lock, "pyproject.toml": "before"})
    script = 'sed -i "s/8.2\\"/8.1\\"/; s/old/new/" poetry.lock; echo after > pyproject.toml'
    found = change.dependency(place, poetry(tmp_path, script), python="3.13")
    assert found.dependency == Dependency("click", "8.2", "8.1")
    assert 'content-hash = "old"' in found.text
    assert (place / "poetry.lock").read_text() == lock
    assert (place / "pyproject.toml").read_text() == "before"


def test_poetrys_refusal_is_the_reason(tmp_path: Path) -> None:
    place = folder(tmp_path / "p", {"poetry.lock": UV_LOCK, "pyproject.toml": ""})
    found = change.dependency(place, poetry(tmp_path, "echo trying; echo no way >&2; exit 1"), python="3.13")
    assert found.dependency.why == "poetry add tiny: no way"


def test_without_a_lock_there_is_no_change(tmp_path: Path) -> None:
    assert change.dependency(tmp_path, {}, python="3.13").dependency.why.startswith("no lock of a kind")


def test_indexes_on_the_disk_are_left_out(tmp_path: Path) -> None:
    given = {
        "UV_INDEX": "file:///srv/a https://u@host/simple own=https://host/b /srv/c",
        "UV_FIND_LINKS": "/srv/wheels",
        "UV_DEFAULT_INDEX": "https://host/main",
    }
    found = change.uv_settings(given, tmp_path)
    assert found["UV_INDEX"] == "https://u@host/simple own=https://host/b"
    assert found["UV_DEFAULT_INDEX"] == "https://host/main"
    assert "UV_FIND_LINKS" not in found
