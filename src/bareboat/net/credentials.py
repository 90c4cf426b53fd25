"""Which user name and password a server is shown.

In this order: those in the URL itself, those that came with a known URL of the same origin (an
index configured with a password serves files without one), those of netrc (`NETRC`, else
`~/.netrc`). The `default` entry of netrc is not used: it would hand a password to any server that
a redirect names. Keyring is uv's business when it resolves; nothing here asks it.
"""

import base64
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from msgspec import Struct

__all__ = ["Credentials", "Login", "origin", "split"]

_PORTS = {"http": 80, "https": 443}


class Login(Struct, frozen=True):
    """A user name and password, and the source that they came from."""

    user: str
    password: str
    source: str

    @property
    def header(self) -> str:
        """The value of an Authorization header (RFC 7617)."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def __repr__(self) -> str:
        return f"Login(from {self.source})"


class Credentials(Struct, frozen=True):
    """All logins that were configured; `problem` tells why netrc could not be read."""

    known: tuple[tuple[str, Login], ...] = ()
    hosts: tuple[tuple[str, Login], ...] = ()
    problem: str = ""

    @classmethod
    def read(cls, environ: Mapping[str, str], known: Iterable[str] = ()) -> "Credentials":
        """Read netrc and the `known` URLs that carry a user name."""
        pairs = []
        for url in known:
            bare, login = split(url)
            if login is not None:
                pairs.append((origin(bare), login))
        home = environ.get("HOME", "")
        path = environ.get("NETRC") or (str(Path(home, ".netrc")) if home else "")
        hosts, problem = _netrc(path)
        return cls(tuple(pairs), hosts, problem)

    def find(self, url: str) -> Login | None:
        """Return the login for `url`, whose own user name (if any) was split off before."""
        known = dict(self.known).get(origin(url))
        if known is not None:
            return known
        return dict(self.hosts).get(urlsplit(url).hostname or "")


def split(url: str) -> tuple[str, Login | None]:
    """Return `url` without user name and password, and these."""
    parts = urlsplit(url)
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None
    user, _, password = userinfo.partition(":")
    bare = urlunsplit((parts.scheme, host, parts.path, parts.query, parts.fragment))
    return bare, Login(unquote(user), unquote(password), "the URL") if user or password else None


def origin(url: str) -> str:
    """Return `scheme://host:port`, what must be equal for a password to be shown again."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}:{parts.port or _PORTS.get(parts.scheme, 0)}"


def _netrc(path: str) -> tuple[tuple[tuple[str, Login], ...], str]:
    if not path or not Path(path).is_file():
        return (), ""
    import netrc

    try:
        entries = netrc.netrc(path).hosts
    except (netrc.NetrcParseError, OSError, UnicodeDecodeError) as error:
        return (), f"netrc cannot be read ({type(error).__name__})"
    logins = []
    for host, (user, _, password) in entries.items():
        if host != "default":
            logins.append((host.lower(), Login(user or "", password or "", "netrc")))
    return tuple(logins), ""
