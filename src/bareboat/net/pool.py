"""Connections kept alive and shared by threads; one request at a time goes out and comes back.

Knows proxies, trust and headers; follows no redirect and retries nothing.
"""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct

from bareboat import __version__
from bareboat.errors import InputError
from bareboat.net.credentials import split
from bareboat.net.proxies import Proxies
from bareboat.net.redact import redact

if TYPE_CHECKING:
    import urllib3

__all__ = ["CONNECTIONS", "Pool"]

CONNECTIONS = 16


class Pool:
    """All connections of one client; `send` may be called from any thread."""

    def __init__(self, environ: Mapping[str, str], *, timeout: float) -> None:
        self._environ = environ
        self._timeout = timeout
        self._proxies = Proxies.read(environ)
        self._insecure = frozenset(environ.get("UV_INSECURE_HOST", "").lower().split())
        self._lock = threading.Lock()
        self._managers: dict[_Kind, urllib3.PoolManager] = {}

    def proxy(self, url: str) -> str | None:
        """Return the proxy that `url` goes through, or None."""
        return self._proxies.find(url)

    def send(
        self, method: str, url: str, headers: Mapping[str, str], *, body: bytes | None = None
    ) -> "urllib3.BaseHTTPResponse":
        """Return the answer to one request, its body unread; the caller closes or drains it.

        Raises urllib3's HTTPError where no answer comes.
        """
        manager = self._manager(url)
        sent = {"User-Agent": f"bareboat/{__version__}", "Accept-Encoding": "identity", **headers}
        return manager.request(
            method,
            url,
            headers=sent,
            body=body,
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
        )

    def close(self) -> None:
        """Close every idle connection."""
        with self._lock:
            for manager in self._managers.values():
                manager.clear()
            self._managers.clear()

    def _manager(self, url: str) -> "urllib3.PoolManager":
        parts = urlsplit(url)
        host = parts.hostname or ""
        insecure = bool({host, f"{host}:{parts.port or 443}"} & self._insecure)
        kind = _Kind(self._proxies.find(url), tls=parts.scheme == "https", insecure=insecure)
        with self._lock:
            if kind not in self._managers:
                self._managers[kind] = self._open(kind)
            return self._managers[kind]

    def _open(self, kind: "_Kind") -> "urllib3.PoolManager":
        import urllib3

        from bareboat.net import trust

        context = None
        if kind.tls or (kind.proxy or "").startswith("https:"):
            context = trust.context(self._environ, verify=not kind.insecure)
        if kind.insecure:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        limit = urllib3.Timeout(connect=min(self._timeout, 20.0), read=self._timeout)
        if kind.proxy is None:
            return urllib3.PoolManager(
                num_pools=CONNECTIONS, maxsize=CONNECTIONS, ssl_context=context, timeout=limit
            )
        bare, login = split(kind.proxy)
        return urllib3.ProxyManager(
            bare,
            num_pools=CONNECTIONS,
            maxsize=CONNECTIONS,
            ssl_context=context,
            timeout=limit,
            proxy_ssl_context=context,
            proxy_headers={"Proxy-Authorization": login.header} if login is not None else {},
        )


class _Kind(Struct, frozen=True):
    """What connections of one manager have in common."""

    proxy: str | None
    tls: bool
    insecure: bool

    def __post_init__(self) -> None:
        scheme = "http" if self.proxy is None else urlsplit(self.proxy).scheme
        if scheme not in {"http", "https"}:
            raise InputError(
                f"the proxy {redact(self.proxy or '')} is of a kind that is not supported: {scheme}",
                hint="name an http:// or https:// proxy in http_proxy and https_proxy",
            )
