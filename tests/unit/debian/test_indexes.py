"""Indexes fetched from a mirror over HTTP, verified, and remembered as far as that is right."""

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from bareboat.debian.indexes import Indexes
from bareboat.debian.keys import Keyring
from bareboat.debian.mirrors import Choice, Mirrors
from bareboat.debian.suites import find_suite
from bareboat.errors import IntegrityError, NetworkError, ResolveError
from bareboat.net.client import Client
from bareboat.progress import SILENT
from bareboat.store.cas import Store
from bareboat.testing.debian import Package, Signer, mirror
from bareboat.testing.web import Web

NOW = 1_800_000_000
DAY = 86_400
SIGNER = Signer()
RING = Keyring((SIGNER.certificate,), frozenset({SIGNER.fingerprint}))
LIBRARY = "usr/lib/x86_64-linux-gnu/libz.so.1"
MAIN = [Package("libc6", "2.41-1", "amd64"), Package("zlib1g", files={LIBRARY: b"elf"}), Package("a", "1")]


class Site:
    """A suite on a web server, with a store and an Indexes to read it."""

    def __init__(self, web: Web, root: Path) -> None:
        self.web = web
        self.store = Store(root)
        choice = Choice((f"{web.url}/debian",), "settings")
        security = Choice((f"{web.url}/sec",), "settings")
        client = Client({}, sleep=lambda _: None)
        self.indexes = Indexes(Mirrors(choice, security), client, self.store, RING, NOW, SILENT)

    def put(self, files: Mapping[str, bytes], root: str = "debian") -> None:
        for path, data in files.items():
            self.web.put(f"/{root}/{path}", data)

    def publish(self, *, by_hash: bool = True, date: int = NOW - DAY) -> None:
        self.put(mirror("trixie", MAIN, SIGNER, date=date, suite="stable", by_hash=by_hash))
        self.put(
            mirror("trixie-updates", [Package("a", "2")], SIGNER, date=date + 1, valid_until=date + 9 * DAY)
        )
        self.put(
            mirror("trixie-security", [Package("a", "1.5")], SIGNER, date=date, valid_until=date + 9 * DAY),
            "sec",
        )

    def asked(self, part: str) -> int:
        return sum(part in request.path for request in self.web.requests)

    def version(self, indexes: Indexes | None = None) -> str:
        found = (indexes or self.indexes).view(find_suite("trixie"), "amd64").pool().find("a")
        assert found is not None
        return found.version


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Web() as web:
        found = Site(web, tmp_path / "cache")
        found.publish()
        yield found
        found.store.close()


def test_the_highest_version_of_all_indexes_wins(site: Site) -> None:
    view = site.indexes.view(find_suite("trixie"), "amd64")
    assert site.version() == "2"
    assert (view.dated, view.expired) == (NOW - DAY + 1, False)
    assert view.pool() is view.pool()


def test_by_hash_names_are_asked_for_and_plain_ones_are_not(site: Site) -> None:
    site.version()
    assert site.asked("/by-hash/SHA256/") == 3
    assert site.asked("Packages.gz") == 0


def test_a_mirror_without_by_hash_names_serves_too(site: Site) -> None:
    for path in [path for path in site.web.files if "by-hash" in path]:
        del site.web.files[path]
    assert site.version() == "2"
    assert site.asked("Packages.gz") == 3


def test_where_only_the_smallest_form_is_listed_it_serves(site: Site) -> None:
    site.put(mirror("trixie-updates", [Package("a", "7")], SIGNER, date=NOW, forms=["xz"]))
    assert site.version() == "7"


def test_an_index_without_the_promise_is_asked_for_by_name(site: Site) -> None:
    site.web.files.clear()
    site.publish(by_hash=False)
    site.version()
    assert site.asked("binary-amd64/by-hash") == 2


def test_soon_after_nothing_is_asked_again(site: Site) -> None:
    site.version()
    before = len(site.web.requests)
    assert site.version(replace(site.indexes, now=NOW + 599)) == "2"
    assert len(site.web.requests) == before


