"""env.example: names, and defaults of what is no secret."""

import pytest
from msgspec.structs import replace

from bareboat.forms.envfile import example, is_secret
from bareboat.project.environment import Variable
from blueprints import FLASK, PACKAGE


def test_defaults_are_shown_but_for_secrets() -> None:
    leaky = (
        Variable("DATABASE_URL", False, "postgres://me:pw@db/x", "a.py:1"),
        Variable("JWT_SECRET", False, "hunter2", "a.py:2"),
        Variable("NOTE", False, "two\nlines", "a.py:3"),
        *FLASK.variables,
    )
    text = example(replace(FLASK, variables=leaky))
    assert "pw@" not in text
    assert "hunter2" not in text
    assert "lines" not in text
    assert "# must be set; read in shop/client.py:4\nAPI_TOKEN=\n" in text
    assert "# may be left out; read in shop/views.py:9\n# PAGE_SIZE=20\n" in text


def test_no_variable_no_file() -> None:
    assert example(PACKAGE) == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SECRET_KEY", True),
        ("API_KEY", True),
        ("DB_PASSWORD", True),
        ("SENTRY_DSN", True),
        ("KEYBOARD", False),
    ],
)
def test_names_of_secrets(name: str, expected: bool) -> None:  # noqa: FBT001
    assert is_secret(name) is expected
