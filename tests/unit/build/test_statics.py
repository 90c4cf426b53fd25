"""Static files of a whole small project, collected in the sandbox and on the host."""

import gzip
from pathlib import Path

import pytest

import smallbase
import smalldjango
from bareboat.build import statics
from bareboat.build.prepare import Prepared, prepared
from bareboat.errors import BuildError
from bareboat.facts.artifact import Role
from bareboat.progress import SILENT, Progress
from bareboat.sandbox import confined
from bareboat.tree.tree import Tree


@pytest.fixture(autouse=True)
def _sandbox() -> None:
    if (reason := confined.reason_against()) is not None:
        pytest.skip(reason)


def made(folder: Path, progress: Progress = SILENT, **more: object) -> Prepared:
    with prepared(smallbase.world().wanted(folder, progress=progress, **more)) as (found, _):
        return found


def tree(found: Prepared) -> Tree:
    return next(
        (one.tree() for one in found.ready.values() if one.artifact.role is Role.STATIC),
        Tree(),
    )


def said(found: Prepared) -> tuple[str, str]:
    (one,) = [one for one in found.plan.decisions if one.subject == "static files"]
    return one.value, one.reason


def paths(found: Prepared) -> list[str]:
    return [entry.path for entry in tree(found) if entry.content is not None]


def bytes_of(found: Prepared, path: str) -> bytes:
    entry = tree(found).find(path)
    assert entry is not None
    assert entry.content is not None
    return b"".join(entry.content.chunks())


def test_the_files_are_a_layer_of_their_own_and_collected_once(tmp_path: Path) -> None:
    folder, heard = smalldjango.project(tmp_path / "shop"), smallbase.Heard()
    found = made(folder, heard)
    assert paths(found) == [
        *("app/static/a.css", "app/static/a.css.gz", "app/static/b/c.js", "app/static/b/c.js.gz")
    ]
    assert found.plan.layers[-1].role is Role.STATIC
    assert said(found) == ("4 files in /app/static", "collected in the build with shop.settings")
    assert dict(found.plan.config.env)["DJANGO_SETTINGS_MODULE"] == "shop.settings"
    assert {"settings", "migrations"} < {one.subject for one in found.plan.decisions}
    assert heard.notes == ["static files are collected with shop.settings"]
    warm = made(folder, again := smallbase.Heard(), offline=True)
    assert again.notes == []
    assert warm.plan == found.plan


def test_the_time_in_a_gzip_file_is_taken_out(tmp_path: Path) -> None:
    held = bytes_of(made(smalldjango.project(tmp_path / "shop")), "app/static/a.css.gz")
    assert held[:3] == gzip.compress(b"")[:3]
    assert held[4:8] == bytes(4)


def test_the_host_makes_the_same_files(tmp_path: Path) -> None:
    folder = smalldjango.project(tmp_path / "shop")
    confined, plain = made(folder), made(folder, sandboxed=False)
    assert tree(confined) == tree(plain) or [
        (entry.path, entry.mode, entry.size) for entry in tree(confined)
    ] == [(entry.path, entry.mode, entry.size) for entry in tree(plain)]
    assert [one.key for one in confined.plan.layers[-1].artifacts] == [
        one.key for one in plain.plan.layers[-1].artifacts
    ]


WANTING = """
import os
from shop.plain import *
SECRET_KEY = os.environ["SECRET_KEY"]
HOPS = int(os.environ["MAIL_HOPS"])
if not os.environ.get("GREETING"):
    raise ValueError("set GREETING")
DATABASE = os.environ["DATABASE_URL"]
assert DATABASE.startswith("sqlite:")
"""


def test_what_the_settings_want_is_made_up_for_the_build_alone(tmp_path: Path) -> None:
    folder = smalldjango.project(tmp_path / "shop", WANTING, {"shop/plain.py": smalldjango.SETTINGS})
    found = made(folder)
    assert said(found)[1].endswith("made up for it alone: DATABASE_URL, GREETING, MAIL_HOPS, SECRET_KEY")
    assert not {"SECRET_KEY", "DATABASE_URL", "MAIL_HOPS", "GREETING"} & set(dict(found.plan.config.env))


