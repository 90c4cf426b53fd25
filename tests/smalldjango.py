"""A small project on a stand-in for Django: the few names that collecting static files takes.

Real Django needs more of an interpreter than the small base has; it runs in the integration tests.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import folders
import smallbase
from bareboat.testing.wheels import Wheel, make

__all__ = ["MANAGE", "SETTINGS", "project", "wheel"]

MANAGE = """
import os, sys
from django.core import management
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
management.execute_from_command_line(sys.argv)
"""
SETTINGS = """
import os
BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INSTALLED_APPS = ["django.contrib.staticfiles"]
STATIC_ROOT = os.path.join(BASE_DIR, "static")
FILES = {"a.css": b"a {}", "b/c.js": b"c()"}
"""
_CONF = """
import importlib, os
class Settings:
    def __getattr__(self, name):
        held = importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"])
        if not held.INSTALLED_APPS:
            raise RuntimeError("nothing is installed")
        return getattr(held, name)
settings = Settings()
"""
_APPS = """
from django.conf import settings
class Apps:
    def is_installed(self, name):
        return name in settings.INSTALLED_APPS
apps = Apps()
"""
_MANAGEMENT = """
import os, time
def execute_from_command_line(argv):
    from django.conf import settings
    from django.contrib.staticfiles.storage import staticfiles_storage
    assert argv[1:3] == ["collectstatic", "--noinput"]
    for name, data in settings.FILES.items():
        path = staticfiles_storage.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        with open(path + ".gz", "wb") as file:
            now = int(time.time()).to_bytes(4, "little")
            file.write(b"\\x1f\\x8b\\x08\\x00" + now + b"\\x02\\xff" + data)
    print(len(settings.FILES), "static files copied")
"""
_STORAGE = """
import os
from django.conf import settings
class Storage:
    def path(self, name):
        raise NotImplementedError("not on this machine")
class StaticFilesStorage(Storage):
    manifest_name = "staticfiles.json"
    def path(self, name):
        return os.path.join(os.path.abspath(settings.STATIC_ROOT), name)
staticfiles_storage = getattr(settings, "STORAGE", "local") == "local" and StaticFilesStorage() or Storage()
"""


def wheel() -> Wheel:
    """Return the stand-in as a wheel."""
    empty = ("core/__init__.py", "contrib/__init__.py", "contrib/staticfiles/__init__.py")
    return make(
        "django",
        "9.0",
        {
            "django/__init__.py": "def setup(): pass\n",
            "django/conf.py": _CONF,
            "django/apps.py": _APPS,
            "django/core/management.py": _MANAGEMENT,
            "django/contrib/staticfiles/storage.py": _STORAGE,
            **{f"django/{name}": "" for name in empty},
        },
    )


def project(folder: Path, settings: str = SETTINGS, more: Mapping[str, str] | None = None) -> Path:
    """Write the project into `folder` and return it; `more` are further files."""
    smallbase.project(folder)
    held = wheel()
    (folder / "wheels" / held.filename).write_bytes(held.data)
    digest = hashlib.sha256(held.data).hexdigest()
    with (folder / "pylock.toml").open("a") as lock:
        lock.write(
            '[[packages]]\nname = "django"\nversion = "9.0"\n'
            f'wheels = [{{ path = "wheels/{held.filename}", hashes = {{ sha256 = "{digest}" }} }}]\n'
        )
    files = {"manage.py": MANAGE, "shop/__init__.py": "", "shop/settings.py": settings, **(more or {})}
    folders.make(folder, files)
    return folder
