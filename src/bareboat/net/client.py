"""Verified downloads: the one way by which bytes come in from a server.

A `Client` follows redirects, tries again, resumes cut bodies with Range, and compares size and
sha256. It writes nothing to disk and remembers nothing.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from bareboat.errors import NetworkError
from bareboat.net import local, retry
from bareboat.net.body import Body
from bareboat.net.credentials import Credentials, Login, origin, split
from bareboat.net.pool import Pool
from bareboat.net.redact import redact
from bareboat.progress import SILENT, Kind, Progress

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

__all__ = ["LARGEST", "Client"]

LARGEST = 16 << 30
_REDIRECTS = 8
_PRIVATE = frozenset({"authorization", "cookie", "proxy-authorization"})


class Client:
    """A pool of connections with the host's proxies, trust and credentials; thread-safe.

    `timeout` is the longest silence in seconds, and a body slower than 1 KiB/s for that long is
    given up too. `known` are URLs with user names that hold for their whole origin.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        offline: bool = False,
        timeout: float = 60,
        known: Iterable[str] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._environ = environ
        self._offline = offline
        self._timeout = timeout
        self._known = tuple(known)
        self._sleep = sleep
        self._pool = Pool(environ, timeout=timeout)
        self._credentials: Credentials | None = None
        self._stopped = threading.Event()

    def fetch(
        self,
        url: str,
        *,
        sha256: str | None = None,
        size: int | None = None,
        progress: Progress = SILENT,
        name: str = "",
    ) -> Iterator[bytes]:
        """Yield the bytes behind `url`, at most 1 MiB at a time; they count once the end is reached.

        Cut bodies are resumed. `size` and `sha256` are compared; a body that says or proves to be
        larger than `size`, or than LARGEST, is refused at once. `file:` URLs are read from disk.

        Raises NetworkError, and IntegrityError for bytes that do not match.
        """
        body = Body(url, sha256=sha256, size=size, limit=LARGEST, patience=self._timeout)
        source = self._local(url, body) if local.is_local(url) else self._remote(url, body, {})
        with progress.begin(Kind.DOWNLOAD, name or _basename(url), total=size) as task:
            for chunk in source:
                if self._stopped.is_set():
                    raise NetworkError("given up, because something else failed", where=redact(url))
                task.advance(len(chunk))
                yield chunk

    def read(self, url: str, *, limit: int, headers: Mapping[str, str] | None = None) -> bytes:
        """Return the whole body behind `url`, refused where it is larger than `limit` bytes."""
        body = Body(url, limit=limit, patience=self._timeout)
        source = self._local(url, body) if local.is_local(url) else self._remote(url, body, headers or {})
        return b"".join(source)

    def stop(self) -> None:
        """Let every `fetch` that is under way end with NetworkError at its next bytes."""
        self._stopped.set()

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.close()

    def _local(self, url: str, body: Body) -> Iterator[bytes]:
        body.announce(local.size(url))
        for chunk in local.chunks(url):
            yield from body.take(chunk)
        body.finish()

    def _remote(self, url: str, body: Body, headers: Mapping[str, str]) -> Iterator[bytes]:
        if self._offline:
            raise NetworkError(
                "not in the cache, and --offline forbids asking for it",
                where=redact(url),
                hint="run once without --offline",
            )
        _check(url, where=url)
        from urllib3.exceptions import HTTPError

        from bareboat.net import failure

        failures = 0
        while True:
            before, pause = body.received, 0.0
            try:
                answer, login = self._follow(url, {**headers, **body.resume_headers()}, body)
                if answer.status in {200, 206}:
                    yield from body.read(answer)
                    return
                lost = failure.refusal(answer.status, url, login=login, credentials=self._logins())
                pause = retry.wait(
                    failures + 1,
                    retry_after=answer.headers.get("Retry-After", ""),
                    date=answer.headers.get("Date", ""),
                )
                answer.close()
                if answer.status == 416 and before:
                    body.restart()
                elif not retry.is_passing(answer.status):
                    raise lost
            except HTTPError as error:
                lost = failure.explain(error, url, proxy=self._pool.proxy(url))
                pause = retry.wait(failures + 1)
                if failure.is_lasting(error):
                    raise lost from error
            failures = 1 if body.received > before else failures + 1
            if failures >= retry.ATTEMPTS or body.is_hopeless() or self._stopped.is_set():
                raise lost
            self._sleep(pause)

    def _follow(
        self, url: str, headers: Mapping[str, str], body: Body
    ) -> "tuple[BaseHTTPResponse, Login | None]":
        """Return the answer after redirects, and the login that its server was shown."""
        here, inline = split(url)
        start = origin(here)
        for _ in range(_REDIRECTS):
            is_home = origin(here) == start
            login = (inline if is_home else None) or self._logins().find(here)
            sent = {name: value for name, value in headers.items() if is_home or name.lower() not in _PRIVATE}
            if login is not None:
                sent.setdefault("Authorization", login.header)
            answer = self._pool.send("GET", here, sent)
            target = answer.headers.get("Location")
            if answer.status not in {301, 302, 303, 307, 308} or not target:
                return answer, login
            answer.close()
            here = _redirected(here, target, is_verified=body.sha256 is not None)
        raise NetworkError(f"more than {_REDIRECTS} redirects", where=redact(url))

    def _logins(self) -> Credentials:
        if self._credentials is None:
            self._credentials = Credentials.read(self._environ, self._known)
        return self._credentials


def _check(url: str, *, where: str) -> None:
    """Refuse what is no http or https URL with a host and a possible port."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 0) >= 0
    except ValueError:
        fits = False
    if not fits or not url.isprintable() or " " in url:
        raise NetworkError(f"not a URL that can be requested: {redact(url)[:200]!r}", where=redact(where))


def _redirected(source: str, target: str, *, is_verified: bool) -> str:
    """Return where a redirect leads; from https to http only if a sha256 vouches for the bytes."""
    try:
        joined = urljoin(source, target)
    except ValueError:
        joined = ""
    _check(joined, where=source)
    if urlsplit(source).scheme == "https" and urlsplit(joined).scheme == "http" and not is_verified:
        raise NetworkError(
            f"a redirect from https to http is not followed ({redact(joined)})", where=redact(source)
        )
    return split(joined)[0]


def _basename(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]
