"""Locks of other tools with what they were made from."""

from pathlib import Path

import pytest

from bareboat.build import ownlocks
from bareboat.errors import InputError
from bareboat.project.project import Project
from bareboat.project.read import read as read_project
from lockfixtures import AMD64, BASE, FOLDER


def project_in(folder: Path, name: str) -> Project:
    for file in (FOLDER / name).iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "main.py").write_text("")
    return read_project(folder, environ={})


def own(project: Project, environ: dict[str, str] | None = None) -> ownlocks.OwnLock:
    return ownlocks.read(
        project.source, project=project, target=AMD64, environ=environ or {}, extras=(), groups=()
    )


@pytest.mark.parametrize("name", sorted(folder.name for folder in FOLDER.iterdir()))
def test_every_fixture_is_the_source_and_is_read(tmp_path: Path, name: str) -> None:
    project = project_in(tmp_path, name)
    assert project.source.kind.has_own_tool
    held = own(project)
    assert [pin.name for pin in held.pinned().pins] == BASE
    assert held.options == ()
    assert held.text == own(project, {"OTHER": "1"}).text


def test_a_lock_out_of_date_is_refused(tmp_path: Path) -> None:
    project = project_in(tmp_path, "poetry-2.1")
    path = tmp_path / "pyproject.toml"
    before = own(project).text
    path.write_text(path.read_text().replace('"^3.0"', '"^4.0"'))
    assert own(project).text != before
    with pytest.raises(InputError, match=r"poetry\.lock: older than pyproject\.toml"):
        own(project).pinned()


def test_logins_of_the_environment_count(tmp_path: Path) -> None:
    project = project_in(tmp_path, "poetry-2.1")
    login = {"POETRY_HTTP_BASIC_HOST_USERNAME": "me"}
    assert own(project, login).text != own(project).text
    assert own(project, login).pinned().pins[0].index.startswith("https://me:@index.invalid")


def test_hashed_requirements(tmp_path: Path) -> None:
    text = "--no-index\n-f wheels\na==1 --hash=sha256:" + "0" * 64 + "\n"
    (tmp_path / "requirements.txt").write_bytes(text.encode("utf-16"))
    held = own(read_project(tmp_path, environ={}))
    assert held.options == ("--no-index", "-f wheels")
    assert [pin.name for pin in held.pinned().pins] == ["a"]


def test_what_a_requirements_file_asks_for(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(
        "-i https://${HOST}/simple\n-c constraints.txt\nflask\n-e .[web]\n"
    )
    (tmp_path / "constraints.txt").write_text("click<9\n")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\nversion = "1"\ndependencies = ["redis"]\n'
        '[project.optional-dependencies]\nweb = ["gunicorn"]\n'
    )
    project = read_project(tmp_path, environ={"HOST": "own.invalid"})
    environ, lines, bounds = ownlocks.requested(project, {"UV_INDEX": "https://b"}, {"HOST": "own.invalid"})
    assert environ == {"UV_DEFAULT_INDEX": "https://own.invalid/simple"}
    assert lines == ("flask", "redis", "gunicorn")
    assert bounds == ("click<9",)
