"""Wheels for other Pythons, asked of an index that has them."""

from pathlib import Path

import pytest

from bareboat.build.elsewhere import completed
from bareboat.lock import Lock, LockedPackage, Sdist, Wheel
from bareboat.target import Arch, Target
from bareboat.testing import wheels

TARGET = Target(Arch.AMD64, "3.13.5", (2, 41))


def sources(name: str) -> LockedPackage:
    return LockedPackage(
        name, "1.0", None, sdist=Sdist(f"{name}-1.0.tar.gz", "https://index.invalid/x", "0" * 64)
    )


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    links = tmp_path / "links"
    links.mkdir()
    for tag in ("cp39-cp39-manylinux_2_17_x86_64", "cp311-cp311-manylinux_2_17_x86_64"):
        wheels.write(wheels.make("bbold", "1.0", tag=tag), links)
    for name in ("bbold", "bbalways"):
        (links / f"{name}-1.0.tar.gz").write_bytes(b"never opened")
    return {
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "PIP_FIND_LINKS": str(links),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": "/dev/null",
    }


def test_what_others_have_is_told_of_sources_alone(environ: dict[str, str]) -> None:
    fits = LockedPackage("bbfits", "1.0", Wheel("bbfits-1.0-py3-none-any.whl", "file:///x", "0" * 64))
    lock = Lock((sources("bbalways"), fits, sources("bbold")), "requirements.txt")
    always, same, old = completed(lock, TARGET, environ=environ, offline=False).packages
    assert (always, same) == (lock.packages[0], fits)
    assert old.sdist is not None
    assert old.sdist.others == (
        "bbold-1.0-cp311-cp311-manylinux_2_17_x86_64.whl",
        "bbold-1.0-cp39-cp39-manylinux_2_17_x86_64.whl",
    )


def test_an_index_that_has_none_of_it_changes_nothing(environ: dict[str, str]) -> None:
    lock = Lock((sources("bbgone"),), "requirements.txt")
    assert completed(lock, TARGET, environ=environ, offline=False) == lock