def test_later_only_the_signed_file_is_asked_again(site: Site) -> None:
    site.version()
    for later in (replace(site.indexes, now=NOW + 600), replace(site.indexes, now=NOW - 60)):
        before = len(site.web.requests)
        assert site.version(later) == "2"
        assert [request.path.rpartition("/")[2] for request in site.web.requests[before:]] == [
            "InRelease"
        ] * 3


def test_refresh_asks_at_once(site: Site) -> None:
    site.version()
    site.put(mirror("trixie-updates", [Package("a", "3")], SIGNER, date=NOW))
    assert site.version() == "2"
    assert site.version(replace(site.indexes, refresh=True)) == "3"


def test_offline_any_age_serves_until_it_expires(site: Site) -> None:
    site.version()
    before = len(site.web.requests)
    assert site.version(replace(site.indexes, is_offline=True, now=NOW + 7 * DAY)) == "2"
    with pytest.raises(IntegrityError, match="expired"):
        site.version(replace(site.indexes, is_offline=True, now=NOW + 20 * DAY))
    assert len(site.web.requests) == before


def test_the_remembered_file_is_verified_each_time(site: Site) -> None:
    site.version()
    with pytest.raises(IntegrityError, match="does not know"):
        site.version(replace(site.indexes, keyring=Keyring((), frozenset())))


def test_an_expired_index_is_refused_unless_allowed(site: Site) -> None:
    late = replace(site.indexes, now=NOW + 30 * DAY)
    with pytest.raises(IntegrityError, match=r"/dists/trixie-(updates|security)/InRelease: expired on"):
        site.version(late)
    view = replace(late, allow_expired=True).view(find_suite("trixie"), "amd64")
    assert view.expired


def test_a_tampered_signed_file_is_refused_and_not_remembered(site: Site) -> None:
    path = "/debian/dists/trixie/InRelease"
    whole = site.web.files[path].data
    site.web.put(path, whole.replace(b"Components: main", b"Components: evil"))
    with pytest.raises(IntegrityError, match="the signature does not match"):
        site.version()
    site.web.put(path, whole)
    assert site.version() == "2"


def test_a_tampered_index_is_refused_and_not_remembered(site: Site) -> None:
    listed = {path: file.data for path, file in site.web.files.items() if "binary-amd64/by-hash" in path}
    for path, data in listed.items():
        site.web.put(path, bytes([data[0] ^ 1]) + data[1:])
    with pytest.raises(IntegrityError, match="sha256"):
        site.version()
    for path, data in listed.items():
        site.web.put(path, data)
    assert site.version() == "2"


def test_a_damaged_form_in_the_cache_is_made_again(site: Site, tmp_path: Path) -> None:
    site.version()
    for blob in (tmp_path / "cache" / "blobs").rglob("*"):
        if blob.is_file():
            blob.chmod(0o644)
            blob.write_bytes(b"x" * blob.stat().st_size)
    before = site.asked("by-hash")
    assert site.version() == "2"
    assert site.asked("by-hash") == before + 3
    assert site.version() == "2"
    assert site.asked("by-hash") == before + 3


def test_a_large_form_comes_back_whole_from_the_cache(site: Site) -> None:
    many = [Package(f"p{number}", more={"Depends": "x" * 300_000}) for number in range(40)]
    site.put(mirror("trixie", [*many, *MAIN], SIGNER, date=NOW - DAY))
    site.version()
    pool = site.indexes.view(find_suite("trixie"), "amd64").pool()
    assert len(pool.names("p[0-9]+")) == 40


def test_the_next_mirror_serves_where_one_has_nothing(site: Site) -> None:
    old = site.indexes.mirrors
    main = Choice((f"{site.web.url}/gone", *old.main.urls), "settings")
    assert site.version(replace(site.indexes, mirrors=replace(old, main=main))) == "2"


