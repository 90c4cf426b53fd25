"""The shipped keys are the pinned ones, no more and no fewer."""

from pathlib import Path

import pysequoia

from bareboat.debian import keys


def test_every_pinned_fingerprint_has_its_file_and_no_other_key_is_shipped() -> None:
    ring = keys.shipped()
    found = [pysequoia.Cert.split_bytes(data) for data in ring.certificates]
    assert {cert.fingerprint for certs in found for cert in certs} == set(keys.PINNED) == ring.pinned
    assert all(len(certs) == 1 for certs in found)


def test_each_name_fits_the_key_of_that_fingerprint() -> None:
    ring = keys.shipped()
    for data in ring.certificates:
        cert = pysequoia.Cert.from_bytes(data)
        release, _, role = keys.PINNED[cert.fingerprint].partition("-")
        words = str(cert.user_ids[0])
        assert release in words
        assert {"automatic": "Debian Archive", "security-automatic": "Security", "stable": "Stable"}[
            role
        ] in words


def test_no_file_lies_there_that_is_not_pinned() -> None:
    folder = Path(keys.__file__).parent / "keyrings"
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"debian-archive-{name}.asc" for name in keys.PINNED.values()
    )
