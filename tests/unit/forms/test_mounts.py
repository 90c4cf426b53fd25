"""Mounts: caches, files, credentials."""

from bareboat.forms import mounts
from blueprints import options


def test_apt_is_locked() -> None:
    assert all("sharing=locked" in (flag.value or "") for flag in mounts.APT)


def test_files_once_each() -> None:
    found = mounts.files(("a.txt", "", "a.txt"), "/src")
    assert [flag.value for flag in found] == ["type=bind,source=a.txt,target=/src/a.txt"]


def test_secrets_only_when_asked() -> None:
    assert mounts.secrets(options(), "uv") == ()
    found = [flag.value for flag in mounts.secrets(options(has_secrets=True), "uv")]
    assert found == [
        "type=secret,id=uv-toml,target=/etc/uv/uv.toml",
        "type=secret,id=netrc,target=/root/.netrc",
    ]


def test_caches() -> None:
    assert len(mounts.caches("pip", "uv", "poetry")) == 3
