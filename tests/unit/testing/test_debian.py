"""The archive of one's own is a real one: dpkg, gpg's successor and tarfile agree with it."""

import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pysequoia
import pytest

from bareboat.testing.debian import Package, Signer, deb, mirror, save

PACKAGE = Package(
    "libfoo1",
    "1:2-3",
    "amd64",
    {"usr/lib/libfoo.so.1": b"bytes", "usr/bin/foo": b"#!x"},
    {"usr/lib/libfoo.so": "libfoo.so.1"},
    {"Source": "foo", "Depends": "libc6", "Priority": "required"},
)


def test_packages_lie_where_debian_would_have_them() -> None:
    assert PACKAGE.path == "pool/main/f/foo/libfoo1_2-3_amd64.deb"
    assert Package("libbar").path == "pool/main/libb/libbar/libbar_1.0-1_all.deb"


def test_a_package_is_an_archive_of_three_members() -> None:
    data = deb(PACKAGE)
    assert data == deb(PACKAGE)
    assert data.startswith(b"!<arch>\ndebian-binary   0")
    start = data.index(b"data.tar.xz")
    size = int(data[start + 48 : start + 58])
    with tarfile.open(fileobj=io.BytesIO(data[start + 60 : start + 60 + size])) as tar:
        names = tar.getnames()
    assert names[:4] == [".", "./usr", "./usr/bin", "./usr/lib"]
    assert set(names[4:]) == {"./usr/bin/foo", "./usr/lib/libfoo.so", "./usr/lib/libfoo.so.1"}


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not on this machine")
def test_dpkg_reads_the_package(tmp_path: Path) -> None:
    file = tmp_path / "x.deb"
    file.write_bytes(deb(PACKAGE))

    def dpkg(*arguments: str) -> str:
        command = ["dpkg-deb", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=20).stdout

    assert (
        dpkg("-f", str(file), "Version", "Source", "Depends")
        == "Version: 1:2-3\nSource: foo\nDepends: libc6\n"
    )
    dpkg("-x", str(file), str(tmp_path / "out"))
    assert (tmp_path / "out/usr/lib/libfoo.so").read_bytes() == b"bytes"


def test_a_mirror_has_signed_indexes_under_all_their_names() -> None:
    signer = Signer()
    files = mirror("sid", [PACKAGE], signer, date=0, valid_until=86_400, suite="unstable")
    certificate = pysequoia.Cert.from_bytes(signer.certificate)
    assert certificate.fingerprint == signer.fingerprint
    signed = pysequoia.verify(files["dists/sid/InRelease"], store=lambda _: [certificate]).bytes or b""
    assert b"Date: Thu, 01 Jan 1970 00:00:00 UTC\nValid-Until: Fri, 02 Jan 1970 00:00:00 UTC\n" in signed
    assert b"Suite: unstable\nCodename: sid\n" in signed
    assert len([path for path in files if "by-hash" in path]) == 3
    assert files[PACKAGE.path] == deb(PACKAGE)
    assert not any(path.endswith("/Packages") for path in files)


def test_a_mirror_may_leave_things_out() -> None:
    files = mirror("sid", [], Signer(), date=0, by_hash=False, forms=["xz"])
    assert sorted(files) == [
        "dists/sid/InRelease",
        "dists/sid/main/Contents-amd64.gz",
        "dists/sid/main/binary-amd64/Packages.xz",
    ]
    assert b"Valid-Until" not in files["dists/sid/InRelease"]


def test_a_mirror_is_saved_as_a_folder(tmp_path: Path) -> None:
    url = save(tmp_path / "mirror", {"a/b": b"c"})
    assert url == (tmp_path / "mirror").as_uri()
    assert (tmp_path / "mirror/a/b").read_bytes() == b"c"
