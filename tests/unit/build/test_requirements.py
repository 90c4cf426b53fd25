"""Build requirements: resolved once, laid down as a virtual environment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import smallbase
from bareboat.build.prepare import tools_for
from bareboat.build.requirements import Resolver, environment
from bareboat.lock import LockedRequirement
from bareboat.target import Target
from bareboat.testing.wheels import make

TARGET = Target(smallbase.ARCH, smallbase.FULL, (2, 41))


@contextmanager
def resolver(tmp_path: Path) -> Iterator[Resolver]:
    index = tmp_path / "index"
    index.mkdir()
    for held in (make("tool", "1", requires=["part"]), make("part", "2", commands={"part": "part:main"})):
        (index / held.filename).write_bytes(held.data)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "UV_CACHE_DIR": str(tmp_path / "uv"),
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(index),
        "UV_NO_CONFIG": "1",
    }
    with tools_for(smallbase.world().wanted(tmp_path, store=tmp_path / "store", environ=environ)) as tools:
        yield Resolver(tools, TARGET, environ, tmp_path, offline=False)


def test_they_are_resolved_once_and_laid_down(tmp_path: Path) -> None:
    with resolver(tmp_path) as held:
        lock = held.lock(["tool>=1"])
        assert [one.name for one in lock.packages] == ["part", "tool"]
        root = environment(held.tools, lock, TARGET)
        for path in (tmp_path / "index").iterdir():
            path.unlink()
        assert held.lock(["tool>=1"]) == lock
        assert environment(held.tools, lock, TARGET) == root
    site = root / f"lib/python{smallbase.PYTHON}/site-packages"
    assert (site / "tool-1.dist-info" / "METADATA").is_file()
    assert (root / "bin" / "part").read_text().startswith("#!/opt/venv/bin/python")
    assert str((root / "bin" / "python").readlink()) == f"python{smallbase.PYTHON}"
    assert (root / "pyvenv.cfg").is_file()


def test_pins_are_taken_as_they_are(tmp_path: Path) -> None:
    with resolver(tmp_path) as held:
        lock = held.lock(["part"])
        pin = LockedRequirement("part", "2", (lock.packages[0].artifact.sha256,))
        assert held.lock(["tool"], (pin,)).packages[0].artifact == lock.packages[0].artifact


def test_none_make_an_empty_environment(tmp_path: Path) -> None:
    with resolver(tmp_path) as held:
        assert held.lock([]).packages == ()
        root = environment(held.tools, held.lock([]), TARGET)
    assert sorted(path.name for path in root.iterdir()) == ["bin", "lib", "lib64", "pyvenv.cfg"]
