"""The settings module of production: who names it, and in which order they are believed."""

from pathlib import Path

import pytest

import folders
from bareboat.project import djangosettings, files
from bareboat.project.environment import Variable
from bareboat.project.fact import Fact

DEFAULT = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "{}")\n'


def found(
    folder: Path, texts: dict[str, str], *, manage: str = "manage.py", served: str = ""
) -> Fact[str] | None:
    read = files.read(folders.make(folder, texts), environ=folders.ENVIRON)
    hinted = djangosettings.hints(folder)
    return djangosettings.find(read, (), manage=manage, served=served, hinted=hinted)


ALL = {
    "manage.py": DEFAULT.format("shop.settings.local"),
    "shop/wsgi.py": DEFAULT.format("shop.settings.production"),
    "shop/asgi.py": DEFAULT.format("shop.settings.live"),
    "shop/settings/base.py": "INSTALLED_APPS = []\n",
}


def test_what_is_started_comes_first(tmp_path: Path) -> None:
    assert found(tmp_path, ALL, served="shop/asgi.py") == Fact("shop.settings.live", "shop/asgi.py")
    assert found(tmp_path, ALL) == Fact("shop.settings.production", "shop/wsgi.py")


def test_what_production_sets_before_any_code_comes_first(tmp_path: Path) -> None:
    texts = {
        **ALL,
        "Dockerfile": "FROM x\nENV PORT=8000 DJANGO_SETTINGS_MODULE=shop.settings.base\n",
        "docker-compose.yml": "DJANGO_SETTINGS_MODULE: shop.settings.base\n",
    }
    assert found(tmp_path, texts, served="shop/asgi.py") == Fact("shop.settings.base", "Dockerfile:2")
    (tmp_path / "Dockerfile").write_text("ENV DJANGO_SETTINGS_MODULE=shop.settings.dev\n")
    (tmp_path / "shop/settings/dev.py").touch()
    read = files.read(tmp_path, environ=folders.ENVIRON)
    held = djangosettings.find(read, (), manage="manage.py", served="", hinted=djangosettings.hints(tmp_path))
    assert held == Fact("shop.settings.production", "shop/wsgi.py")


def test_manage_py_comes_after_those(tmp_path: Path) -> None:
    texts = {**ALL, "shop/wsgi.py": "", "shop/asgi.py": "broken ("}
    assert found(tmp_path, texts) == Fact("shop.settings.local", "manage.py")


@pytest.mark.parametrize(
    "line",
    [
        'os.environ["DJANGO_SETTINGS_MODULE"] = "a.b"',
        'os.environ["DJANGO_SETTINGS_MODULE"] = os.environ.get("DJANGO_SETTINGS_MODULE", "a.b")',
        'os.environ.setdefault("DJANGO_SETTINGS_MODULE", os.getenv("X", "a.b"))',
    ],
)
def test_forms_of_naming(tmp_path: Path, line: str) -> None:
    assert found(tmp_path, {"manage.py": f"import os\n{line}\n"}) == Fact("a.b", "manage.py")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dockerfile", "FROM x\nENV DJANGO_SETTINGS_MODULE=shop.prod PORT=1\n"),
        ("Procfile", "\nweb: DJANGO_SETTINGS_MODULE=shop.prod gunicorn shop.wsgi\n"),
        ("compose.yaml", "a:\n  DJANGO_SETTINGS_MODULE: 'shop.prod'\n"),
        ("app.json", '{\n"DJANGO_SETTINGS_MODULE": "shop.prod"}\n'),
    ],
)
def test_a_file_that_starts_it_elsewhere_is_a_hint(tmp_path: Path, name: str, text: str) -> None:
    texts = {name: text, "manage.py": "", "shop/prod.py": "", "shop/dev.py": ""}
    assert found(tmp_path, texts) == Fact("shop.prod", f"{name}:2")
    assert found(tmp_path, {**texts, name: text.replace("shop.prod", "gone.prod")}) is None


def test_hints_for_production_come_before_those_for_development(tmp_path: Path) -> None:
    texts = {
        "docker-compose.yml": "DJANGO_SETTINGS_MODULE=shop.dev\n",
        "fly.toml": 'DJANGO_SETTINGS_MODULE = "shop.live"\n',
        **dict.fromkeys(("manage.py", "shop/dev.py", "shop/live.py"), ""),
    }
    assert found(tmp_path, texts) == Fact("shop.live", "fly.toml:1")


def test_the_only_settings_are_taken_and_two_are_not(tmp_path: Path) -> None:
    texts = {"web/manage.py": "", "web/shop/settings.py": "INSTALLED_APPS = ['a']\n"}
    assert found(tmp_path, texts, manage="web/manage.py") == Fact("shop.settings", "web/shop/settings.py")
    more = {**texts, "web/shop/other/__init__.py": "INSTALLED_APPS = []\n"}
    assert found(tmp_path, more, manage="web/manage.py") is None
    read = files.read(tmp_path, environ=folders.ENVIRON)
    assert [fact.value for fact in djangosettings.candidates(read, "web")] == ["shop.other", "shop.settings"]


def test_variables_of_other_files_count_too(tmp_path: Path) -> None:
    read = files.read(folders.make(tmp_path, {"x.py": ""}), environ=folders.ENVIRON)
    held = Variable("DJANGO_SETTINGS_MODULE", is_required=False, default="a.b", where="celery.py:2")
    assert djangosettings.find(read, (held,), manage="", served="", hinted=()) == Fact("a.b", "celery.py:2")
