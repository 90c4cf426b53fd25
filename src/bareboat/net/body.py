"""The body of one download over several answers: counted, hashed, resumed where it was cut.

Holds the state between attempts; sends nothing itself.
"""

import hashlib
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bareboat.errors import IntegrityError, NetworkError
from bareboat.net.redact import redact

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

__all__ = ["Body"]

_PIECE = 1 << 18
_SLOWEST = 1024
_MOST_ANSWERS = 50
_OTHER = "try another mirror or index, or lock again if the file was replaced on purpose"


class Body:
    """What has arrived of one body. `received` bytes were yielded to the caller so far."""

    def __init__(
        self, url: str, *, sha256: str | None = None, size: int | None = None, limit: int, patience: float
    ) -> None:
        self.sha256 = sha256.lower() if sha256 is not None else None
        self.received = 0
        self._where = redact(url)
        self._size = size
        self._limit = limit
        self._patience = patience
        self._hash = hashlib.sha256()
        self._total: int | None = None
        self._validator = ""
        self._may_resume = True
        self._answers = 0

    def resume_headers(self) -> dict[str, str]:
        """Return the headers that ask for what is missing; none where all must come again.

        Without a sha256 to compare and without a strong validator, a range could belong to other
        bytes than the start did. Spec: RFC 9110, 13.1.5 and 14.2.
        """
        if not self.received or not self._may_resume or not (self.sha256 or self._validator):
            return {}
        headers = {"Range": f"bytes={self.received}-"}
        return headers | ({"If-Range": self._validator} if self._validator else {})

    def restart(self) -> None:
        """Ask for the whole body from now on; what was received is compared, not yielded again."""
        self._may_resume = False

    def is_hopeless(self) -> bool:
        """Say whether so many answers were cut that no end is to be expected."""
        return self._answers >= _MOST_ANSWERS

    def read(self, answer: "BaseHTTPResponse") -> Iterator[bytes]:
        """Yield the bytes of `answer` that were not yielded before; the connection is left clean."""
        self._answers += 1
        complete = False
        try:
            skip = self._locate(answer)
            yield from self._pieces(answer, skip)
            self.finish()
            complete = True
        finally:
            if complete:
                answer.release_conn()
            else:
                answer.close()

    def announce(self, total: int) -> None:
        """Refuse a body that says to be of another size than expected, or of too many bytes."""
        if self._size is not None and total != self._size:
            raise self._other(f"is {total} bytes, {self._size} expected")
        if total > self._limit:
            raise NetworkError(f"is {total} bytes, at most {self._limit} are taken", where=self._where)
        self._total = total

    def take(self, chunk: bytes) -> Iterator[bytes]:
        """Count and hash `chunk` and yield it; refused where it goes beyond the expected size."""
        self.received += len(chunk)
        if self._size is not None and self.received > self._size:
            raise self._other(f"is more than the {self._size} bytes expected")
        if self.received > self._limit:
            raise NetworkError(f"is more than the {self._limit} bytes that are taken", where=self._where)
        self._hash.update(chunk)
        yield chunk

    def finish(self) -> None:
        """Compare the size and the sha256 of all that was received."""
        if self._size is not None and self.received != self._size:
            raise self._other(f"is {self.received} bytes, {self._size} expected")
        found = self._hash.hexdigest()
        if self.sha256 is not None and found != self.sha256:
            raise self._other(f"has sha256 {found}, {self.sha256} expected")

    def _other(self, message: str) -> IntegrityError:
        return IntegrityError(message, where=self._where, hint=_OTHER)

    def _locate(self, answer: "BaseHTTPResponse") -> int:
        """Return how many bytes of `answer` repeat what was received already."""
        length = answer.headers.get("Content-Length", "")
        if answer.status == 206:
            match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", answer.headers.get("Content-Range", ""))
            if match is None or int(match[1]) != self.received:
                raise NetworkError("the server sent another range than asked for", where=self._where)
            if match[3] != "*":
                self.announce(int(match[3]))
            return 0
        self._validator = _validator(answer)
        self._total = None
        if length.isascii() and length.isdigit():
            self.announce(int(length))
        return self.received

    def _pieces(self, answer: "BaseHTTPResponse", skip: int) -> Iterator[bytes]:
        from urllib3.exceptions import IncompleteRead
        from urllib3.exceptions import TimeoutError as TooSlowError

        started, taken, again = time.monotonic(), 0, hashlib.sha256()
        while piece := answer.read1(_PIECE):
            taken += len(piece)
            repeated, fresh = piece[:skip], piece[skip:]
            if repeated:
                skip -= len(repeated)
                again.update(repeated)
                if not skip and again.digest() != self._hash.digest():
                    raise self._other("changed on the server while it was read")
            if fresh:
                yield from self.take(fresh)
            if time.monotonic() - started > self._patience + taken / _SLOWEST:
                raise TooSlowError(f"slower than {_SLOWEST} bytes a second")
        expected = self._size if self._total is None else self._total
        if skip or (expected is not None and self.received < expected):
            raise IncompleteRead(self.received, (expected or self.received + skip) - self.received)


def _validator(answer: "BaseHTTPResponse") -> str:
    """Return a strong ETag, else nothing: a date is too coarse to tell two bodies apart."""
    tag = answer.headers.get("ETag", "")
    return tag if tag.startswith('"') else ""
