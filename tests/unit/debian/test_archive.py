"""The front of the archive, over a mirror in a folder and on HTTP."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from bareboat.debian.archive import Archive, Request
from bareboat.debian.keys import Keyring
from bareboat.debian.mirrors import SNAPSHOT, Choice, Mirrors
from bareboat.debian.solve import LeftOut
from bareboat.errors import InputError, IntegrityError, NetworkError, ResolveError
from bareboat.lock import BaseLock, DebianPackage
from bareboat.net.client import Client
from bareboat.store.cas import Store
from bareboat.target import Arch
from bareboat.testing.debian import Package, Signer, deb, mirror, save
from bareboat.testing.web import Web

NOW = 1_800_000_000
DAY = 86_400
SIGNER = Signer()
RING = Keyring((SIGNER.certificate,), frozenset({SIGNER.fingerprint}))
LIBRARY = "usr/lib/x86_64-linux-gnu/libpq.so.5"
PYTHON = Package("python3.13-minimal", "3.13.5-2", "amd64", more={"Depends": "libc6 (>= 2.38), debconf | x"})
MAIN = [
    PYTHON,
    Package("libc6", "2.41-12", "amd64", {"usr/lib/libc.so": b"c"}, more={"Source": "glibc"}),
    Package("debconf"),
    Package("libpq5", "17-1", "amd64", {LIBRARY: b"elf"}),
]
SECURITY = [Package("libc6", "2.41-12+deb13u1", "amd64", more={"Source": "glibc"})]
REQUEST = Request("trixie", Arch.AMD64, ("python3.13-minimal", "libpq5"), exclude=("debconf",))


def published(root: Path, *, date: int = NOW - DAY) -> dict[str, dict[str, bytes]]:
    until = date + 7 * DAY
    return {
        "debian": {
            **mirror("trixie", MAIN, SIGNER, date=date),
            **mirror("trixie-updates", [], SIGNER, date=date, valid_until=until),
        },
        "security": mirror("trixie-security", SECURITY, SIGNER, date=date + 5, valid_until=until),
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, files in published(tmp_path).items():
        save(tmp_path / name, files)
    return tmp_path


def archive(root: Path, **more: object) -> Archive:
    snapshot = Choice((f"{root.as_uri()}/snap",), "settings") if more.pop("snap", False) else Choice((), "")
    mirrors = Mirrors(
        Choice((f"{root.as_uri()}/debian",), "settings"),
        Choice((f"{root.as_uri()}/security",), "settings"),
        snapshot,
    )
    options: dict[str, object] = {"now": NOW, "keys": RING, **more}
    return Archive(mirrors, Client({}), Store(root / "cache"), **options)  # type: ignore[arg-type]


def package(lock: BaseLock, name: str) -> DebianPackage:
    return next(each for each in lock.packages if each.name == name)


def test_names_become_a_lock(root: Path) -> None:
    lock = archive(root).resolve(REQUEST)
    assert [(each.name, each.version, each.archive) for each in lock.packages] == [
        ("libc6", "2.41-12+deb13u1", "security"),
        ("libpq5", "17-1", "main"),
        ("python3.13-minimal", "3.13.5-2", "main"),
    ]
    assert (lock.suite, lock.architecture, lock.python) == ("trixie", "amd64", "3.13.5")
    assert lock.requested == ("libpq5", "python3.13-minimal")
    assert (lock.dated, lock.expired, lock.build) == (NOW - DAY + 5, False, ())
    assert package(lock, "libc6").source == "glibc"


def test_asking_again_reads_no_index_but_tells_the_date_anew(root: Path) -> None:
    first = archive(root).resolve(REQUEST)
    for name, files in published(root, date=NOW - 60).items():
        save(root / name, files)
    for index in root.glob("*/dists/*/main/binary-amd64/by-hash/SHA256/*"):
        index.unlink()
    again = archive(root, refresh=True).resolve(REQUEST)
    assert again.packages == first.packages
    assert again.dated == NOW - 55


def test_reasons_and_what_was_left_out_are_listed(root: Path) -> None:
    found = archive(root)
    assert found.left_out(REQUEST) == (LeftOut("debconf", "python3.13-minimal"),)
    assert found.because(REQUEST) == {"libc6": "python3.13-minimal", "libpq5": "", "python3.13-minimal": ""}


def test_what_is_forgotten_is_read_again(root: Path) -> None:
    found = archive(root)
    first = found.resolve(REQUEST)
    found.forget()
    assert found.resolve(REQUEST) == first


def test_without_an_interpreter_there_is_no_python(root: Path) -> None:
    assert archive(root).resolve(Request("trixie", Arch.AMD64, ("libc6",))).python == ""


def test_expired_indexes_mark_the_lock(root: Path) -> None:
    with pytest.raises(IntegrityError, match="expired"):
        archive(root, now=NOW + 30 * DAY).resolve(REQUEST)
    assert archive(root, now=NOW + 30 * DAY, allow_expired=True).resolve(REQUEST).expired


def test_only_shipped_keys_are_believed_unless_others_are_given(root: Path) -> None:
    with pytest.raises(IntegrityError, match="a key that bareboat does not know"):
        archive(root, keys=None).resolve(REQUEST)


def test_an_unknown_suite_and_an_unknown_name_are_refused(root: Path) -> None:
    with pytest.raises(InputError, match="no Debian suite called 'etch'"):
        archive(root).pythons("etch", Arch.AMD64)
    with pytest.raises(ResolveError, match="no package called 'libpq6'"):
        archive(root).resolve(Request("trixie", Arch.AMD64, ("libpq6",)))


def test_versions_come_from_the_indexes(root: Path) -> None:
    both = [PYTHON, Package("python3.9-minimal", "3.9.2-1"), Package("python3.14-minimal", "3.14.0-1")]
    save(root / "debian", mirror("sid", both, SIGNER, date=NOW))
    found = archive(root)
    assert found.pythons("sid", Arch.AMD64) == ("3.9.2-1", "3.13.5-2", "3.14.0-1")
    assert found.pythons("trixie", Arch.AMD64) == ("3.13.5-2",)
    assert found.glibc("trixie", Arch.AMD64) == (2, 41)
    with pytest.raises(ResolveError, match="libc6"):
        found.glibc("sid", Arch.AMD64)


def test_a_soname_leads_to_a_package_once_and_for_all(root: Path) -> None:
    asked = []

    def files(package: DebianPackage) -> Iterable[str]:
        asked.append(package.name)
        return [LIBRARY]

    for _ in range(2):
        found = archive(root).provider("libpq.so.5", suite="trixie", arch=Arch.AMD64, files=files)
        assert found == "libpq5"
    assert asked == ["libpq5"]
    nothing = archive(root).provider("libno.so.5", suite="trixie", arch=Arch.AMD64, files=files)
    assert nothing is None
    private = archive(root).provider(
        "libpq.so.5", suite="trixie", arch=Arch.AMD64, files=lambda _: ["usr/lib/x/y"]
    )
    assert private == "libpq5"


def test_a_package_is_fetched_from_its_own_archive_and_kept(root: Path) -> None:
    found = archive(root)
    lock = found.resolve(REQUEST)
    for each in lock.packages:
        assert found.fetch(each).digest.hex == each.sha256
    libc = package(lock, "libc6")
    (root / "security" / libc.path).unlink()
    assert b"".join(archive(root).fetch(libc).chunks()) == deb(SECURITY[0])


def test_a_package_with_other_bytes_is_refused(root: Path) -> None:
    libpq = package(archive(root).resolve(REQUEST), "libpq5")
    place = root / "debian" / libpq.path
    place.write_bytes(place.read_bytes()[:-1] + b"X")
    with pytest.raises(IntegrityError):
        archive(root).fetch(libpq)
    place.write_bytes(place.read_bytes()[:-1])
    with pytest.raises(IntegrityError):
        archive(root).fetch(libpq)


def test_a_dropped_package_is_found_in_the_snapshot_archive(root: Path) -> None:
    lock = archive(root).resolve(REQUEST)
    for name, folder, moment in (
        ("libpq5", "debian", lock.dated),
        ("libc6", "debian-security", lock.dated + DAY),
    ):
        each = package(lock, name)
        place = root / ("security" if each.archive == "security" else "debian") / each.path
        found = archive(root, snap=True)
        urls = found.url(each, dated=lock.dated)
        assert len(urls) == 3
        assert f"/snap/archive/{folder}/2027011" in urls[1]
        data = place.read_bytes()
        place.unlink()
        with pytest.raises(NetworkError):
            found.fetch(each, dated=lock.dated)
        target = urls[1] if moment == lock.dated else urls[2]
        save(root, {target.removeprefix(f"{root.as_uri()}/"): data})
        assert found.fetch(each, dated=lock.dated).size == each.size


def test_without_a_snapshot_archive_the_hint_says_how_to_name_one(root: Path) -> None:
    libpq = package(archive(root).resolve(REQUEST), "libpq5")
    (root / "debian" / libpq.path).unlink()
    with pytest.raises(NetworkError) as caught:
        archive(root).fetch(libpq, dated=1)
    assert SNAPSHOT in caught.value.hint
    assert "bareboat lock --upgrade" in caught.value.hint
    with pytest.raises(NetworkError) as caught:
        archive(root, snap=True).fetch(libpq, dated=1)
    assert SNAPSHOT not in caught.value.hint


def test_the_same_over_http(tmp_path: Path) -> None:
    with Web() as web, Store(tmp_path / "cache") as store:
        for name, files in published(tmp_path).items():
            for path, data in files.items():
                web.put(f"/{name}/{path}", data)
        mirrors = Mirrors(Choice((f"{web.url}/debian",), "x"), Choice((f"{web.url}/security",), "x"))
        found = Archive(mirrors, Client({}), store, now=NOW, keys=RING)
        lock = found.resolve(REQUEST)
        assert found.fetch(package(lock, "libc6")).size == package(lock, "libc6").size
        offline = Archive(mirrors, Client({}, offline=True), store, now=NOW + DAY, keys=RING, offline=True)
        assert offline.resolve(REQUEST) == lock
