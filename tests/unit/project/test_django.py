"""Django's static files: found in syntax trees, never by importing the settings."""

from pathlib import Path

import pytest

from bareboat.project import django, read

MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_.settings")\n'
SETTINGS = (
    "import os\nfrom pathlib import Path\nBASE_DIR = Path(__file__).parent.parent\n"
    'SECRET_KEY = os.environ["SECRET_KEY"]\nDEBUG = os.environ.get("DEBUG", "0")\n'
)


def found(folder: Path, root: str, settings: str = "site_/settings.py") -> django.Statics | None:
    for name, text in (
        ("manage.py", MANAGE),
        (settings, f"{SETTINGS}{root}\n"),
        ("requirements.txt", "django\n"),
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    project = read.read(folder, environ={})
    return django.read(project.files, project.application.variables)


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ('STATIC_ROOT = BASE_DIR / "static" / "all"', "static/all"),
        ('STATIC_ROOT = os.path.join(BASE_DIR, "static")', "static"),
        ('STATIC_ROOT: str = str(BASE_DIR.joinpath("static"))', "static"),
        ('STATIC_ROOT = Path(os.environ.get("S") or BASE_DIR / "static")', "static"),
        ('STATIC_ROOT = "/srv/static"', "/srv/static"),
        ("STATIC_ROOT = somewhere()", ""),
        ('STATIC_ROOT = OTHER / "x"', ""),
        ("STATIC_ROOT = BASE_DIR / NAME", ""),
        ("STATIC_ROOT = x.y(BASE_DIR)", ""),
        ("STATIC_ROOT = str(BASE_DIR, 1)", ""),
    ],
)
def test_the_root(tmp_path: Path, root: str, expected: str) -> None:
    held = found(tmp_path, root)
    assert held is not None
    assert (held.manage, held.settings, held.root) == ("manage.py", "site_.settings", expected)
    assert held.variables == ("SECRET_KEY",)


@pytest.mark.parametrize("root", ["", "STATIC_ROOT = None", "STATIC_ROOT = ("])
def test_without_a_root_nothing_is_collected(tmp_path: Path, root: str) -> None:
    held = found(tmp_path, root)
    assert held is not None
    assert (held.where, held.root, held.variables) == ("", "", ())


def test_settings_may_be_a_folder(tmp_path: Path) -> None:
    held = found(tmp_path, 'STATIC_ROOT = BASE_DIR / "static"', "site_/settings/base.py")
    assert held is not None
    assert held.root == "static"


def test_another_framework(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("x = 1\n")
    project = read.read(tmp_path, environ={})
    assert django.read(project.files, project.application.variables) is None
