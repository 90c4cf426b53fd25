"""Addresses of repositories and folders: what is read, what is refused, what is never kept."""

from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.lock import Repository
from bareboat.project import direct
from bareboat.project.direct import Git

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("git+https://host/a/b.git", Git("https://host/a/b.git")),
        ("git+https://host/a/b.git@v1.0", Git("https://host/a/b.git", "v1.0")),
        ("git+https://host/a/b@feature/x", Git("https://host/a/b", "feature/x")),
        ("git+https://user:pw@host:8443/a.git@main", Git("https://host:8443/a.git", "main")),
        ("git+https://token@host/a.git", Git("https://host/a.git")),
        ("git+ssh://git:pw@host/a.git@main", Git("ssh://git@host/a.git", "main")),
        ("git@host:a/b.git", Git("ssh://git@host/a/b.git")),
        ("/srv/a.git", Git("file:///srv/a.git")),
        ("git+file:///srv/a@x%20y#egg=a".replace("%20y", ""), Git("file:///srv/a", "x")),
        ("git+https://host/a@v1#egg=a&subdirectory=lib/a", Git("https://host/a", "v1", "lib/a")),
        ("git+https://host/a#subdirectory=./lib/", Git("https://host/a", "", "lib")),
    ],
)
def test_addresses(address: str, found: Git) -> None:
    assert direct.git(address, where="here") == found


@pytest.mark.parametrize(
    "address",
    [
        "ext::sh -c touch% /tmp/x",
        "git+ext://sh",
        "git+https://host/a@--upload-pack=x",
        "git+https://host/a@a..b",
        "git+https://host/a@a b",
        "-oProxyCommand=x",
        "git+https://host:port/a",
        "git+https://host/a#subdirectory=../b",
        "git+https://host/a#subdirectory=/etc",
    ],
)
def test_addresses_that_git_must_not_see(address: str) -> None:
    with pytest.raises(InputError):
        direct.git(address, where="here")


def test_a_whole_commit_is_fixed_and_a_name_is_not() -> None:
    assert direct.git(f"git+https://host/a@{COMMIT}", where="").fixed == Repository("https://host/a", COMMIT)
    assert Git("https://host/a", "v1").fixed is None
    assert Git("https://host/a", "abcdef0").fixed is None
    assert Git("u", "v1").at(COMMIT) == Repository("u", COMMIT, reference="v1")
    assert Git("u").at(COMMIT).reference == "HEAD"
    assert Git("u", COMMIT).at(COMMIT).reference == ""


def test_a_refused_address_shows_no_password() -> None:
    with pytest.raises(InputError) as caught:
        direct.git("hg+https://user:secret@host/a", where="here")
    assert "secret" not in str(caught.value)


def test_logins_are_taken_out_by_server() -> None:
    texts = ["a @ git+https://u:p@host/a.git", "b @ git+https://${TOKEN}@host2/b", "c==1", "http://t@h:80/x"]
    assert direct.logins(texts) == {"https://host/": "u:p", "http://h:80/": "t"}


def test_a_folder_must_lie_in_the_repository(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for name in (".git", "lib/a", "app"):
        (root / name).mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    found = direct.folder("../lib/a", root / "app", where="lock")
    assert (found.path, found.top) == (str(root / "lib" / "a"), str(root))
    assert direct.folder((root / "lib").as_uri(), root / "app", where="lock").path == str(root / "lib")
    with pytest.raises(InputError, match="outside of root"):
        direct.folder("../../outside", root / "app", where="lock")
    (root / "app" / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(InputError, match="outside of root"):
        direct.folder("link", root / "app", where="lock")
    with pytest.raises(InputError, match="no folder 'none'"):
        direct.folder("none", root / "app", where="lock")


def test_outside_a_repository_the_folder_of_the_lock_is_the_bound(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "app").mkdir()
    with pytest.raises(InputError, match="outside of app"):
        direct.folder("../lib", tmp_path / "app", where="lock")
    assert direct.folder("lib", tmp_path, where="lock").top == str(tmp_path)
