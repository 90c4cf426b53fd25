"""Files with credentials, found as their own programs find them."""

from pathlib import Path

import pytest

from bareboat.dockerfile.parse import parse
from bareboat.jobs import credentials

FILE = b"""FROM a
RUN --mount=type=cache,id=pip,target=/c --mount=type=secret,id=pip-conf,target=/etc/pip.conf a
RUN --mount=type=secret,id=netrc,target=/root/.netrc --mount=type=secret,id=pip-conf b
RUN --mount=type=secret,target=/x c
"""


def test_secrets_are_asked_for_once() -> None:
    assert credentials.asked(parse(FILE).file) == ("pip-conf", "netrc")


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("pip-conf", ".config/pip/pip.conf"),
        ("pip-conf", ".pip/pip.conf"),
        ("uv-toml", ".config/uv/uv.toml"),
        ("poetry-auth", ".config/pypoetry/auth.toml"),
        ("netrc", ".netrc"),
    ],
)
def test_the_users_own_file(tmp_path: Path, name: str, place: str) -> None:
    environ = {"HOME": str(tmp_path)}
    assert credentials.find(name, environ, system=tmp_path / "etc") is None
    assert credentials.find(name, environ, system=tmp_path / "etc") is None
    file = put(tmp_path / place)
    assert credentials.find(name, environ, system=tmp_path / "etc") == file


def test_the_machines_file_comes_last(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path / "home")}
    for name, place in (("pip-conf", "pip.conf"), ("uv-toml", "uv/uv.toml")):
        file = put(tmp_path / "etc" / place)
        assert credentials.find(name, environ, system=tmp_path / "etc") == file


@pytest.mark.parametrize(
    ("name", "variable"), [("pip-conf", "PIP_CONFIG_FILE"), ("uv-toml", "UV_CONFIG_FILE"), ("netrc", "NETRC")]
)
def test_a_variable_decides_alone(tmp_path: Path, name: str, variable: str) -> None:
    put(tmp_path / ".netrc")
    named = tmp_path / "named"
    environ = {"HOME": str(tmp_path), variable: str(named)}
    assert credentials.find(name, environ, system=tmp_path) is None
    assert credentials.find(name, environ | {variable: str(put(named))}, system=tmp_path) == named


def test_poetry_and_the_settings_folder_can_lie_elsewhere(tmp_path: Path) -> None:
    moved = put(tmp_path / "moved" / "auth.toml")
    environ = {"HOME": str(tmp_path), "POETRY_CONFIG_DIR": str(moved.parent)}
    assert credentials.find("poetry-auth", environ) == moved
    other = put(tmp_path / "xdg" / "pypoetry" / "auth.toml")
    assert credentials.find("poetry-auth", {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}) == other


def test_what_nobody_knows_is_not_there() -> None:
    assert credentials.find("token", {}) is None
