"""The base and the interpreter from the real archive: small, whole, and running from a plain folder."""

import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bareboat.build.root import materialise
from bareboat.debian import base, interpreter, package, parts, policy, status
from bareboat.debian.archive import Archive, Request
from bareboat.debian.excluded import EXCLUSIONS
from bareboat.debian.mirrors import mirrors
from bareboat.debian.package import Unpacked
from bareboat.debian.parts import Part
from bareboat.debian.scripts import HANDLED, note
from bareboat.net.client import Client
from bareboat.store.cas import Store
from bareboat.target import Arch, PythonVersion
from bareboat.tree import tar
from bareboat.tree.compress import Compression, compress
from bareboat.tree.entry import Kind
from bareboat.tree.tree import Tree

pytestmark = [pytest.mark.network, pytest.mark.timeout(600)]

SUITES = [
    ("trixie", "3.13"),
    ("bookworm", "3.11"),
    pytest.param(("sid", "3.14"), marks=pytest.mark.full),
    pytest.param(("sid", "3.15"), marks=pytest.mark.full),
]
MEBI = 10**6

# Debian ships dbm/gnu.py without _gdbm, which is a package of its own.
NO_LIBRARY = {"dbm.gnu"}

EVERY_MODULE = r"""
import importlib, os, sys
root = os.path.dirname(os.__file__)
names = list(sys.builtin_module_names)
for folder, folders, files in os.walk(root):
    folders[:] = sorted(name for name in folders if name.isidentifier() and name != "__pycache__")
    inside = os.path.relpath(folder, root).replace(os.sep, ".")
    for file in sorted(files):
        if file.endswith(".py"):
            name = file[:-3] if inside == "." else f"{inside}.{file[:-3]}".removesuffix(".__init__")
            names.append(name)
names += [file.partition(".")[0] for file in os.listdir(os.path.join(root, "lib-dynload"))]
failed = []
for name in dict.fromkeys(names):
    if name in {"this", "antigravity", "idlelib.idle"} or name.endswith("__main__"):
        continue  # they print, open a browser or a window, or run a command
    try:
        importlib.import_module(name)
    except BaseException as error:
        failed.append(f"{name}: {type(error).__name__}: {error}")
print(len(names))
print("\n".join(failed))
"""

WORKS = r"""
import bz2, ctypes, curses, decimal, hashlib, lzma, readline, sqlite3, ssl, sys, uuid, zlib, zoneinfo
zoneinfo.reset_tzpath([sys.prefix + "/share/zoneinfo"])
assert zoneinfo.ZoneInfo("Europe/Berlin").key and zoneinfo.ZoneInfo("US/Eastern").key
assert len(zoneinfo.available_timezones()) > 590
assert sqlite3.connect(":memory:").execute("select json('[1]')").fetchone() == ("[1]",)
assert ctypes.CDLL("libc.so.6").getpid() > 0 and ctypes.CDLL("libm.so.6")
assert ssl.create_default_context().cert_store_stats()["x509_ca"] > 100
assert lzma.decompress(lzma.compress(b"x")) == bz2.decompress(bz2.compress(b"x")) == b"x"
assert hashlib.new("sha3_256", b"").digest() and decimal.Decimal("0.1") + 1 and uuid.uuid4()
assert not [path for path in sys.path if not path.startswith(sys.prefix)]
here = sys.prefix.removesuffix("/usr")
mapped = {line.split(None, 5)[5].strip() for line in open("/proc/self/maps") if line.count("/")}
print(sorted(path for path in mapped if not path.startswith(here)))
"""


@dataclass(frozen=True)
class Assembled:
    suite: str
    python: PythonVersion
    packages: tuple[Unpacked, ...]
    layers: dict[Part, Tree]
    root: Path


