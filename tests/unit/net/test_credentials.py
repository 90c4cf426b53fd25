from pathlib import Path

import pytest

from bareboat.net.credentials import Credentials, Login, origin, split


def test_a_url_is_split_from_its_user() -> None:
    assert split("https://me:p%40ss@host:8/a?b#c") == (
        "https://host:8/a?b#c",
        Login("me", "p@ss", "the URL"),
    )
    assert split("https://token@host/") == ("https://host/", Login("token", "", "the URL"))
    assert split("https://host/a") == ("https://host/a", None)
    assert split("https://@host/a") == ("https://host/a", None)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://Host/a", "https://host:443"),
        ("http://host", "http://host:80"),
        ("http://host:8/", "http://host:8"),
        ("http://u:p@host", "http://host:80"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, found: str) -> None:
    assert origin(url) == found


def test_a_login_shows_itself_to_servers_only() -> None:
    login = Login("me", "secret", "netrc")
    assert login.header == "Basic bWU6c2VjcmV0"
    assert "secret" not in repr(login)


def test_known_urls_stand_before_netrc_and_hold_for_their_origin(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine host login n password o\ndefault login d password e\n")
    credentials = Credentials.read({"HOME": str(tmp_path)}, ["https://k:l@host/simple", "https://plain/"])
    assert credentials.find("https://host/files/x") == Login("k", "l", "the URL")
    assert credentials.find("http://host/files/x") == Login("n", "o", "netrc")
    assert credentials.find("https://stranger/") is None


def test_netrc_may_be_named_missing_or_broken(tmp_path: Path) -> None:
    file = tmp_path / "n"
    file.write_text("machine host login n password o\n")
    assert Credentials.read({"NETRC": str(file)}).find("https://host/") is not None
    assert Credentials.read({"NETRC": str(tmp_path / "none")}) == Credentials()
    assert Credentials.read({}) == Credentials()
    file.write_text("machine host nonsense here\n")
    assert Credentials.read({"NETRC": str(file)}).problem == "netrc cannot be read (NetrcParseError)"
