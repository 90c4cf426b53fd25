from pathlib import Path

import pytest

from bareboat.project.migrations import migrations
from folders import applied, project

FLASK = "from flask import Flask\napp = Flask('x')\n"


@pytest.mark.parametrize(
    ("texts", "packages", "line"),
    [
        ({"manage.py": "x = 1\n"}, {"django"}, "python manage.py migrate --noinput"),
        ({"web/manage.py": "x = 1\n"}, {"django"}, "python web/manage.py migrate --noinput"),
        ({"alembic.ini": "", "a.py": ""}, {"alembic"}, "alembic upgrade head"),
        ({"db/alembic.ini": "", "a.py": ""}, {"alembic"}, "alembic --config db/alembic.ini upgrade head"),
        (
            {"wsgi.py": FLASK, "migrations/env.py": ""},
            {"flask-migrate", "alembic"},
            "flask --app wsgi:app db upgrade",
        ),
        (
            {"wsgi.py": FLASK, "shop/migrations/env.py": ""},
            {"flask-migrate"},
            "flask --app wsgi:app db upgrade --directory shop/migrations",
        ),
        ({"x.py": "", "migrations/env.py": ""}, {"flask-migrate"}, "flask db upgrade"),
        ({"manage.py": "x = 1\n", "alembic.ini": ""}, {"flask"}, ""),
    ],
)
def test_migrations_are_found_with_their_command(
    tmp_path: Path, texts: dict[str, str], packages: set[str], line: str
) -> None:
    texts = {"requirements.txt": "", **texts}
    held = project(tmp_path, texts)
    found = migrations(held.files, packages, applied(tmp_path, {}))
    assert [" ".join(one.words) for one in found] == ([line] if line else [])
    assert all((tmp_path / one.where).is_file() for one in found)
