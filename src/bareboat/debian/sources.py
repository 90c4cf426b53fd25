"""Bytes from mirrors: the ports that this room needs, and trying one address after another.

`Fetch` is met by net's Client and `Cache` by the store; tests hand in the same two.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar
from urllib.parse import quote, urlsplit

from bareboat.debian.mirrors import MAIN, SECURITY, Choice
from bareboat.errors import NetworkError
from bareboat.oci.blob import Blob
from bareboat.oci.digest import Digest
from bareboat.progress import Progress

__all__ = ["Cache", "Fetch", "attempt", "join", "shown"]

_T = TypeVar("_T")


class Fetch(Protocol):
    """What brings bytes in."""

    def fetch(
        self, url: str, *, sha256: str | None, size: int | None, progress: Progress, name: str
    ) -> Iterator[bytes]:
        """Yield the bytes behind `url`; they count once the end is reached without an error."""

    def read(self, url: str, *, limit: int) -> bytes:
        """Return the bytes behind `url`, at most `limit`."""


class Cache(Protocol):
    """What remembers answers and keeps blobs."""

    def recall(self, kind: str, key: str) -> bytes | None:
        """Return what was remembered, None unless all its blobs are there."""

    def remember(self, kind: str, key: str, value: bytes, *, blobs: tuple[Digest, ...] = ()) -> None:
        """Keep `value` under `key`."""

    def put(self, chunks: Iterable[bytes], *, expect: Digest | None = None, size: int | None = None) -> Blob:
        """Keep bytes and return them as a blob; IntegrityError where they are not `expect`."""

    def find(self, digest: Digest) -> Blob | None:
        """Return a blob that is kept, or None."""


def attempt(urls: Sequence[str], use: Callable[[str], _T], choice: Choice, *, hint: str = "") -> _T:
    """Return what `use` makes of the first URL that answers.

    Only a missing answer leads to the next URL: bytes that are wrong are never asked for again
    elsewhere. Raises NetworkError naming the first failure, with the line that sets a mirror.
    """
    failures: list[NetworkError] = []
    for url in urls:
        try:
            return use(url)
        except NetworkError as error:
            failures.append(error)
    first = failures[0]
    hosts = [urlsplit(url).hostname or "" for url in urls]
    others = ", ".join(dict.fromkeys(host for host in hosts if host != hosts[0]))
    also = f"; {others} did no better" if others else ""
    hints = (first.hint, hint, f"other mirrors: {MAIN}=https://HOST/debian, {SECURITY}=https://HOST/…")
    raise NetworkError(
        f"{first.message}{also} (mirror from {choice.origin})",
        where=first.where or shown(urls[0]),
        hint="; ".join(each for each in hints if each),
    ) from first


def join(base: str, path: str) -> str:
    """Return the URL of `path` below `base`."""
    return f"{base}/{quote(path, safe='/~+:@')}"


def shown(url: str) -> str:
    """Return `url` without user name and password, to be named in messages."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
