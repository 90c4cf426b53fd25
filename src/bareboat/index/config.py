"""The host's index settings, as uv is to see them.

uv reads its own configuration (uv.toml, `[tool.uv]`, `UV_*`) itself. Where that names no index,
pip's is translated: its files in pip's order, then `PIP_*`. pip takes the best version from all of
its indexes, so uv is told to do the same for them (`unsafe-best-match`). Local folders that do not
exist are left out, as pip leaves them out. Trust, proxy and timeout are translated in any case
where the environment does not name them already; they hold for our own downloads too.
"""

import configparser
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bareboat.index.indexes import tables, urls

__all__ = ["known_urls", "uv_arguments", "uv_environment"]

_INDEX_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS")
_BUNDLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_ROOT = Path("/")
_TRUE = frozenset({"1", "true", "yes", "on"})


def uv_environment(
    environ: Mapping[str, str], *, folder: Path | None = None, root: Path = _ROOT
) -> dict[str, str]:
    """Return `environ` with what uv and our own client need to act as the host is configured.

    `folder` is the project, whose own uv settings count; `root` is where the system's files lie.
    """
    pip = _pip_settings(environ, root)
    made = dict(environ)
    if not _uv_has_indexes(environ, folder, root):
        made |= _indexes(pip)
    made |= {name: value for name, value in _connections(pip, environ).items() if not environ.get(name)}
    made.setdefault("UV_SYSTEM_CERTS", "1")
    made["UV_PYTHON_DOWNLOADS"] = "never"
    made["UV_NO_PROGRESS"] = "1"
    return made


def uv_arguments(
    environ: Mapping[str, str], *, folder: Path | None = None, root: Path = _ROOT
) -> tuple[str, ...]:
    """Return the arguments for settings of pip that uv takes no variable for."""
    if _uv_has_indexes(environ, folder, root):
        return ()
    return ("--no-index",) if _pip_settings(environ, root).get("no-index", "").lower() in _TRUE else ()


def known_urls(
    environ: Mapping[str, str], *, folder: Path | None = None, root: Path = _ROOT
) -> tuple[str, ...]:
    """Return the index URLs that carry a user name: they hold for every file of their origin.

    `environ` is one made by `uv_environment`. `UV_INDEX_<NAME>_USERNAME` and `_PASSWORD` are put
    into the URL of the index of that name.
    """
    found = [word for name in _INDEX_VARIABLES for word in environ.get(name, "").replace(",", " ").split()]
    named = [_split_name(word) for word in found]
    for table in tables(environ, folder, root):
        named += urls(table)
    return tuple(url for name, url in (_with_login(pair, environ) for pair in named) if _has_login(url))


def _uv_has_indexes(environ: Mapping[str, str], folder: Path | None, root: Path) -> bool:
    if any(environ.get(name) for name in _INDEX_VARIABLES):
        return True
    return any(urls(table) or table.get("no-index") for table in tables(environ, folder, root))


def _indexes(pip: Mapping[str, str]) -> dict[str, str]:
    found = {}
    if pip.get("index-url"):
        found["UV_DEFAULT_INDEX"] = pip["index-url"]
    extra = [url for url in pip.get("extra-index-url", "").split() if _exists(url)]
    if extra:
        found["UV_INDEX"] = " ".join(extra)
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    links = [link for link in pip.get("find-links", "").split() if _exists(link)]
    if links:
        found["UV_FIND_LINKS"] = ",".join(links)
    return found


def _connections(pip: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    found = {}
    if not environ.get("SSL_CERT_DIR"):
        bundles = [environ.get("PIP_CERT", ""), pip.get("cert", ""), *map(environ.get, _BUNDLES[1:])]
        bundle = next(filter(None, bundles), "")
        if bundle:
            found["SSL_CERT_DIR" if Path(bundle).is_dir() else "SSL_CERT_FILE"] = bundle
    if pip.get("client-cert"):
        found["SSL_CLIENT_CERT"] = pip["client-cert"]
    if pip.get("trusted-host"):
        found["UV_INSECURE_HOST"] = pip["trusted-host"]
    if pip.get("timeout"):
        found["UV_HTTP_TIMEOUT"] = pip["timeout"].partition(".")[0]
    if pip.get("keyring-provider") == "subprocess":
        found["UV_KEYRING_PROVIDER"] = "subprocess"
    if pip.get("proxy") and not any("_proxy" in name.lower() for name in environ if environ[name]):
        found["http_proxy"] = found["https_proxy"] = pip["proxy"]
    return found


def _pip_settings(environ: Mapping[str, str], root: Path) -> dict[str, str]:
    """Return pip's settings by long name: global, user and environment files, then `PIP_*`."""
    settings: dict[str, str] = {}
    for file in _pip_files(environ, root):
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError):
            continue  # pip's own complaint is the better one; its files are a courtesy here
        for section in ("global", "install"):
            if parser.has_section(section):
                settings |= {_long(key): value for key, value in parser.items(section)}
    settings |= {
        _long(name.removeprefix("PIP_")): value
        for name, value in environ.items()
        if name.startswith("PIP_") and value
    }
    return settings


def _pip_files(environ: Mapping[str, str], root: Path) -> Iterable[Path]:
    named = environ.get("PIP_CONFIG_FILE", "")
    if named == "/dev/null":
        return
    for folder in reversed(environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")):
        yield root / folder.lstrip("/") / "pip/pip.conf"
    yield root / "etc/pip.conf"
    home = environ.get("HOME", "")
    if home:
        yield Path(home, ".pip/pip.conf")
        yield Path(environ.get("XDG_CONFIG_HOME") or Path(home, ".config"), "pip/pip.conf")
    if environ.get("VIRTUAL_ENV"):
        yield Path(environ["VIRTUAL_ENV"], "pip.conf")
    if named:
        yield Path(named)


def _long(name: str) -> str:
    return name.lower().replace("_", "-").removeprefix("--")


def _exists(place: str) -> bool:
    """Say whether a folder is there; what lies on a server is taken to be."""
    if place[:5].lower() == "file:":
        return Path(unquote(urlsplit(place).path)).exists()
    return "://" in place or Path(place).expanduser().exists()


def _split_name(word: str) -> tuple[str, str]:
    name, equals, url = word.partition("=")
    return (name, url) if equals and "/" not in name else ("", word)


def _with_login(pair: tuple[str, str], environ: Mapping[str, str]) -> tuple[str, str]:
    name, url = pair
    variable = "".join(letter if letter.isalnum() else "_" for letter in name).upper()
    user = environ.get(f"UV_INDEX_{variable}_USERNAME", "") if name else ""
    password = environ.get(f"UV_INDEX_{variable}_PASSWORD", "") if name else ""
    if not (user or password) or _has_login(url):
        return pair
    from urllib.parse import quote

    scheme, _, rest = url.partition("://")
    return name, f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{rest}"


def _has_login(url: str) -> bool:
    try:
        return "@" in urlsplit(url).netloc
    except ValueError:
        return False
