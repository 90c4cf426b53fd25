"""A folder as a Blueprint."""

from pathlib import Path

import pytest

import smallbase
from bareboat.errors import InputError
from bareboat.jobs.blueprint import Asked, blueprint
from bareboat.plan.blueprint import Blueprint, Origin

APP = 'import os\nfrom flask import Flask\napp = Flask(__name__)\nos.environ["TOKEN"]\n'
HASH = "--hash=sha256:" + "0" * 64
LOCK = f"flask==3.1 {HASH}\ngunicorn==23 {HASH}\n"
PYPROJECT = """[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "Tide_Table"
version = "1.2"
dependencies = ["flask", "gunicorn"]
[project.optional-dependencies]
test = ["pytest>=8", "tide-table[x]"]
[project.scripts]
tide-table = "tide_table.cli:main"
"""
POETRY = """[tool.poetry]
name = "board"
version = "2.0"
package-mode = false
[tool.poetry.dependencies]
python = "^3.12"
flask = "*"
[build-system]
requires = ["poetry-core"]
build-backend = "poetry.core.masonry.api"
"""
POETRY_LOCK = """[[package]]
name = "gunicorn"
version = "23"
groups = ["main"]
files = [{file = "gunicorn-23-py3-none-any.whl", hash = "sha256:00"}]
[metadata]
lock-version = "2.1"
"""


def made(
    folder: Path, tool: str = "", base: str = "slim", flags: dict[str, object] | None = None, **files: str
) -> Blueprint:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return blueprint(folder, flags or {}, smallbase.world().context(), Asked(base, tool))


def test_a_script_folder(tmp_path: Path) -> None:
    held = made(tmp_path, wsgi_DOT_py=APP, requirements_DOT_txt=LOCK, pkg__a_DOT_py="")
    assert held.entries == ("pkg/", "requirements.txt", "wsgi.py")
    assert held.start.argv[0] == "/opt/venv/bin/gunicorn"
    assert held.start.path == "/app"
    assert [one.name for one in held.variables] == ["TOKEN"]
    assert not held.is_package
    assert not held.has_private_index
    assert held.dependencies.origin is Origin.HASHED


def test_a_package(tmp_path: Path) -> None:
    held = made(
        tmp_path,
        pyproject_DOT_toml=PYPROJECT,
        src__tide_table__cli_DOT_py="def main(): ...\n",
        tests__a_DOT_py="",
    )
    assert held.is_package
    assert held.entries == ()
    assert held.sources == ("pyproject.toml", "src/")
    assert held.start.argv == ("/opt/venv/bin/tide-table",)
    assert held.tests.requirements == ("pytest>=8", "tide-table[x]")[:1]
    assert "tests/" in held.tests.entries
    assert held.version == "1.2"


def test_poetry_without_a_project_table(tmp_path: Path) -> None:
    held = made(tmp_path, pyproject_DOT_toml=POETRY, poetry_DOT_lock=POETRY_LOCK, wsgi_DOT_py=APP)
    assert held.name == "board"
    assert held.version == "2.0"
    assert str(held.python) == "3.13"
    assert not held.is_package
    assert held.dependencies.origin is Origin.POETRY_LOCK
    assert not held.dependencies.is_standard
    package = POETRY.replace("package-mode = false\n", 'packages = [{ include = "wsgi.py" }]\n')
    assert made(
        tmp_path / "b", pyproject_DOT_toml=package, poetry_DOT_lock=POETRY_LOCK, wsgi_DOT_py=APP
    ).is_package


def test_django(tmp_path: Path) -> None:
    held = made(
        tmp_path,
        manage_DOT_py='import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "web.settings")\n',
        web__settings_DOT_py='STATIC_ROOT = BASE_DIR / "static"\n',
        requirements_DOT_txt=LOCK,
        wsgi_DOT_py=APP,
    )
    assert held.django is not None
    assert held.django.static == "/app/static"


def test_a_private_index_is_seen_and_never_named(tmp_path: Path) -> None:
    held = made(
        tmp_path,
        requirements_DOT_txt=LOCK,
        wsgi_DOT_py=APP,
        uv_DOT_toml='[[index]]\nurl = "https://me:hunter2@index.example/simple"\n',
    )
    assert held.has_private_index
    assert "hunter2" not in repr(held)


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        made(tmp_path / "no")
    (tmp_path / "a").mkdir()
    with pytest.raises(InputError, match="is no table"):
        made(tmp_path / "a", pyproject_DOT_toml="[tool]\nbareboat = 3\n")
    assert Asked("registry.example/alpine:1").is_alpine


def test_what_looks_like_a_secret_counts_where_it_is_copied(tmp_path: Path) -> None:
    key = "-----BEGIN " + "PRIVATE KEY-----\n" + "A" * 64
    wheel, folder = tmp_path / "wheel", tmp_path / "folder"
    package = made(
        wheel,
        pyproject_DOT_toml=PYPROJECT,
        requirements_DOT_txt=LOCK,
        tide_table__cli_DOT_py=APP,
        tests__k=key,
    )
    assert package.is_package
    with pytest.raises(InputError, match=r"tide_table/key\.pem"):
        made(wheel, tide_table__key_DOT_pem=key)
    with pytest.raises(InputError, match="tests/k") as caught:
        made(folder, wsgi_DOT_py=APP, requirements_DOT_txt=LOCK, tests__k=key)
    assert 'exclude = ["tests"]' in caught.value.hint


def test_a_script_with_a_block_of_its_own_has_no_form(tmp_path: Path) -> None:
    block = '# /// script\n# dependencies = ["flask"]\n# ///\n'
    with pytest.raises(InputError, match="no form of a Dockerfile installs from a script"):
        made(tmp_path, main_DOT_py=block + "print(1)\n")


def test_what_no_file_names_is_not_left_out_in_silence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="imports yaml, and no file says what to install") as caught:
        made(tmp_path, main_DOT_py="import yaml\nif __name__ == '__main__':\n    print(yaml)\n")
    assert "`bareboat plan` proposes" in caught.value.hint
