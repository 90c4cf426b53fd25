"""The command that brings a database up to date, where Django, Flask-Migrate or Alembic have migrations."""

from collections.abc import Collection

from msgspec import Struct

from bareboat.project.application import Application
from bareboat.project.files import Files
from bareboat.project.frameworks import Kind

__all__ = ["Migration", "migrations"]


class Migration(Struct, frozen=True):
    """The command in exec form, as it is run from /app, and the file that tells of it."""

    words: tuple[str, ...]
    where: str


def migrations(files: Files, packages: Collection[str], application: Application) -> tuple[Migration, ...]:
    """Return the migrations of the tools among the locked `packages`; more than one is rare."""
    paths = sorted((one.path for one in files), key=lambda path: (path.count("/"), path))
    held = set(packages)
    found = []
    manage = next((path for path in paths if path.rpartition("/")[2] == "manage.py"), "")
    if "django" in held and manage:
        found.append(Migration(("python", manage, "migrate", "--noinput"), manage))
    environment = next((path for path in paths if path.endswith("migrations/env.py")), "")
    if "flask-migrate" in held and environment:
        folder = environment.removesuffix("/env.py")
        more = () if folder == "migrations" else ("--directory", folder)
        found.append(Migration(("flask", *_application(application), "db", "upgrade", *more), environment))
    elif "alembic" in held:
        ini = next((path for path in paths if path.rpartition("/")[2] == "alembic.ini"), "")
        if ini:
            more = () if ini == "alembic.ini" else ("--config", ini)
            found.append(Migration(("alembic", *more, "upgrade", "head"), ini))
    return tuple(found)


def _application(application: Application) -> tuple[str, ...]:
    """Return `--app module:name` of the Flask application, nothing where there is none."""
    for one in application.candidates:
        if one.framework == "flask" and one.kind is Kind.WSGI and one.attribute:
            return ("--app", f"{one.module}:{one.attribute}")
    return ()
