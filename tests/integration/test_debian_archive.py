"""Debian's real archive, by the host's own mirrors: signatures, closures compared with apt's, libraries."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bareboat.debian import interpreter, keys, release, suites
from bareboat.debian.archive import Archive, Request
from bareboat.debian.mirrors import Mirrors, mirrors
from bareboat.debian.sonames import guesses
from bareboat.debian.sources import join
from bareboat.errors import IntegrityError
from bareboat.lock import BaseLock, DebianPackage
from bareboat.net.client import Client
from bareboat.store.cas import Store
from bareboat.target import Arch, PythonVersion

pytestmark = pytest.mark.network

APT = shutil.which("apt-get")


@pytest.fixture(scope="module")
def places() -> Mirrors:
    return mirrors(os.environ, apt_folder=Path("/etc/apt"))


@pytest.fixture(scope="module")
def archive(places: Mirrors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with Store(tmp_path_factory.mktemp("cache")) as store:
        # A mirror's sid may be past its Valid-Until; that this is refused is tested by itself.
        yield Archive(places, Client(os.environ), store, now=int(time.time()), allow_expired=True)


@pytest.mark.parametrize("suite", suites.SUITES, ids=lambda suite: suite.name)
def test_every_index_of_today_is_signed_by_shipped_keys(suite: suites.Suite, places: Mirrors) -> None:
    import pysequoia

    ring = keys.shipped()
    certificates = [pysequoia.Cert.from_bytes(data) for data in ring.certificates]
    for dist in suite.dists:
        url = join(places.find(dist.archive).urls[0], f"dists/{dist.name}/InRelease")
        signed = Client(os.environ).read(url, limit=8 << 20)
        found = release.read(signed, ring, dist=dist.name, now=int(time.time()), allow_expired=True)
        assert found.codename == dist.name
        # Where two sign, the suite is still verified once the older key is gone.
        valid = pysequoia.verify(signed, store=lambda _: certificates).valid_sigs
        signers = {signature.certificate for signature in valid} & ring.pinned
        assert len(signers) >= (1 if suite.name == "bookworm" else 2)
        late = found.valid_until + 1
        if found.valid_until:
            with pytest.raises(IntegrityError, match="expired"):
                release.read(signed, ring, dist=dist.name, now=max(late, found.date), where=url)


@pytest.mark.parametrize(("suite", "python"), [("trixie", "3.13"), ("bookworm", "3.11"), ("sid", "3.14")])
def test_each_suite_offers_the_python_that_is_expected(archive: Archive, suite: str, python: str) -> None:
    versions = archive.pythons(suite, Arch.AMD64)
    assert python in {str(PythonVersion.parse(interpreter.full_version(version))) for version in versions}
    assert archive.glibc(suite, Arch.AMD64) >= (2, 36)


def test_an_interpreter_is_resolved_for_both_architectures(archive: Archive) -> None:
    for arch in (Arch.AMD64, Arch.ARM64):
        names = interpreter.requested(PythonVersion(3, 13), "trixie")
        lock = archive.resolve(Request("trixie", arch, names))
        assert lock.python.startswith("3.13.")
        assert {package.architecture for package in lock.packages} == {arch.value, "all"}
        assert "libc6" in {package.name for package in lock.packages}


def test_a_package_comes_as_the_index_says(archive: Archive) -> None:
    lock = archive.resolve(Request("trixie", Arch.AMD64, ("netbase",)))
    assert archive.fetch(lock.packages[0]).size == lock.packages[0].size


@pytest.mark.parametrize(
    ("soname", "package"),
    [
        ("libpq.so.5", "libpq5"),
        ("libz.so.1", "zlib1g"),
        ("libmagic.so.1", "libmagic1t64"),
        ("libnone.so.9", None),
    ],
)
def test_sonames_lead_to_packages(archive: Archive, soname: str, package: str | None) -> None:
    asked: set[str] = set()

    def files(one: DebianPackage) -> list[str]:
        """Deny what is guessed by name at first, so that every one is looked up in the Contents index."""
        is_guess = one.name in guesses(soname) and one.name not in asked
        asked.add(one.name)
        return [] if is_guess else [f"usr/lib/x86_64-linux-gnu/{soname}"]

    assert archive.provider(soname, suite="trixie", arch=Arch.AMD64, files=files) == package


@pytest.mark.full
@pytest.mark.timeout(300)
def test_a_look_up_in_the_contents_index_says_the_same_once_it_is_a_table(archive: Archive) -> None:
    """What it costs is measured by bench/planning.py."""

    def holders(kind: str, name: str) -> tuple[str, ...]:
        return archive.holders(kind, name, suite="trixie", arch=Arch.AMD64)

    asked = [("program", "ffmpeg"), ("program", "pdftotext"), ("header", "libpq-fe.h"), ("library", "pq")]
    found = [holders(*one) for one in asked]  # cold
    assert [
        "ffmpeg" in found[0],
        "poppler-utils" in found[1],
        *(names == ("libpq-dev",) for names in found[2:]),
    ]
    archive.forget()
    assert [holders(*one) for one in asked] == found


@pytest.mark.skipif(APT is None, reason="apt-get is not on this machine")
@pytest.mark.parametrize(
    "names",
    [
        interpreter.requested(PythonVersion(3, 11), "bookworm"),
        ("libpq5", "libmagic1", "libxml2", "libxslt1.1"),
        ("git", "openssh-client"),
        ("ffmpeg", "imagemagick"),
        ("build-essential", "python3-dev"),
        ("postgresql-client", "default-mysql-client"),
    ],
    ids=lambda names: names[0],
)
def test_the_closure_is_that_of_apt(archive: Archive, apt: "Apt", names: tuple[str, ...]) -> None:
    lock = archive.resolve(Request("bookworm", Arch.AMD64, names))
    assert chosen(lock) == apt.install(names)


def chosen(lock: BaseLock) -> dict[str, str]:
    return {package.name: package.version for package in lock.packages}


class Apt:
    """apt in a folder of its own, with nothing installed and the same mirrors."""

    def __init__(self, folder: Path, places: Mirrors) -> None:
        for name in ("lists/partial", "archives/partial", "etc/preferences.d", "etc/apt.conf.d"):
            (folder / name).mkdir(parents=True)
        (folder / "status").touch()
        ring = folder / "ring.asc"
        ring.write_bytes(b"\n".join(keys.shipped().certificates))
        lines = [
            f"deb [arch=amd64 signed-by={ring}] {places.find(dist.archive).urls[0]} {dist.name} main\n"
            for dist in suites.find_suite("bookworm").dists
        ]
        (folder / "sources.list").write_text("".join(lines))
        self._environ = {**os.environ, "APT_CONFIG": str(folder / "apt.conf"), "LC_ALL": "C"}
        settings = {
            "Dir::State::lists": "lists",
            "Dir::State::status": "status",
            "Dir::State::extended_states": "extended",
            "Dir::Cache": ".",
            "Dir::Etc::sourcelist": "sources.list",
            "Dir::Etc::preferences": "etc/preferences",
            "Dir::Etc::preferencesparts": "etc/preferences.d",
        }
        text = "".join(f'{name} "{folder / path}";\n' for name, path in settings.items())
        text += 'Dir::Etc::sourceparts "/dev/null";\nAPT::Sandbox::User "";\nAPT::Architecture "amd64";\n'
        text += 'APT::Architectures {"amd64";};\nAPT::Install-Recommends "false";\n'
        text += 'Acquire::Languages "none";\nAcquire::Check-Valid-Until "false";\n'
        (folder / "apt.conf").write_text(text)
        self._run("update")

    def install(self, names: tuple[str, ...]) -> dict[str, str]:
        """Return the versions that apt would install, by name."""
        told = self._run("-s", "install", *names)
        return dict(re.findall(r"(?m)^Inst (\S+) \((\S+) ", told))

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [APT or "", "-q", *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=200,
            env=self._environ,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def apt(places: Mirrors, tmp_path_factory: pytest.TempPathFactory) -> Apt:
    return Apt(tmp_path_factory.mktemp("apt"), places)
