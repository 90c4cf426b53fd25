""".dockerignore: right patterns, and the user's own lines."""

import pytest
from msgspec.structs import replace

from bareboat.dockerfile.ignore import Ignore
from bareboat.forms.ignorefile import HEADING, merged, patterns
from blueprints import FLASK, PACKAGE


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "deep/er/.env",
        "a/.env.local",
        "x/__pycache__/y.pyc",
        ".git/config",
        ".venv/bin/python",
        "Dockerfile",
    ],
)
def test_what_never_belongs_is_out_anywhere(path: str) -> None:
    assert Ignore.parse(merged(FLASK)).excludes(path)


@pytest.mark.parametrize(
    "path", ["shop/models.py", "uv.lock", "requirements.txt", "README.md", "tests/test_a.py"]
)
def test_what_is_needed_is_in(path: str) -> None:
    assert not Ignore.parse(merged(FLASK)).excludes(path)


def test_the_repository_stays_where_it_gives_the_version() -> None:
    assert not Ignore.parse(merged(replace(PACKAGE, asks_git=True))).excludes(".git/HEAD")


def test_the_user_s_lines_stay_and_count() -> None:
    existing = "# mine\nnotes/\n**/.env\n!.env.sample\n"
    text = merged(FLASK, existing)
    assert text.startswith(existing)
    assert text.count("**/.env\n") == 1
    assert HEADING in text
    ignore = Ignore.parse(text)
    assert not ignore.excludes(".env.sample")
    assert ignore.excludes("notes/x")
    assert ignore.excludes("a/.env")


def test_merging_twice_adds_nothing() -> None:
    once = merged(FLASK, "notes\n!.env.sample")
    assert merged(FLASK, once) == once
    assert merged(FLASK, merged(FLASK)) == merged(FLASK)


def test_the_exclude_setting_below_what_is_copied() -> None:
    held = dict(patterns(replace(FLASK, excluded=("shop/drafts/**", "tests/**"))))
    assert held["the exclude setting"] == ("shop/drafts/**",)
