"""Pipfile.lock: categories, markers, sources, refusals."""

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bareboat.errors import BareboatError, InputError, ResolveError
from bareboat.lock import Folder, Repository
from bareboat.project.pinned import Pinned
from bareboat.project.pipfilelock import check, read
from lockfixtures import AMD64, BASE, chooser, text

HASH = "sha256:" + "0" * 64
SOURCES = [
    {"name": "pypi", "url": "https://index.invalid/simple"},
    {"name": "own", "url": "https://${ME}:$PASS@own.invalid/simple"},
]
FLASK = {"version": "==3.0", "hashes": [HASH]}

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def select(
    text: str, *groups: str, folder: Path = Path("/project"), environ: dict[str, str] | None = None
) -> Pinned:
    return read(
        text,
        where="Pipfile.lock",
        target=AMD64,
        choose=chooser(AMD64),
        folder=folder,
        environ=environ or {"ME": "me@x"},
        groups=groups,
    )


def one(entry: dict[str, Any], **more: Any) -> str:
    return json.dumps({"_meta": {"sources": SOURCES}, "default": {"Flask": entry}, "develop": {}, **more})


def test_a_real_lock() -> None:
    held = text("pipenv", "Pipfile.lock")
    assert [pin.name for pin in select(held).pins] == BASE
    assert [pin.name for pin in select(held, "prod").pins] == sorted([*BASE, "gunicorn"])
    assert "pytest" in [pin.name for pin in select(held, "dev-packages").pins]
    assert all(pin.index == "" and len(pin.sha256) >= 1 for pin in select(held).pins)
    with pytest.raises(InputError, match=r"no category 'no' \(it has: develop, prod\)"):
        select(held, "no")


def test_fresh_until_something_changes() -> None:
    held, pipfile = text("pipenv", "Pipfile.lock"), tomllib.loads(text("pipenv", "Pipfile"))
    check(held, pipfile, where="Pipfile.lock")
    check(held, {**pipfile, "scripts": {"a": "b"}}, where="Pipfile.lock")
    check(one(FLASK), {}, where="Pipfile.lock")
    pipfile["packages"]["redis"] = "*"
    with pytest.raises(InputError, match=r"^Pipfile\.lock: older than the Pipfile") as caught:
        check(held, pipfile, where="Pipfile.lock")
    assert "pipenv lock" in caught.value.hint


def test_markers_in_both_forms() -> None:
    assert select(one({**FLASK, "markers": "sys_platform == 'linux'"})).pins
    assert not select(one({**FLASK, "sys_platform": "== 'win32'"})).pins
    assert select(one({**FLASK, "python_version": ">= '3.8'"})).pins


def test_sources() -> None:
    assert select(one({**FLASK, "index": "pypi"})).pins[0].index == ""
    assert select(one({**FLASK, "index": "own"})).pins[0].index == "https://me%40x:$PASS@own.invalid/simple"
    assert select(one({**FLASK, "index": "gone"})).pins[0].index == ""
    held = json.loads(one(FLASK))
    held["_meta"]["sources"].reverse()
    assert select(json.dumps(held)).pins[0].index == "https://me%40x:$PASS@own.invalid/simple"
    text = one({**FLASK, "index": "own"}).replace('"url": "https://$', '"link": "https://$')
    with pytest.raises(InputError, match="the source 'own' has no url"):
        select(text)


def test_the_project_itself_is_left_out_and_wheels_are_taken() -> None:
    assert not select(one({"path": ".", "editable": True})).pins
    wheel = {"hashes": [HASH], "file": "https://example.invalid/flask-3.0-py3-none-any.whl"}
    (pin,) = select(one(wheel)).pins
    assert pin.wheel is not None
    assert (pin.version, pin.wheel.url) == ("3.0", wheel["file"])


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            {"hg": "https://me@example.invalid/flask", "ref": "abc"},
            r"a repository of hg \(https://example.invalid/flask\)",
        ),
        ({"file": "https://example.invalid/flask-3.0.tar.bz2"}, "an archive of sources"),
    ],
)
def test_what_must_be_built_is_one_sentence(entry: dict[str, Any], said: str) -> None:
    with pytest.raises(ResolveError, match=f"flask is {said}"):
        select(one(entry))


def test_repositories_folders_and_archives(tmp_path: Path) -> None:
    entry = {
        "git": "https://${TOKEN}@example.invalid/f",
        "ref": COMMIT,
        "subdirectory": "a",
    }
    (pin,) = select(one(entry), environ={"TOKEN": "secret"}).pins
    assert pin.repository == Repository("https://example.invalid/f", COMMIT, "a")
    (tmp_path / "flask").mkdir()
    (pin,) = select(one({"path": "./flask", "editable": True}), folder=tmp_path).pins
    assert pin.folder == Folder(str(tmp_path / "flask"), str(tmp_path))
    (tmp_path / "flask-3.0.tar.gz").write_bytes(b"x")
    (pin,) = select(one({"file": "./flask-3.0.tar.gz"}), folder=tmp_path).pins
    assert pin.sdist is not None
    assert pin.sdist.sha256 == hashlib.sha256(b"x").hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 100000,
        "[]",
        "{}",
        '{"_meta": 3}',
        '{"_meta": {"sources": 3}}',
        '{"_meta": {}, "default": 3}',
        '{"_meta": {}, "default": {"a": 3}}',
        one({**FLASK, "version": "*"}),
        one({**FLASK, "version": "==3.*"}),
        one({**FLASK, "hashes": []}),
        one({**FLASK, "hashes": 3}),
        one({**FLASK, "hashes": ["sha256:what"]}),
        one({**FLASK, "markers": "what?"}),
        one(FLASK, prod={"flask": {**FLASK, "version": "==3.1"}}),
    ],
)
def test_what_is_no_lock_is_refused(text: str) -> None:
    with pytest.raises(BareboatError) as caught:
        select(text, *(["prod"] if '"prod"' in text else []))
    assert caught.value.exit_code == 2
