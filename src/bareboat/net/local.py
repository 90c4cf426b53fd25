"""`file:` URLs: the bytes of a local file, where an index or a lock names one."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bareboat.errors import NetworkError

__all__ = ["chunks", "is_local", "size"]

_CHUNK = 1 << 20


def is_local(url: str) -> bool:
    """Say whether `url` is a `file:` URL."""
    return url[:5].lower() == "file:"


def size(url: str) -> int:
    """Return the size of the file in bytes; NetworkError (status 404) where there is none."""
    try:
        return _path(url).stat().st_size
    except OSError as error:
        raise _missing(url, error) from error


def chunks(url: str) -> Iterator[bytes]:
    """Yield the bytes of the file, at most 1 MiB at a time."""
    try:
        with _path(url).open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise _missing(url, error) from error


def _path(url: str) -> Path:
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.netloc not in {"", "localhost"} or "\0" in path:
        raise NetworkError("a file: URL that names another host", where=url)
    return Path(path)


def _missing(url: str, error: OSError) -> NetworkError:
    status = 404 if isinstance(error, FileNotFoundError) else 0
    return NetworkError((error.strerror or "cannot be read").lower(), where=url, status=status)
