"""Blueprints of small projects, one for each way in which dependencies are named, without any I/O."""

from msgspec.structs import replace

from bareboat.finding import Finding, Severity
from bareboat.forms import bases
from bareboat.forms.options import Options
from bareboat.plan.blueprint import (
    Blueprint,
    Checks,
    Dependencies,
    Distribution,
    Django,
    Located,
    Origin,
    System,
)
from bareboat.plan.make import Start
from bareboat.project.environment import Variable
from bareboat.target import PythonVersion

__all__ = [
    "ALL",
    "DJANGO",
    "FLASK",
    "LINKED",
    "LOCATED",
    "MEMBER",
    "PACKAGE",
    "PLACES",
    "PLAIN",
    "SOURCE",
    "WORKSPACE",
    "options",
]

_PYTHON = PythonVersion(3, 13)
_GUNICORN = ("/opt/venv/bin/gunicorn", "web:app", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm")

FLASK = Blueprint(
    name="shop",
    python=_PYTHON,
    suite="trixie",
    dependencies=Dependencies(Origin.HASHED, ("requirements.txt", "requirements/base.txt")),
    start=Start(_GUNICORN, 8000, "/healthz", path="/app"),
    entries=("shop/", "web.py"),
    distributions=(Distribution("flask", "3.1"),),
    variables=(
        Variable("API_TOKEN", is_required=True, default=None, where="shop/client.py:4"),
        Variable("PAGE_SIZE", is_required=False, default="20", where="shop/views.py:9"),
    ),
    labels=(("org.opencontainers.image.title", "shop"),),
    tests=Checks("extra", "test", ("pytest>=8", "httpx; python_version > '3'"), ("tests/",)),
)
PLAIN = replace(
    FLASK,
    dependencies=Dependencies(
        Origin.PYPROJECT, pyproject="pyproject.toml", declared=("flask>=3", "gunicorn"), extras=("web",)
    ),
)
PACKAGE = replace(
    FLASK,
    name="tides",
    dependencies=Dependencies(Origin.UV_LOCK, ("uv.lock",), "pyproject.toml", package="tides"),
    start=Start(("/opt/venv/bin/tides", "serve"), 8000, "tcp", fixed=True),
    is_package=True,
    entries=(),
    sources=("README.md", "pyproject.toml", "src/"),
    variables=(),
    version="0.3.0",
)
SOURCE = replace(
    FLASK,
    name="stock",
    dependencies=Dependencies(Origin.UV_LOCK, ("uv.lock",), "pyproject.toml", package="stock"),
    system=System(
        ("gcc", "libc6-dev", "libpq-dev"),
        ("libpq5",),
        ("gcc", "libpq-dev", "musl-dev"),
        ("psycopg2",),
    ),
    findings=(Finding("BB932", "psycopg2", "has no wheel for musl", Severity.WARNING),),
    writable=("/app/media",),
)
DJANGO = replace(
    FLASK,
    name="board",
    dependencies=Dependencies(Origin.POETRY_LOCK, ("poetry.lock",), "pyproject.toml", groups=("web",)),
    entries=("board/", "manage.py"),
    django=Django("manage.py", "board.settings", "/app/staticfiles", ("SECRET_KEY", "DATABASE_URL")),
    env=(("GREETING", "two words and $5"),),
)
WORKSPACE = replace(
    PACKAGE,
    name="api",
    dependencies=Dependencies(
        Origin.UV_LOCK, ("uv.lock",), "services/api/pyproject.toml", members=("libs/core",), package="api"
    ),
    context="services/api",
)
MEMBER = replace(
    PACKAGE,
    name="backend",
    dependencies=Dependencies(Origin.UV_LOCK, ("uv.lock",), "backend/pyproject.toml", package="backend"),
    context="backend",
)
"""The only member of a workspace whose root is no project."""
PLACES = replace(
    PACKAGE,
    name="places",
    dependencies=Dependencies(
        Origin.REQUIREMENTS,
        ("requirements.txt", "requirements/base.txt"),
        "pyproject.toml",
        located=Located(
            ("libs/near",), ("vendor/kept-1.tar.gz",), has_git=True, has_links=True, itself=".[web]"
        ),
    ),
)
"""Requirements with folders, archives, repositories and the project itself among them."""
LINKED = replace(
    DJANGO,
    name="linked",
    django=None,
    dependencies=replace(
        DJANGO.dependencies, located=Located(("libs/near",), has_git=True, linked=("libs/near",))
    ),
)
"""A lock of Poetry with a folder that it links, and a repository."""
LOCATED = replace(
    SOURCE,
    name="located",
    dependencies=replace(SOURCE.dependencies, located=Located(("libs/near",), has_git=True)),
)
"""A lock of uv with both."""
ALL = {
    "flask": FLASK,
    "plain": PLAIN,
    "package": PACKAGE,
    "source": SOURCE,
    "django": DJANGO,
    "workspace": WORKSPACE,
    "member": MEMBER,
    "places": PLACES,
    "linked": LINKED,
    "located": LOCATED,
}


def options(base: str = "slim", **more: bool) -> Options:
    """Return the options of a form on a base."""
    return Options(bases.find(base, python=_PYTHON, suite="trixie"), **more)
