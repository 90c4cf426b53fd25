"""Pins looked up by their hashes."""

import hashlib
from pathlib import Path

import pytest

import smallbase
from bareboat.build.lookup import Lookup
from bareboat.build.prepare import tools_for
from bareboat.errors import IntegrityError
from bareboat.index.config import uv_environment
from bareboat.lock import Lock, Sdist, Wheel
from bareboat.project.pinned import Pin, Pinned
from bareboat.testing import wheels
from lockfixtures import AMD64

BAR = wheels.make("bbbar", "2.0")
DIGEST = hashlib.sha256(BAR.data).hexdigest()
DIRECT = Wheel("bbone-1.0-py3-none-any.whl", "https://a.invalid/bbone-1.0-py3-none-any.whl", "0" * 64)
SOURCES = Sdist("bbtwo-1.0.tar.gz", "https://a.invalid/bbtwo-1.0.tar.gz", "0" * 64)


def find(folder: Path, *pins: Pin, options: tuple[str, ...] = (), extra: tuple[str, ...] = ()) -> Lock:
    links = folder / "links"
    links.mkdir(exist_ok=True)
    wheels.write(BAR, links)
    environ = {
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
        "UV_CACHE_DIR": str(folder / "uv"),
        "PIP_CONFIG_FILE": "/dev/null",
        "UV_NO_CONFIG": "1",
    }
    wanted = smallbase.world().wanted(folder, environ=environ, store=folder / "store")
    with tools_for(wanted) as tools:
        lookup = Lookup(AMD64, uv_environment(environ), tools, offline=False, options=options)
        return lookup.find(Pinned(tuple(pins), "a.lock", extra), folder)


def test_what_the_lock_tells_whole_is_not_looked_up(tmp_path: Path) -> None:
    pins = (
        Pin("bbtwo", "1.0", (), because="x", sdist=SOURCES),
        Pin("bbone", "1.0", (DIRECT.sha256,), ("bbtwo",), wheel=DIRECT),
    )
    one, two = find(tmp_path, *pins).packages
    assert (one.wheel, one.requires) == (DIRECT, ("bbtwo",))
    assert (two.wheel, two.sdist, two.because) == (None, SOURCES, "x")


def test_the_rest_is_found_by_its_hash(tmp_path: Path) -> None:
    held = find(
        tmp_path, Pin("bbbar", "2.0", (DIGEST,), because="me"), options=("--no-index", "--find-links links")
    )
    (package,) = held.packages
    assert package.wheel is not None
    assert (package.wheel.sha256, package.because, held.origin) == (DIGEST, "me", "a.lock")
    assert package.wheel.url.startswith("file:")


def test_another_hash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"bbbar==2\.0"):
        find(tmp_path, Pin("bbbar", "2.0", ("0" * 64,)), options=("--no-index", "-f links"))


def test_only_the_index_that_the_lock_names_is_asked(tmp_path: Path) -> None:
    simple = tmp_path / "simple" / "bbbar"
    simple.mkdir(parents=True)
    wheels.write(BAR, simple)
    (simple / "index.html").write_text(f'<a href="{BAR.filename}#sha256={DIGEST}">{BAR.filename}</a>')
    pin = Pin("bbbar", "2.0", (DIGEST,), index=(tmp_path / "simple").as_uri())
    (package,) = find(tmp_path, pin, options=("-i https://other.invalid/simple",)).packages
    assert package.wheel is not None
    assert package.wheel.url.endswith(f"/simple/bbbar/{BAR.filename}")
