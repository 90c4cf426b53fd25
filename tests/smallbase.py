"""A whole small project on a Debian archive of the test's own: built, planned and run with no network.

The archive is signed by a key made on the spot. Its interpreter is this machine's own Python with
the few modules that compiling and serving take; its two wheels are made by code, and the one called
uvicorn is a server of a dozen lines.
"""

import atexit
import functools
import hashlib
import json
import platform
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

import elves
import hostpython
from bareboat.build.wanted import Wanted
from bareboat.debian import interpreter
from bareboat.debian.keys import Keyring
from bareboat.elf.trim import trim
from bareboat.jobs.context import Context
from bareboat.progress import SILENT, Kind, Task
from bareboat.target import Arch, PythonVersion
from bareboat.testing.debian import Package, Signer, mirror, save
from bareboat.testing.wheels import Wheel, make
from bareboat.tree.content import Bytes

__all__ = [
    "ARCH",
    "ENVIRON",
    "FULL",
    "NOW",
    "PYTHON",
    "SUITE",
    "Heard",
    "World",
    "arguments",
    "locked",
    "project",
    "world",
]

NOW = 1_800_000_000
SUITE = "trixie"
FULL = platform.python_version()
PYTHON = PythonVersion.parse(FULL)
ARCH = next((arch for arch in Arch if arch.machine == platform.machine()), Arch.AMD64)
ENVIRON = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "UV_OFFLINE": "1"}
_DAY = 86_400
_LOADER = {
    Arch.AMD64: "usr/lib64/ld-linux-x86-64.so.2",
    Arch.ARM64: "usr/lib/ld-linux-aarch64.so.1",
}
_MODULES = (
    "import importlib.util, json, marshal, os, pathlib, pkgutil, re, runpy, site, socket, sys, sysconfig, "
    "traceback, typing; "
)
_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nTVlDRVJU\n-----END CERTIFICATE-----\n"
_SERVER = """
import socket, sys

def main():
    port = int(sys.argv[sys.argv.index("--port") + 1])
    listening = socket.create_server(("127.0.0.1", port))
    while True:
        caller, _ = listening.accept()
        asked = caller.recv(4096).split()[1:2]
        status = b"200 OK" if asked == [b"/health"] else b"404 Not Found"
        caller.sendall(b"HTTP/1.1 " + status + b"\\r\\nContent-Length: 2\\r\\n\\r\\nok")
        caller.close()
"""
_APPLICATION = """
from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health():
    return "ok"
"""


@dataclass(frozen=True, slots=True)
class World:
    """Where the archive lies, who signed it, and a store that is shared on purpose: it may be warm."""

    root: Path
    keys: Keyring
    store: Path
    environ: dict[str, str] = field(default_factory=dict)

    def context(self, *, store: Path | None = None) -> Context:
        """Return a Context in which every job works on this world alone."""
        return Context(
            self.environ,
            NOW,
            store or self.store,
            ARCH,
            apt_folder=self.root / "no-apt",
            workers=2,
            keys=self.keys,
        )

    def wanted(self, folder: Path, **more: object) -> Wanted:
        """Return the same for the room `build`."""
        made = Wanted(
            folder,
            {},
            self.environ,
            NOW,
            0,
            self.store,
            ARCH,
            self.root / "no-apt",
            2,
            keys=self.keys,
        )
        return replace(made, **more)  # the fields by name


