"""A signed InRelease file: who signed it, for which suite, until when, and the hashes in it.

Only the bytes that the verifier hands back are read: text around the signed part is never seen.
Spec: Debian repository format, "Release" files; RFC 9580, section 7 (cleartext signatures).
"""

import calendar
import re

from msgspec import Struct

from bareboat.debian import stanza
from bareboat.debian.keys import Keyring
from bareboat.errors import InputError, IntegrityError

__all__ = ["Release", "read", "verify"]

_DATE = re.compile(
    r"\w{3}, +(\d{1,2}) +(\w{3}) +(\d{4}) +(\d{2}):(\d{2}):(\d{2}) +(?:UTC|GMT|\+0000)", re.ASCII
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = 86_400


class Release(Struct, frozen=True):
    """What a verified InRelease says. Times are seconds since 1970 UTC; 0 is no Valid-Until.

    `expired` is set where the file was past its Valid-Until and that was allowed.
    """

    codename: str
    suite: str
    date: int
    valid_until: int
    has_by_hash: bool
    sums: bytes
    expired: bool = False

    def find(self, path: str) -> tuple[str, int] | None:
        """Return the sha256 and the size of the index at `path`, or None where it is not listed."""
        match = re.search(rb"(?m)^ +([0-9a-f]{64}) +([0-9]{1,15}) +%s$" % re.escape(path.encode()), self.sums)
        return (match[1].decode(), int(match[2])) if match else None


def verify(signed: bytes, keyring: Keyring, *, where: str) -> bytes:
    """Return the signed part of `signed`, if a pinned key has signed it.

    Raises IntegrityError for any other signer, for changed bytes and for what is not signed.
    """
    import pysequoia

    certificates = [pysequoia.Cert.from_bytes(data) for data in keyring.certificates]
    asked: list[str] = []

    def choose(identifiers: list[str]) -> list[pysequoia.Cert]:
        asked.extend(identifiers)
        return certificates

    try:
        result = pysequoia.verify(signed, store=choose)
    except (RuntimeError, ValueError) as error:
        raise _refusal(keyring, asked, where) from error
    signers = {signature.certificate.lower() for signature in result.valid_sigs}
    if not signers & keyring.pinned or result.bytes is None:
        raise _refusal(keyring, asked, where)
    return result.bytes


def read(  # noqa: PLR0913 - each is a part of one question
    signed: bytes,
    keyring: Keyring,
    *,
    dist: str,
    now: int,
    allow_expired: bool = False,
    where: str = "InRelease",
) -> Release:
    """Return what `signed` says, verified, dated and made for `dist` (as in `trixie-updates`).

    Raises IntegrityError where it is not signed by a pinned key, made for another suite, dated
    after `now`, or past its Valid-Until and this is not allowed.
    """
    text = verify(signed, keyring, where=where).replace(b"\r\n", b"\n")
    codename, suite = stanza.field(text, b"Codename"), stanza.field(text, b"Suite")
    if dist not in {codename, suite}:
        raise IntegrityError(
            f"made for {codename or suite or 'no suite'}, not for {dist}",
            where=where,
            hint="the mirror serves the wrong suite under this name: use another mirror",
        )
    date = _time(stanza.field(text, b"Date"), "Date", where)
    until = stanza.field(text, b"Valid-Until")
    valid_until = _time(until, "Valid-Until", where) if until else 0
    if date > now + _DAY:
        raise IntegrityError(
            f"dated {stanza.field(text, b'Date')}, which has not come yet",
            where=where,
            hint="set this machine's clock",
        )
    expired = 0 < valid_until < now
    if expired and not allow_expired:
        raise IntegrityError(
            f"expired on {until}",
            where=where,
            hint="use a mirror that is up to date, lock the packages, or allow expired indexes",
        )
    start = text.find(b"\nSHA256:")
    if start == -1:
        raise IntegrityError("lists no sha256 of any index", where=where)
    sums = re.match(rb"[^\n]*((?:\n [^\n]*)*)", text[start + 1 :])
    return Release(
        codename,
        suite,
        date,
        valid_until,
        stanza.field(text, b"Acquire-By-Hash") == "yes",
        sums[1] if sums else b"",
        expired,
    )


def _refusal(keyring: Keyring, asked: list[str], where: str) -> IntegrityError:
    """Return the error for a failed check; who was asked for tells an unknown key from a bad signature."""
    if not asked:
        return IntegrityError(
            "not a signed InRelease file", where=where, hint="use a mirror that serves Debian unchanged"
        )
    known = b"".join(_binary(data) for data in keyring.certificates)
    if any(bytes.fromhex(name)[-8:] in known for name in asked):
        return IntegrityError(
            "the signature does not match: the file was changed after signing",
            where=where,
            hint="use another mirror; if it persists, something on the way changes files",
        )
    names = ", ".join(name.upper()[-16:] for name in asked)
    return IntegrityError(
        f"signed by a key that bareboat does not know ({names})",
        where=where,
        hint="only Debian's own archives are accepted; a newer bareboat may know newer keys",
    )


def _binary(certificate: bytes) -> bytes:
    import pysequoia

    return bytes(pysequoia.Cert.from_bytes(certificate))


def _time(text: str, field: str, where: str) -> int:
    match = _DATE.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        raise InputError(f"{field} is not a date: {text[:60]!r}", where=where)
    day, year, hour, minute, second = (int(match[number]) for number in (1, 3, 4, 5, 6))
    return calendar.timegm((year, _MONTHS.index(match[2]) + 1, day, hour, minute, second))
