"""The rule of the mirrors: settings, environment, the host's apt sources, public mirrors."""

from pathlib import Path

import pytest

from bareboat.debian.mirrors import MAIN, SECURITY, SNAPSHOT, mirrors
from bareboat.errors import InputError
from bareboat.testing.debian import Signer

KEY = Signer()
PINNED = frozenset({KEY.fingerprint})


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    (tmp_path / "key.gpg").write_bytes(KEY.certificate)
    (tmp_path / "sources.list").write_text(
        f"deb [signed-by={tmp_path}/key.gpg] http://host.example/debian bookworm main\n"
        f"deb [signed-by={tmp_path}/key.gpg] http://other.example/debian sid main\n"
    )
    return tmp_path


def test_a_setting_goes_before_everything(etc: Path) -> None:
    environ = {MAIN: "http://env.example/debian"}
    found = mirrors(environ, apt_folder=etc, main=["https://set.example/debian/"], pinned=PINNED)
    assert found.main.urls == ("https://set.example/debian",)
    assert found.main.origin == "settings"


def test_the_environment_goes_before_apt_and_may_name_several(etc: Path) -> None:
    environ = {MAIN: "http://one.example/debian  file:///srv/debian", SECURITY: "http://s.example/sec"}
    found = mirrors(environ, apt_folder=etc, pinned=PINNED)
    assert found.main.urls == ("http://one.example/debian", "file:///srv/debian")
    assert found.main.origin == MAIN
    assert found.find("security").urls == ("http://s.example/sec",)
    assert found.find("main") == found.main


def test_each_archive_follows_the_rule_alone(etc: Path) -> None:
    found = mirrors({}, apt_folder=etc, pinned=PINNED)
    assert found.main.urls == ("http://host.example/debian", "http://other.example/debian")
    assert found.main.origin == f"apt sources ({etc}/sources.list)"
    assert found.security.origin == "public mirrors"
    assert all(url.endswith("/debian-security") for url in found.security.urls)
    assert len(found.security.urls) > 1


def test_without_anything_public_mirrors_serve(tmp_path: Path) -> None:
    found = mirrors({MAIN: ""}, apt_folder=tmp_path)
    assert found.main.origin == found.security.origin == "public mirrors"
    assert all(url.startswith("https://") and url.endswith("/debian") for url in found.main.urls)


def test_the_snapshot_archive_is_where_somebody_says(tmp_path: Path) -> None:
    assert mirrors({}, apt_folder=tmp_path).snapshot.urls == ()
    environ = {SNAPSHOT: "https://snap.example"}
    assert mirrors(environ, apt_folder=tmp_path).snapshot.urls == ("https://snap.example",)
    found = mirrors(environ, apt_folder=tmp_path, snapshot=["https://own.example"])
    assert found.snapshot.urls == ("https://own.example",)


@pytest.mark.parametrize(
    "url",
    [
        "host.example/debian",
        "ftp://host.example/debian",
        "http:///debian",
        "file:debian",
        "http://[::1/debian",
        "http://host.example/debian?x",
        "http://host.example/#x",
        "http://höst.example/",
    ],
)
def test_what_is_no_address_is_refused_with_the_line_to_write(tmp_path: Path, url: str) -> None:
    with pytest.raises(InputError, match="not the address of a mirror") as caught:
        mirrors({SECURITY: url}, apt_folder=tmp_path)
    assert caught.value.where == SECURITY
    assert f"{MAIN}=https://" in caught.value.hint
    with pytest.raises(InputError, match="setting for the main mirror"):
        mirrors({}, apt_folder=tmp_path, main=[url])


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        mirrors({MAIN: "ftp://user:secret@host.example/"}, apt_folder=tmp_path)
    assert "secret" not in str(caught.value)
