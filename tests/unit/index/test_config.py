from pathlib import Path

import pytest

from bareboat.index.config import known_urls, uv_arguments, uv_environment

OURS = {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    return tmp_path


def added(environ: dict[str, str], root: Path, folder: Path | None = None) -> dict[str, str]:
    made = uv_environment(environ, folder=folder, root=root)
    assert made.items() >= OURS.items()
    return {name: value for name, value in made.items() if {**OURS, **environ}.get(name) != value}


def test_nothing_configured_adds_nothing(root: Path) -> None:
    assert added({}, root) == {}
    assert uv_arguments({}, root=root) == ()


def test_files_of_pip_are_read_in_its_order(root: Path) -> None:
    home, extra = root / "home", root / "named.conf"
    (home / ".config" / "pip").mkdir(parents=True)
    (root / "etc/pip.conf").write_text("[global]\nindex-url = https://global/\ntimeout = 9.5\n")
    (home / ".config/pip/pip.conf").write_text(
        "[global]\nindex-url = https://user/\n[install]\nproxy = p:1\n"
    )
    extra.write_text("[global]\nextra_index_url =\n  https://one/\n  https://two/\n")
    environ = {"HOME": str(home), "PIP_CONFIG_FILE": str(extra)}
    assert added(environ, root) == {
        "UV_DEFAULT_INDEX": "https://user/",
        "UV_INDEX": "https://one/ https://two/",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_HTTP_TIMEOUT": "9",
        "http_proxy": "p:1",
        "https_proxy": "p:1",
    }
    assert added({**environ, "PIP_INDEX_URL": "https://env/"}, root)["UV_DEFAULT_INDEX"] == "https://env/"
    assert added({**environ, "PIP_CONFIG_FILE": "/dev/null"}, root) == {}


def test_a_virtual_environment_has_a_file_too(root: Path) -> None:
    (root / "venv").mkdir()
    (root / "venv/pip.conf").write_text("[global]\nindex-url = https://venv/\n")
    assert added({"VIRTUAL_ENV": str(root / "venv")}, root) == {"UV_DEFAULT_INDEX": "https://venv/"}


def test_folders_that_do_not_exist_are_left_out(root: Path) -> None:
    (root / "links").mkdir()
    environ = {
        "PIP_FIND_LINKS": f"{root}/links {root}/none https://links/",
        "PIP_EXTRA_INDEX_URL": f"{(root / 'none').as_uri()} {(root / 'links').as_uri()}",
    }
    assert added(environ, root) == {
        "UV_FIND_LINKS": f"{root}/links,https://links/",
        "UV_INDEX": (root / "links").as_uri(),
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_no_index_becomes_an_argument(root: Path) -> None:
    assert uv_arguments({"PIP_NO_INDEX": "1"}, root=root) == ("--no-index",)
    assert uv_arguments({"PIP_NO_INDEX": "0"}, root=root) == ()
    assert uv_arguments({"PIP_NO_INDEX": "1", "UV_INDEX_URL": "https://x/"}, root=root) == ()


@pytest.mark.parametrize(
    "variable", ["UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"]
)
def test_an_index_of_uv_silences_that_of_pip(root: Path, variable: str) -> None:
    assert added({variable: "https://uv/", "PIP_INDEX_URL": "https://pip/"}, root) == {}


def test_an_index_of_the_project_silences_that_of_pip(root: Path) -> None:
    (root / "pyproject.toml").write_text("[[tool.uv.index]]\nurl = 'https://project/'\n")
    assert added({"PIP_INDEX_URL": "https://pip/"}, root, root) == {}
    (root / "pyproject.toml").write_text("[tool.uv]\nindex-strategy = 'first-index'\n")
    assert added({"PIP_INDEX_URL": "https://pip/"}, root, root) == {"UV_DEFAULT_INDEX": "https://pip/"}


def test_trust_and_hosts_are_translated_always(root: Path) -> None:
    environ = {"UV_INDEX_URL": "https://uv/", "PIP_CERT": "/c.pem", "PIP_TRUSTED_HOST": "a b:8"}
    more = {"PIP_CLIENT_CERT": "/k.pem", "PIP_KEYRING_PROVIDER": "subprocess"}
    assert added({**environ, **more}, root) == {
        "SSL_CERT_FILE": "/c.pem",
        "UV_INSECURE_HOST": "a b:8",
        "SSL_CLIENT_CERT": "/k.pem",
        "UV_KEYRING_PROVIDER": "subprocess",
    }
    assert added({"REQUESTS_CA_BUNDLE": str(root)}, root) == {"SSL_CERT_DIR": str(root)}
    assert added({"PIP_CERT": "/c.pem", "SSL_CERT_FILE": "/mine.pem"}, root) == {}
    assert added({"PIP_CERT": "/c.pem", "SSL_CERT_DIR": "/mine"}, root) == {}


def test_what_the_environment_names_stays(root: Path) -> None:
    environ = {"PIP_PROXY": "p:1", "HTTPS_PROXY": "q:1", "PIP_TIMEOUT": "5", "UV_HTTP_TIMEOUT": "7"}
    assert added(environ, root) == {}


def test_a_broken_file_is_passed_over(root: Path) -> None:
    (root / "etc/pip.conf").write_text("no section\n")
    assert added({"PIP_INDEX_URL": "https://pip/"}, root) == {"UV_DEFAULT_INDEX": "https://pip/"}


def test_urls_with_a_user_are_known_for_their_origin(root: Path) -> None:
    (root / "pyproject.toml").write_text(
        "[[tool.uv.index]]\nname = 'in-house'\nurl = 'https://house/simple'\n"
    )
    environ = {
        "UV_DEFAULT_INDEX": "https://a:b@one/simple",
        "UV_INDEX": "corp=https://c@two/simple https://plain/",
        "UV_INDEX_IN_HOUSE_USERNAME": "me@corp",
        "UV_INDEX_IN_HOUSE_PASSWORD": "s/x",
    }
    assert known_urls(environ, folder=root, root=root) == (
        "https://a:b@one/simple",
        "https://c@two/simple",
        "https://me%40corp:s%2Fx@house/simple",
    )
    assert known_urls({"UV_INDEX_URL": "https://[broken@"}, root=root) == ()