@pytest.fixture(scope="module", params=SUITES, ids=["trixie", "bookworm", "sid-3.14", "sid-3.15"])
def assembled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assembled]:
    suite, version = request.param
    python, folder = PythonVersion.parse(version), tmp_path_factory.mktemp(suite)
    scratch, root = folder / "scratch", folder / "root"
    scratch.mkdir()
    root.mkdir()
    client, store = Client(os.environ), Store(folder / "store")
    archive = Archive(
        mirrors(os.environ, apt_folder=Path("/etc/apt")),
        client,
        store,
        now=int(time.time()),
        allow_expired=True,
    )
    names = interpreter.requested(python, suite)
    lock = archive.resolve(Request(suite, Arch.AMD64, names, exclude=EXCLUSIONS))
    held = tuple(package.unpack(archive.fetch(one), one, scratch=scratch) for one in lock.packages)
    found = parts.split(held, names, python=python)
    assert set(found.values()) == {Part.BASE, Part.INTERPRETER}
    layers = {
        each: layer([one for one in held if found[one.package.name] is each], each, python)
        for each in (Part.BASE, Part.INTERPRETER)
    }
    for tree in layers.values():
        materialise(tree, root)
    yield Assembled(suite, python, held, layers, root)
    store.close()
    client.close()


def layer(own: Sequence[Unpacked], part: Part, python: PythonVersion) -> Tree:
    trees = []
    for one in own:
        kept = policy.apply(one).tree
        trees += [kept, status.tree(one, kept)]
    if part is Part.BASE:
        return Tree().merge(*trees, base.base_tree(own, arch=Arch.AMD64)).with_parents()
    return Tree().merge(*trees, base.interpreter_tree(python, arch=Arch.AMD64)).with_parents()


def run(assembled: Assembled, script: str) -> str:
    argv, environ = interpreter.command(assembled.root, assembled.python, Arch.AMD64)
    done = subprocess.run(
        [*argv, "-B", "-W", "ignore", "-c", script],
        env=environ,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_closure_leaves_out_what_no_image_needs(assembled: Assembled) -> None:
    names = {one.package.name for one in assembled.packages}
    assert not names & {"debconf", "dpkg", "openssl", "perl-base", "libdb5.3", "libdb5.3t64", "libkrb5-3"}


def test_the_layers_are_small(assembled: Assembled) -> None:
    if assembled.suite == "sid":
        pytest.skip("sid's packages grow from day to day; the bounds are those of the stable suites")
    sizes = {
        part: (tar.size(tree), sum(map(len, compress(tar.write(tree, epoch=0), Compression.GZIP))))
        for part, tree in assembled.layers.items()
    }
    assert sizes[Part.BASE][0] < 18 * MEBI
    assert sizes[Part.BASE][1] < 7 * MEBI
    assert sizes[Part.INTERPRETER][0] < 20 * MEBI
    assert sizes[Part.INTERPRETER][1] < 6 * MEBI


def test_the_interpreter_runs_from_a_plain_folder_with_nothing_of_the_host(assembled: Assembled) -> None:
    assert run(assembled, WORKS).strip() == "[]"
    full = run(assembled, "import platform; print(platform.python_version())").strip()
    (program,) = (one for one in assembled.packages if interpreter.minor_version(one.package.name))
    assert full == interpreter.full_version(program.package.version)


def test_every_module_that_is_kept_imports(assembled: Assembled) -> None:
    count, *failed = run(assembled, EVERY_MODULE).split("\n")
    assert int(count) > 500
    assert {line.partition(":")[0] for line in failed if line} == NO_LIBRARY


def test_no_link_leads_nowhere(assembled: Assembled) -> None:
    whole = Tree().merge(*assembled.layers.values())
    held = {entry.path for entry in whole}
    for entry in whole:
        if entry.kind is not Kind.SYMLINK:
            continue
        folder = "" if entry.link.startswith("/") else entry.path.rpartition("/")[0]
        target = os.path.normpath(f"{folder}/{entry.link}".lstrip("/"))
        assert package.merged(target) in held, f"{entry.path} -> {entry.link}"


def test_scanners_find_every_package_and_true_sums(assembled: Assembled) -> None:
    import hashlib

    folder = assembled.root / status.FOLDER
    for one in assembled.packages:
        assert f"Package: {one.package.name}\n" in (folder / one.package.name).read_text()
        sums = (folder / f"{one.package.name}.md5sums").read_text()
        for line in sums.splitlines():
            digest, path = line.split("  ", 1)
            found = (assembled.root / path).read_bytes()
            assert hashlib.md5(found, usedforsecurity=False).hexdigest() == digest, path
        assert (assembled.root / f"usr/share/doc/{one.package.name}/copyright").is_file()


def test_what_every_script_does_is_answered_for(assembled: Assembled) -> None:
    assert [one.package.name for one in assembled.packages if note(one).endswith("not run")] == []
    assert len({each.package for each in HANDLED}) == len(HANDLED)