def test_an_unreachable_mirror_is_named_with_the_way_out(site: Site) -> None:
    dead = Choice(("http://127.0.0.1:9/debian",), "BAREBOAT_DEBIAN_MIRROR")
    mirrors = replace(site.indexes.mirrors, main=dead)
    with pytest.raises(NetworkError, match=r"127.0.0.1:9/debian/dists/trixie(-updates)?/InRelease") as caught:
        site.version(replace(site.indexes, mirrors=mirrors))
    assert "BAREBOAT_DEBIAN_MIRROR=https://" in caught.value.hint
    assert "mirror from BAREBOAT_DEBIAN_MIRROR" in str(caught.value)


def test_an_architecture_that_is_not_listed_is_refused(site: Site) -> None:
    view = site.indexes.view(find_suite("trixie"), "riscv64")
    with pytest.raises(ResolveError, match=r"lists no main/binary-riscv64/Packages[.]xz"):
        view.pool()


def test_libraries_are_read_once_from_contents(site: Site) -> None:
    view = site.indexes.view(find_suite("trixie"), "amd64")
    assert [package for _, package in view.contents().libraries("libz.so.1")] == ["zlib1g"]
    before = len(site.web.requests)
    again = site.indexes.view(find_suite("trixie"), "amd64")
    assert [package for _, package in again.contents().libraries("libz.so.1")] == ["zlib1g"]
    assert again.holders("header", "none.h") == frozenset()
    assert len(site.web.requests) == before


def test_contents_that_unpack_to_more_than_is_listed_are_refused(site: Site) -> None:
    path = "main/Contents-amd64"
    large = gzip.compress(b"one line\n" * 100_000)
    listed = f" {hashlib.sha256(large).hexdigest()} {len(large)} {path}.gz\n {'0' * 64} 90 {path}\n"
    head = "Codename: trixie\nDate: Mon, 05 Jan 2026 00:00:00 UTC\nSHA256:\n"
    site.put(
        {"dists/trixie/InRelease": SIGNER.sign((head + listed).encode()), f"dists/trixie/{path}.gz": large}
    )
    view = site.indexes.view(find_suite("trixie"), "amd64")
    with pytest.raises(IntegrityError, match=r"Contents-amd64[.]gz: unpacks to more than the 90 bytes"):
        view.contents()


def test_contents_that_are_behind_their_signature_are_a_hint(site: Site) -> None:
    path = "dists/trixie/main/Contents-amd64.gz"
    other = b"usr/lib/x86_64-linux-gnu/libnew.so.1 libs/libnew1\n"
    for name in [name for name in site.web.files if "by-hash" in name]:
        del site.web.files[name]
    site.put({path: gzip.compress(other, mtime=0)})
    view = site.indexes.view(find_suite("trixie"), "amd64")
    assert [package for _, package in view.contents().libraries("libnew.so.1")] == ["libnew1"]


def test_an_index_that_was_signed_broken_is_refused(site: Site) -> None:
    path, broken = "main/binary-amd64/Packages", b"no gzip stream" * 250_000
    listed = f" {hashlib.sha256(broken).hexdigest()} {len(broken)} {path}.gz\n {'0' * 64} 90 {path}\n"
    head = "Codename: trixie\nDate: Mon, 05 Jan 2026 00:00:00 UTC\nSHA256:\n"
    site.put(
        {"dists/trixie/InRelease": SIGNER.sign((head + listed).encode()), f"dists/trixie/{path}.gz": broken}
    )
    with pytest.raises(IntegrityError, match=r"Packages[.]gz: (not a|gzip)"):
        site.version()


def test_the_key_names_the_contents_of_the_indexes_alone(site: Site) -> None:
    suite = find_suite("trixie")
    first = site.indexes.view(suite, "amd64").key
    site.publish(date=NOW - DAY // 2)
    again = replace(site.indexes, refresh=True).view(suite, "amd64")
    assert again.key == first
    assert again.dated == NOW - DAY // 2 + 1
    site.put(mirror("trixie", [*MAIN, Package("new")], SIGNER, date=NOW))
    assert replace(site.indexes, refresh=True).view(suite, "amd64").key != first
    assert len(first) == hashlib.sha256().digest_size * 2