@dataclass(slots=True)
class Heard:
    """A Progress that keeps what it is told."""

    began: list[tuple[Kind, str, int | None]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def begin(self, kind: Kind, name: str, *, total: int | None = None) -> Task:
        self.began.append((kind, name, total))
        return SILENT.begin(kind, name, total=total)

    def note(self, message: str) -> None:
        self.notes.append(message)

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def of(self, kind: Kind) -> list[str]:
        """Return the names of the tasks of one kind, in their order."""
        return [name for found, name, _ in self.began if found is kind]


@functools.lru_cache(maxsize=1)
def world() -> World:
    """Return the one archive of this process, with an empty store beside it."""
    root = Path(tempfile.mkdtemp(prefix="bareboat-world-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    signer = Signer()
    for name, files in published(packages(), signer).items():
        save(root / name, files)
    environ = {
        **ENVIRON,
        "BAREBOAT_DEBIAN_MIRROR": (root / "main").as_uri(),
        "BAREBOAT_DEBIAN_SECURITY_MIRROR": (root / "security").as_uri(),
    }
    keys = Keyring((signer.certificate,), frozenset({signer.fingerprint}))
    return World(root, keys, root / "store", environ)


def published(held: list[Package], signer: Signer) -> dict[str, dict[str, bytes]]:
    """Return the files of the two archives."""
    date, until = NOW - _DAY, NOW + 7 * _DAY
    empty: list[Package] = []

    def dist(name: str, packages: list[Package]) -> dict[str, bytes]:
        return mirror(name, packages, signer, date=date, valid_until=until, architecture=ARCH.value)

    return {
        "main": {**dist(SUITE, held), **dist(f"{SUITE}-updates", empty)},
        "security": dist(f"{SUITE}-security", empty),
    }


def packages() -> list[Package]:
    """Return the packages that `interpreter.requested` names."""
    libraries = f"usr/lib/{ARCH.multiarch}"
    loader = interpreter.loader(ARCH)
    standard, extensions = modules()
    shared = {f"{libraries}/libmvec.so.1": library("libmvec.so.1", "libc.so.6")} | {
        loader if path.name == Path(loader).name else f"{libraries}/{path.name}": lean(path)
        for path in hostpython.libraries([hostpython.PYTHON, *map(str, extensions.values())])
    }
    stdlib = f"usr/lib/python{PYTHON}"
    arch = ARCH.value
    plain = ("media-types", "netbase", "tzdata", "tzdata-legacy")
    return [
        Package("base-files", files={"usr/lib/os-release": b"ID=debian\n"}),
        Package("ca-certificates", files={"usr/share/ca-certificates/test.crt": _CERTIFICATE.encode()}),
        Package("libc6", "2.41-1", arch, shared, {_LOADER[ARCH]: f"/{loader}"}),
        Package(
            f"python{PYTHON}-minimal",
            f"{FULL}-1",
            arch,
            {interpreter.executable(PYTHON): lean(Path(hostpython.PYTHON))},
            more={"Source": f"python{PYTHON}", "Depends": f"libc6, libpython{PYTHON}-stdlib"},
        ),
        Package(
            f"libpython{PYTHON}-stdlib",
            f"{FULL}-1",
            arch,
            {
                **{f"{stdlib}/{name}": path.read_bytes() for name, path in standard.items()},
                **{f"{stdlib}/lib-dynload/{name}": lean(path) for name, path in extensions.items()},
                f"{stdlib}/broken.py": b"def :\n",
            },
            more={"Source": f"python{PYTHON}"},
        ),
        Package(
            "libextra1", "1-1", arch, {f"{libraries}/libextra.so.1": library("libextra.so.1", "libmvec.so.1")}
        ),
        Package("extra-tools", files={"usr/bin/extratool": b"no real program"}),
        *(Package(name, files={f"usr/share/{name}": name.encode()}) for name in plain),
    ]


def modules() -> tuple[dict[str, Path], dict[str, Path]]:
    """Return the modules that the small interpreter has: sources by path, extensions by name."""
    said = subprocess.run(
        [
            hostpython.PYTHON,
            "-I",
            "-c",
            _MODULES + "print(json.dumps([os.path.dirname(os.__file__), "
            "[m.__file__ for m in sys.modules.values() if getattr(m, '__file__', None)]]))",
        ],
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
    )
    home, loaded = json.loads(said.stdout)
    files = {Path(path) for path in loaded}
    files |= {
        path for path in Path(home, "encodings").glob("*.py") if path.stem in {"ascii", "idna", "latin_1"}
    }
    sources = {
        str(path.relative_to(home)): path
        for path in files
        if path.suffix == ".py" and path.is_relative_to(home)
    }
    return sources, {path.name: path for path in files if path.suffix == ".so"}


def library(soname: str, *needed: str) -> bytes:
    """Return a shared library that asks for others, and is none that a machine could load."""
    return elves.make(elves.Shape(soname=soname, needed=needed, unloaded={}))


def lean(path: Path) -> bytes:
    """Return a program or library without its symbols: a tenth of the time to pack."""
    return b"".join(trim(Bytes(path.read_bytes())).chunks())


def wheels() -> list[Wheel]:
    """Return the two wheels of the project; one of them has a file that does not compile."""
    framework = {
        "fastapi/__init__.py": "class FastAPI:\n    def get(self, path): return lambda function: function\n",
        "fastapi/template.py": "{{ name }}: no\n",
    }
    return [
        make("fastapi", "0.1", framework),
        make("uvicorn", "0.2", {"uvicorn/__init__.py": _SERVER}, commands={"uvicorn": "uvicorn:main"}),
    ]


def project(folder: Path, *, port: int = 8000) -> Path:
    """Write the project into `folder`, whose wheels lie below it, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "wheels").mkdir()
    lines = ['lock-version = "1.0"', 'created-by = "test"']
    for wheel in wheels():
        (folder / "wheels" / wheel.filename).write_bytes(wheel.data)
        name, version, *_ = wheel.filename.split("-")
        digest = hashlib.sha256(wheel.data).hexdigest()
        lines += ["[[packages]]", f'name = "{name}"', f'version = "{version}"']
        lines += [f'wheels = [{{ path = "wheels/{wheel.filename}", hashes = {{ sha256 = "{digest}" }} }}]']
    (folder / "pylock.toml").write_text("\n".join(lines) + "\n")
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "shop"\nversion = "1.2"\nrequires-python = ">=3.11"\n'
        f'dependencies = ["fastapi", "uvicorn"]\n[tool.bareboat]\nport = {port}\nexclude = ["wheels"]\n'
    )
    (folder / "main.py").write_text(_APPLICATION)
    return folder


def locked(folder: Path) -> Path:
    """Write the project with a bareboat.lock and a warm store, so that it builds offline by any way in."""
    from bareboat.jobs.build import Request, build
    from bareboat.jobs.lock import lock

    project(folder)
    context = world().context()
    lock(folder, {}, context)
    build(Request(folder, stay=True), context)
    return folder


def arguments(folder: Path) -> list[str]:
    """Return the options with which a command works on `locked` folders and nothing else."""
    return [str(folder), "--offline", "--locked", "--cache-dir", str(world().store)]
