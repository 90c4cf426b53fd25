"""Which proxy a URL goes through, from the environment's variables alone.

Read as curl, pip and uv read them: `https_proxy`, `http_proxy`, `all_proxy`, `no_proxy`, the lower
case first. `HTTP_PROXY` is ignored where `REQUEST_METHOD` is set (CVE-2016-5385). `no_proxy` takes
`*`, hosts, domain suffixes with or without a leading dot, addresses, networks, and `host:port`.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

__all__ = ["Proxies"]

_PORTS = {"http": 80, "https": 443}


class Proxies(Struct, frozen=True):
    """The proxies by URL scheme, and the hosts that are reached without one."""

    by_scheme: tuple[tuple[str, str], ...] = ()
    direct: tuple[str, ...] = ()

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Proxies":
        """Read the variables of `environ`; an empty variable means none."""
        found = []
        for scheme in ("http", "https"):
            proxy = _variable(environ, f"{scheme}_proxy") or _variable(environ, "all_proxy")
            if proxy:
                found.append((scheme, proxy if "://" in proxy else f"http://{proxy}"))
        direct = _variable(environ, "no_proxy").replace(",", " ").split()
        return cls(tuple(found), tuple(entry.lower() for entry in direct))

    def find(self, url: str) -> str | None:
        """Return the proxy's URL for `url`, None where the host is reached directly."""
        parts = urlsplit(url)
        proxy = dict(self.by_scheme).get(parts.scheme)
        host = (parts.hostname or "").rstrip(".")
        port = parts.port or _PORTS.get(parts.scheme, 0)
        if proxy is None or any(_matches(entry, host, port) for entry in self.direct):
            return None
        return proxy


def _variable(environ: Mapping[str, str], name: str) -> str:
    if name in environ:
        return environ[name].strip()
    if name == "http_proxy" and "REQUEST_METHOD" in environ:
        return ""
    return environ.get(name.upper(), "").strip()


def _matches(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    network = _network(entry)
    if network is not None:
        address = _address(host)
        return address is not None and address in network
    name, colon, tail = entry.rpartition(":")
    if colon and tail.isdigit() and (":" not in name or name.startswith("[")):
        if int(tail) != port:
            return False
        entry = name.strip("[]")
    suffix = entry.removeprefix("*").strip(".")
    return bool(suffix) and (host == suffix or host.endswith(f".{suffix}"))


def _network(entry: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
