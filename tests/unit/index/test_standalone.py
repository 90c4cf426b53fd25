"""What uv says of python-build-standalone, and one archive of it fetched and verified."""

import json
from pathlib import Path

import pytest

import smallbase
import standalones
from bareboat.errors import IntegrityError, NetworkError, ResolveError
from bareboat.index.standalone import Release, download, releases, url
from bareboat.target import Arch
from standalones import Mirror

ENVIRON = {name: value for name, value in smallbase.ENVIRON.items() if name != "UV_OFFLINE"}
OTHER = Arch.ARM64 if smallbase.ARCH is Arch.AMD64 else Arch.AMD64


def made(folder: Path, sha256: str = "") -> Mirror:
    files: dict[str, Path | bytes | str] = {
        "bin/python3.12": b"x",
        "lib/python3.12/_sysconfigdata__linux_x86_64-linux-gnu.py": standalones.SYSCONFIG,
    }
    return standalones.mirror(folder, "3.12.4", files, sha256=sha256)


def listed(mirror: Mirror, folder: Path, arch: Arch = smallbase.ARCH) -> tuple[Release, ...]:
    environ = {**ENVIRON, **mirror.environ(), "UV_PYTHON": "3.9", "UV_PYTHON_DOWNLOADS": "never"}
    return releases(arch, environ=environ, folder=folder, offline=True)


def test_builds_are_listed_with_the_mirrors_addresses(tmp_path: Path) -> None:
    mirror = made(tmp_path / "mirror")
    (found,) = listed(mirror, tmp_path)
    assert found.version == "3.12.4"
    assert found.url.startswith(mirror.folder.as_uri())
    assert found.path == mirror.path
    assert listed(mirror, tmp_path, OTHER) == ()


def test_free_threaded_and_musl_builds_are_none_of_ours(tmp_path: Path) -> None:
    mirror = made(tmp_path / "mirror")
    ((name, row),) = json.loads(mirror.list.read_text()).items()
    mirror.list.write_text(
        json.dumps({name + "a": {**row, "variant": "freethreaded"}, name + "b": {**row, "libc": "musl"}})
    )
    assert listed(mirror, tmp_path) == ()


def test_uv_fetches_and_verifies(tmp_path: Path) -> None:
    mirror = made(tmp_path / "mirror")
    (found,) = listed(mirror, tmp_path)
    (tmp_path / "scratch").mkdir()
    environ = {**ENVIRON, **mirror.environ(), "HOME": str(tmp_path)}
    path = download(found, tmp_path / "scratch", environ=environ, folder=tmp_path, offline=False)
    assert path.read_bytes() == (mirror.folder / mirror.path).read_bytes()


@pytest.mark.parametrize(
    ("sha256", "said"),
    [("0" * 64, "another sha256 than uv's list"), ("none", "has no sha256 of cpython-3.12.4")],
)
def test_bytes_that_no_list_vouches_for_are_refused(tmp_path: Path, sha256: str, said: str) -> None:
    mirror = made(tmp_path / "mirror", sha256)
    if sha256 == "none":
        mirror.list.write_text(mirror.list.read_text().replace('"none"', "null"))
    (found,) = listed(mirror, tmp_path)
    (tmp_path / "scratch").mkdir()
    environ = {**ENVIRON, **mirror.environ(), "HOME": str(tmp_path)}
    with pytest.raises(IntegrityError, match=said) as caught:
        download(found, tmp_path / "scratch", environ=environ, folder=tmp_path, offline=False)
    assert caught.value.hint


def test_what_is_out_of_reach_is_said(tmp_path: Path) -> None:
    mirror = made(tmp_path / "mirror")
    environ = {**ENVIRON, **mirror.environ("http://127.0.0.1:9"), "HOME": str(tmp_path)}
    environ |= {"UV_HTTP_RETRIES": "0", "no_proxy": "127.0.0.1"}
    (found,) = releases(smallbase.ARCH, environ=environ, folder=tmp_path, offline=True)
    (tmp_path / "scratch").mkdir()
    with pytest.raises(NetworkError, match="the mirror of python-build-standalone cannot be read") as caught:
        download(found, tmp_path / "scratch", environ=environ, folder=tmp_path, offline=False)
    assert "UV_PYTHON_INSTALL_MIRROR" in caught.value.hint
    with pytest.raises(NetworkError, match="--offline asks nobody"):
        download(found, tmp_path / "scratch", environ=environ, folder=tmp_path, offline=True)


def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    mirror = made(tmp_path / "mirror")
    mirror.list.write_text("{")
    with pytest.raises(ResolveError):
        listed(mirror, tmp_path)


def test_older_archives_lie_beside_those_of_the_list() -> None:
    known = (Release("3.12.4", "k", "https://mirror/x/20240101/cpython-3.12.4%2B20240101.tar.gz"),)
    assert url("20240101/cpython-3.12.4+20240101.tar.gz", known) == known[0].url
    assert (
        url("2023/cpython-3.11.1+2023.tar.gz", known) == "https://mirror/x/2023/cpython-3.11.1%2B2023.tar.gz"
    )
    with pytest.raises(ResolveError, match="nothing says where"):
        url("2023/x.tar.gz", ())