def test_what_is_given_to_the_build_is_not_made_up(tmp_path: Path) -> None:
    settings = smalldjango.SETTINGS + 'assert os.environ["GREETING"] == "hello"\n'
    folder = smalldjango.project(tmp_path / "shop", settings)
    found = made(folder, flags={"build": {"env": {"GREETING": "hello"}}})
    assert "made up" not in said(found)[1]
    assert "GREETING" not in dict(found.plan.config.env)


def test_a_secret_that_is_written_into_a_file_is_refused(tmp_path: Path) -> None:
    settings = smalldjango.SETTINGS + 'FILES = {"key.js": os.environ["SECRET_KEY"].encode()}\n'
    folder = smalldjango.project(tmp_path / "shop", settings)
    with pytest.raises(BuildError, match=r"static/key.js: holds the throw-away value of SECRET_KEY"):
        made(folder)


@pytest.mark.parametrize(
    ("settings", "value", "reason"),
    [
        ("INSTALLED_APPS = ['x']", "none", "django.contrib.staticfiles is not in INSTALLED_APPS"),
        ("STATIC_ROOT = STATIC_ROOT and ''", "none", "STATIC_ROOT is not set"),
        (
            "STORAGE = 'remote'",
            "not in the image",
            (
                "django.contrib.staticfiles.storage.Storage keeps them elsewhere: "
                "run collectstatic as a step of the release"
            ),
        ),
        ("STATIC_ROOT = '/tmp/x'", "none", "STATIC_ROOT is /tmp/x, where an image cannot hold static files"),
        ("FILES = {}", "0 files in /app/static", "collected in the build with shop.settings"),
    ],
)
def test_nothing_to_collect_is_said(tmp_path: Path, settings: str, value: str, reason: str) -> None:
    folder = smalldjango.project(tmp_path / "shop", f"{smalldjango.SETTINGS}{settings}\n")
    found = made(folder)
    assert said(found) == (value, reason)
    assert tree(found) == Tree()
    codes = [one.code for one in found.plan.findings if one.where.startswith("shop/")]
    assert codes == ([statics.ELSEWHERE] if "/tmp" in settings else [])


def test_a_folder_outside_app_is_mounted(tmp_path: Path) -> None:
    folder = smalldjango.project(tmp_path / "shop", f"{smalldjango.SETTINGS}STATIC_ROOT = '/srv/www/s'\n")
    found = made(folder)
    assert paths(found)[0] == "srv/www/s/a.css"
    assert said(found)[0] == "4 files in /srv/www/s"
    assert said(made(folder, sandboxed=False))[0] == "none"


def test_a_committed_root_is_left_alone(tmp_path: Path) -> None:
    more = {"static/staticfiles.json": "{}", "static/a.css": "a {}"}
    folder = smalldjango.project(tmp_path / "shop", more=more)
    assert said(made(folder)) == (
        "/app/static/staticfiles.json",
        "committed with its manifest: left as it is",
    )
    computed = smalldjango.SETTINGS.replace('BASE_DIR, "static"', 'BASE_DIR, "sta" + "tic"')
    other = smalldjango.project(tmp_path / "other", computed, more)
    assert said(made(other)) == ("/app/static", "committed with its manifest: left as it is")


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    folder = smalldjango.project(tmp_path / "shop", "raise SystemExit(STATIC_ROOT)\nSTATIC_ROOT = 1\n")
    found = made(folder, flags={"build": {"collectstatic": False}})
    assert said(found) == ("none", "the build.collectstatic setting")


def test_a_failure_says_what_and_how_to_do_without(tmp_path: Path) -> None:
    settings = smalldjango.SETTINGS + 'print("connecting")\nraise OSError("no database here")\n'
    with pytest.raises(
        BuildError, match=r"^manage.py: collectstatic failed: OSError: no database here$"
    ) as held:
        made(smalldjango.project(tmp_path / "shop", settings))
    assert "collectstatic = false leaves static files out" in held.value.hint
    assert "connecting" in held.value.hint
