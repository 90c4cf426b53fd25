import pytest

from bareboat.debian.excluded import EXCLUSIONS, excluded


@pytest.mark.parametrize(
    ("name", "wanted_by"),
    [
        ("debconf", "tzdata"),
        ("debconf-2.0", "anything"),
        ("dpkg", "tar"),
        ("awk", "base-files"),
        ("libc-gconv-modules-extra", "libc6"),
        ("openssl", "ca-certificates"),
        ("openssl-provider-legacy", "libssl3t64"),
        ("libdb5.3t64", "libpython3.13-stdlib"),
        ("libdb5.3", "libpython3.11-stdlib"),
        ("libtirpc3", "libpython3.11-stdlib"),
        ("readline-common", "libreadline8t64"),
        ("install-info", "readline-common"),
    ],
)
def test_what_is_left_out(name: str, wanted_by: str) -> None:
    found = excluded(name, wanted_by=wanted_by)
    assert found is not None
    assert found.reason


@pytest.mark.parametrize(
    ("name", "wanted_by"),
    [
        ("libc6", "zlib1g"),
        ("openssl", "ssl-cert"),
        ("libdb5.3t64", "libsasl2-modules-db"),
        ("mawk", "some-scripts"),
        ("perl", "git"),
        ("libdebconfclient0", "tzdata"),
    ],
)
def test_what_others_need_stays(name: str, wanted_by: str) -> None:
    assert excluded(name, wanted_by=wanted_by) is None


def test_every_one_is_reached() -> None:
    assert len({(each.name, each.wanted_by) for each in EXCLUSIONS}) == len(EXCLUSIONS)
