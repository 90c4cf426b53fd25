"""What is kept under a key stays what it was, or FORMAT goes up with it.

A store may be shared by two versions of bareboat: the same key must not name other bytes. One tree
of each kind of artifact is written as a layer would be; its hash, and that of the program that
compiles, is held here beside the FORMAT that it was made with. Where a rule of what an image holds
was changed on purpose: raise FORMAT in build/keys.py, then put all the new values here.
"""

import hashlib
from pathlib import Path

import sources
from bareboat.build.keys import FORMAT
from bareboat.debian import base, package, policy, status
from bareboat.lock import DebianPackage
from bareboat.target import Arch, PythonVersion
from bareboat.testing.debian import Package, deb
from bareboat.testing.wheels import make, write
from bareboat.tree import tar
from bareboat.tree.content import Bytes
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree
from bareboat.wheel import venv
from bareboat.wheel.install import install
from bareboat.wheel.read import open_wheel
from bareboat.wheel.record import with_bytecode
from elves import Shape
from elves import make as elf

PYTHON = PythonVersion(3, 13)
CERTIFICATE = b"-----BEGIN CERTIFICATE-----\nTVlDRVJU\n-----END CERTIFICATE-----\n"
HELD = (
    2,
    {
        "debian package": "98955e2004e12940",
        "base": "7d48aea326e594a7",
        "interpreter": "9fa5fd7c9521a8fa",
        "environment": "1f635e2d3271f874",
        "wheel": "345e5ac50f861c66",
        "bytecode": "9f51ed92ff8780a8",
    },
)


def hashed(tree: Tree) -> str:
    digest = hashlib.sha256()
    for chunk in tar.write(tree, epoch=0):
        digest.update(chunk)
    return digest.hexdigest()[:16]


def debian(folder: Path) -> Tree:
    files = {
        "usr/lib/x86_64-linux-gnu/libdemo.so.1": elf(Shape(soname="libdemo.so.1")),
        "usr/share/doc/demo/copyright": b"free\n",
        "usr/share/doc/demo/changelog.gz": b"old\n",
        "usr/share/man/man1/demo.1.gz": b"page\n",
        "usr/share/locale/de/LC_MESSAGES/demo.mo": b"Wort\n",
        "lib/demo.conf": b"merged\n",
    }
    data = deb(
        Package("demo", "1.0-1", files=files, links={"usr/lib/x86_64-linux-gnu/libdemo.so": "libdemo.so.1"})
    )
    one = DebianPackage("demo", "1.0-1", "all", hashlib.sha256(data).hexdigest(), "pool/d", len(data))
    unpacked = package.unpack(Bytes(data), one, scratch=folder)
    kept = policy.apply(unpacked).tree
    return Tree.of(kept.merge(status.tree(unpacked, kept)))


def below() -> Tree:
    files = {
        "base-files": file("usr/lib/os-release", b'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\n'),
        "ca-certificates": file("usr/share/ca-certificates/mozilla/a.crt", CERTIFICATE),
    }
    held = (
        package.Unpacked(
            DebianPackage(name, "1", "all", "0" * 64, "pool/d", 1), Tree.of([entry]).with_parents(), ""
        )
        for name, entry in files.items()
    )
    return base.base_tree(held, arch=Arch.AMD64)


def wheel(folder: Path) -> Tree:
    files: dict[str, bytes | str] = {
        "demo/__init__.py": "answer = 42\n",
        "demo/fast.so": elf(Shape(soname="fast.so")),
        "demo/tests/test_demo.py": "def test() -> None: ...\n",
        "demo/__pycache__/old.pyc": b"old",
        "demo-1.0.data/scripts/run": "#!python\nprint(1)\n",
        "demo-1.0.data/data/share/demo.txt": "text\n",
    }
    path = write(make(files=files, commands={"demo": "demo:main"}), folder)
    tree = install(open_wheel(path, filename=path.name), python=PYTHON)
    compiled = f"{venv.site_packages(PYTHON)}/demo/__pycache__/__init__.cpython-313.pyc"
    return with_bytecode(tree, [(compiled, b"code")])


def test_a_rule_that_changes_bytes_raises_the_format(tmp_path: Path) -> None:
    made = {
        "debian package": hashed(debian(tmp_path)),
        "base": hashed(below()),
        "interpreter": hashed(base.interpreter_tree(PYTHON, arch=Arch.AMD64)),
        "environment": hashed(venv.tree(PYTHON)),
        "wheel": hashed(wheel(tmp_path)),
        "bytecode": hashlib.sha256((sources.SOURCE / "bareboat/wheel/worker.py").read_bytes()).hexdigest()[
            :16
        ],
    }
    assert (FORMAT, made) == HELD, "raise FORMAT in build/keys.py, and hold both here"
