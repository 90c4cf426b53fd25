"""InRelease: who signed it, for which suite, until when. Signed by keys made here."""

import pytest

from bareboat.debian import release
from bareboat.debian.keys import Keyring, shipped
from bareboat.errors import InputError, IntegrityError
from bareboat.testing.debian import Package, Signer, mirror

NOW = 1_800_000_000
DAY = 86_400
SIGNER = Signer()
STRANGER = Signer("Somebody <else@example.org>")
RING = Keyring((SIGNER.certificate,), frozenset({SIGNER.fingerprint}))


def signed(**more: object) -> bytes:
    files = mirror("trixie", [Package("a")], SIGNER, **{"date": NOW - DAY, **more})  # type: ignore[arg-type]
    return files["dists/trixie/InRelease"]


def read(data: bytes, *, allow_expired: bool = False, dist: str = "trixie") -> release.Release:
    return release.read(data, RING, dist=dist, now=NOW, allow_expired=allow_expired, where="there")


def test_a_signed_file_says_when_and_what() -> None:
    found = read(signed(suite="stable", valid_until=NOW + DAY))
    assert (found.codename, found.suite, found.date) == ("trixie", "stable", NOW - DAY)
    assert (found.valid_until, found.expired, found.has_by_hash) == (NOW + DAY, False, True)
    sha256, size = found.find("main/binary-amd64/Packages.xz") or ("", 0)
    assert len(sha256) == 64
    assert size > 0
    assert found.find("main/binary-amd64/Packages.x") is None
    assert found.find("ain/binary-amd64/Packages.xz") is None


def test_without_valid_until_nothing_expires() -> None:
    assert read(signed(date=NOW - 900 * DAY, by_hash=False)).has_by_hash is False


def test_the_suite_name_serves_as_well_as_the_codename() -> None:
    assert read(signed(suite="stable"), dist="stable").codename == "trixie"


def test_lines_may_end_as_on_windows() -> None:
    assert read(signed().replace(b"\n", b"\r\n")).find("main/binary-amd64/Packages.xz") is not None


def test_text_around_the_signed_part_is_never_read() -> None:
    data = b"Codename: sid\nSHA256:\n\n" + signed() + b"\nValid-Until: never\n"
    assert read(data).codename == "trixie"


def test_a_changed_file_is_refused() -> None:
    with pytest.raises(IntegrityError, match="there: the signature does not match: the file was changed"):
        read(signed().replace(b"Origin: Debian", b"Origin: debian"))


def test_an_unknown_key_is_refused_by_its_name() -> None:
    files = mirror("trixie", [], STRANGER, date=NOW)
    with pytest.raises(IntegrityError, match=r"signed by a key that bareboat does not know \([0-9A-F]{16}\)"):
        read(files["dists/trixie/InRelease"])


def test_a_known_key_that_is_not_pinned_does_not_count() -> None:
    ring = Keyring((SIGNER.certificate, STRANGER.certificate), frozenset({STRANGER.fingerprint}))
    with pytest.raises(IntegrityError):
        release.read(signed(), ring, dist="trixie", now=NOW)


@pytest.mark.parametrize("data", [b"", b"Origin: Debian\n", b"\xff" * 100])
def test_what_is_not_signed_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError, match="not a signed InRelease file"):
        read(data)


def test_a_cut_file_is_refused() -> None:
    with pytest.raises(IntegrityError):
        read(signed()[:-60])


def test_debian_keys_do_not_vouch_for_the_test() -> None:
    with pytest.raises(IntegrityError, match="does not know"):
        release.read(signed(), shipped(), dist="trixie", now=NOW)


def test_another_suite_is_refused() -> None:
    with pytest.raises(IntegrityError, match="made for trixie, not for sid"):
        read(signed(), dist="sid")


def test_a_file_of_no_suite_is_refused() -> None:
    with pytest.raises(IntegrityError, match="made for no suite, not for trixie"):
        read(SIGNER.sign(b"Date: x\n"))


def test_an_expired_file_is_refused_unless_that_is_allowed() -> None:
    data = signed(valid_until=NOW - 1)
    with pytest.raises(IntegrityError, match="expired on ") as caught:
        read(data)
    assert "allow expired" in caught.value.hint
    assert read(data, allow_expired=True).expired


def test_a_file_is_good_up_to_the_last_second() -> None:
    assert not read(signed(valid_until=NOW)).expired


def test_a_file_of_tomorrow_is_refused_even_if_expired_ones_are_allowed() -> None:
    assert read(signed(date=NOW + DAY)).date == NOW + DAY
    with pytest.raises(IntegrityError, match="has not come yet") as caught:
        read(signed(date=NOW + DAY + 1), allow_expired=True)
    assert "clock" in caught.value.hint


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 01 Foo 2026 00:00:00 UTC", "Mon, 01 Jan 2026 00:00:00 +0100"]
)
def test_a_date_that_is_none_is_refused(date: str) -> None:
    with pytest.raises(InputError, match="InRelease: Date is not a date"):
        release.read(
            SIGNER.sign(f"Codename: trixie\nDate: {date}\nSHA256:\n".encode()), RING, dist="trixie", now=NOW
        )


def test_a_file_without_sha256_is_refused() -> None:
    text = b"Codename: trixie\nDate: Mon, 05 Jan 2026 00:00:00 UTC\nMD5Sum:\n 0 0 a\n"
    with pytest.raises(IntegrityError, match="no sha256"):
        read(SIGNER.sign(text))


def test_an_empty_table_lists_nothing() -> None:
    text = b"Codename: trixie\nDate: Mon, 05 Jan 2026 00:00:00 GMT\nSHA256:\n"
    assert read(SIGNER.sign(text)).find("main") is None
