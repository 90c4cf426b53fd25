"""Resolving packages that have sources alone: what they declare counts, nothing of them runs."""

import io
import os
import tarfile
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from bareboat.errors import ResolveError
from bareboat.index.unbuilt import resolve
from bareboat.lock import Sdist
from bareboat.target import Arch, Target
from bareboat.testing.wheels import make
from bareboat.tree.content import Bytes, Content

TARGET = Target(Arch.AMD64, "3.13.5", (2, 41))
STATIC = "Metadata-Version: 2.2\nName: {0}\nVersion: {1}\nRequires-Python: >=3.8\n"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    return folder


def wheel(index: Path, name: str, version: str = "1", *, requires: Sequence[str] = ()) -> None:
    held = make(name, version, requires=requires)
    (index / held.filename).write_bytes(held.data)


def sdist(index: Path, name: str, version: str, **files: str) -> None:
    """Write sources whose setup.py leaves a trace where it runs."""
    top = f"{name}-{version}"
    told = {"setup.py": f"open({str(index / 'RAN')!r}, 'w').write('x')\n", **files}
    with tarfile.open(index / f"{top}.tar.gz", "w:gz") as archive:
        for inside, text in told.items():
            info = tarfile.TarInfo(f"{top}/{inside}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))


def resolved(index: Path, *requirements: str, **more: object) -> dict[str, dict[str, object]]:
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(index.parent),
        "UV_CACHE_DIR": str(index.parent / "uv"),
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": str(index),
        "UV_NO_CONFIG": "1",
    }

    def fetch(asked: Sdist) -> tuple[Content, Path]:
        path = index / asked.filename
        return Bytes(path.read_bytes()), path

    text = resolve(requirements, TARGET, fetch=fetch, environ=environ, **more)  # type: ignore[arg-type]  # by name
    assert not (index / "RAN").exists()
    return {one["name"]: one for one in tomllib.loads(text)["packages"]}


def test_sources_stand_in_the_lock_with_what_they_require(index: Path) -> None:
    wheel(index, "lib")
    sdist(index, "native", "2", **{"PKG-INFO": STATIC.format("native", 2) + "Requires-Dist: lib>=1\n"})
    found = resolved(index, "native>=1")
    assert sorted(found) == ["lib", "native"]
    assert set(found["native"]) == {"name", "version", "sdist"}
    assert str(found["native"]["sdist"]["url"]).endswith("/native-2.tar.gz")  # type: ignore[index]  # a table
    assert "wheels" in found["lib"]


def test_requires_txt_serves_older_ones(index: Path) -> None:
    wheel(index, "lib")
    wheel(index, "old")
    sdist(
        index,
        "native",
        "2",
        **{
            "PKG-INFO": STATIC.format("native", 2).replace("2.2", "1.2"),
            "native.egg-info/requires.txt": 'lib\n\n[:python_version < "3"]\nold\n\n[x]\nold\n',
        },
    )
    assert sorted(resolved(index, "native")) == ["lib", "native"]
    assert sorted(resolved(index, "native[x]")) == ["lib", "native", "old"]


def test_bounds_of_the_requirement_choose_the_version(index: Path) -> None:
    for version in ("1", "2", "3"):
        sdist(index, "native", version, **{"PKG-INFO": STATIC.format("native", version)})
    assert resolved(index, "native<3; python_version > '3'")["native"]["version"] == "2"
    assert resolved(index, "native")["native"]["version"] == "3"
    held = '[[packages]]\nname = "native"\nversion = "1"\n'
    assert (
        resolved(index, "native", preferred=f'lock-version = "1.0"\ncreated-by = "uv"\n{held}')["native"][
            "version"
        ]
        == "1"
    )


@pytest.mark.parametrize(
    "wants", ["native==2", "native<3", "native==2 ; implementation_name != 'pypy'", "native>=2,<3"]
)
def test_what_another_package_requires_chooses_the_version(index: Path, wants: str) -> None:
    for version in ("1", "2", "3"):
        sdist(index, "native", version, **{"PKG-INFO": STATIC.format("native", version)})
    wheel(index, "front", requires=[wants])
    assert resolved(index, "front==1")["native"]["version"] == "2"


def test_sources_of_a_version_that_is_nowhere_are_refused(index: Path) -> None:
    sdist(index, "native", "3", **{"PKG-INFO": STATIC.format("native", "3")})
    wheel(index, "front", requires=["native<3"])
    with pytest.raises(ResolveError):
        resolved(index, "front==1")


@pytest.mark.parametrize("info", ["", STATIC.format("native", 1) + "Dynamic: Requires-Dist\n"])
def test_sources_that_do_not_say_are_refused(index: Path, info: str) -> None:
    sdist(index, "native", "1", **({"PKG-INFO": info} if info else {}))
    with pytest.raises(ResolveError, match="native: has sources that do not say what they require"):
        resolved(index, "native")


def test_a_package_that_is_nowhere_is_refused_as_ever(index: Path) -> None:
    with pytest.raises(ResolveError, match="nowhere"):
        resolved(index, "nowhere>=1")


def test_a_zip_and_a_file_of_requirements(index: Path) -> None:
    with zipfile.ZipFile(index / "native-1.zip", "w") as archive:
        archive.writestr("native-1/PKG-INFO", STATIC.format("native", 1))
        archive.writestr("native-1/setup.py", "")
    assert "sdist" in resolved(index, "native==1")["native"]


def test_sources_that_are_asked_for_take_the_place_of_wheels(index: Path) -> None:
    wheel(index, "native", "2")
    wheel(index, "front", requires=["native"])
    for version in ("1", "2", "3"):
        sdist(index, "native", version, **{"PKG-INFO": STATIC.format("native", version)})
    found = resolved(index, "front==1", "native<3", is_built={"native"}.__contains__)
    assert set(found["native"]) == {"name", "version", "sdist"}
    assert found["native"]["version"] == "2"
    assert "wheels" in found["front"]
    assert "wheels" in resolved(index, "front==1", "native<3", is_built=lambda _: False)["native"]


def test_what_has_no_sources_stays_a_wheel(index: Path) -> None:
    wheel(index, "front")
    assert "wheels" in resolved(index, "front==1", is_built=lambda _: True)["front"]
