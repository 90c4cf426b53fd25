"""A small real build through the real command line, quick enough to be spoiled in many ways.

One project with one wheel, on the host's own Debian archive behind a loopback server that holds what
it brought once and tampers where a test says so. A Yard is one test's own ground: a server, a cache
(a copy of a warm one, or empty) and a project; `clean` proves that a refusal left all of it whole.
"""

import functools
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bareboat.debian.mirrors import mirrors
from bareboat.net.client import Client
from bareboat.testing import wheels
from bareboat.testing.web import Web
from bareboat.testing.wheels import Wheel

__all__ = ["DEMO", "Done", "Tiny", "Yard", "pylock", "tiny", "yard"]

DEMO = wheels.make("demo", "1.0", {"demo/__init__.py": "answer = 42\n", "demo/more.py": "x = 1\n" * 40})
PROJECT = '[project]\nname = "tiny"\nversion = "1"\ndependencies = ["demo"]\n'
HELLO = 'import demo\n\nif __name__ == "__main__":\n    print(demo.answer)\n'
_PROGRAM = Path(sys.executable).parent / "bareboat"
_LEFT_OUT = re.compile(r"BAREBOAT_(?!TEST_)|UV_|PIP_FIND|PIP_INDEX|PIP_EXTRA|SOURCE_DATE_EPOCH|CI$")


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def digest(self) -> str:
        """The digest that a good build printed."""
        return self.out.strip().rpartition("@")[2]

    @property
    def warnings(self) -> list[str]:
        """The warnings, in their order."""
        return re.findall(r"^warning: (.*)$", self.err, re.MULTILINE)

    def refused(self, code: int, says: str, hint: str) -> None:
        """Hold a refusal: its exit code, one line that says what, one hint, nothing like a traceback."""
        shown = f"\n{self.out}\n{self.err}"
        assert self.code == code, shown
        assert self.out == "", shown
        assert "Traceback" not in self.err, shown
        assert "Error(" not in self.err, shown
        errors = [line for line in self.err.splitlines() if line.startswith("error: ")]
        hints = [line for line in self.err.splitlines() if line.startswith("hint: ")]
        assert len(errors) == 1, shown
        assert len(hints) == 1, shown
        assert self.err.endswith(f"{errors[0]}\n{hints[0]}\n"), shown
        assert re.search(says, errors[0]), shown
        assert re.search(hint, hints[0]), shown


@dataclass(frozen=True)
class Tiny:
    """What all tests of a session share: the lock, a warm cache, the digest, a cold build's seconds."""

    folder: Path
    environ: Mapping[str, str]
    lock: str
    digest: str
    took: float = 0.0

    @property
    def cache(self) -> Path:
        """The warm cache; copy it, never write to it."""
        return self.folder / "cache"

    @property
    def archive(self) -> Path:
        """The right output."""
        return self.folder / "right.tar"

    def yard(self, folder: Path, web: Web, *, warm: bool = True) -> "Yard":
        """Return new ground in `folder` with `web` before it."""
        made = Yard(folder, web, self)
        folder.mkdir(parents=True, exist_ok=True)
        if warm:
            shutil.copytree(self.cache, made.cache, copy_function=os.link)
            (made.cache / "gate").unlink()
        made.project()
        return made


@dataclass
class Yard:
    """A server, a cache and a project for one test."""

    folder: Path
    web: Web
    tiny: Tiny
    more: dict[str, str] = field(default_factory=dict)

    @property
    def cache(self) -> Path:
        """The cache folder."""
        return self.folder / "cache"

    @property
    def app(self) -> Path:
        """The project's folder."""
        return self.folder / "app"

    @property
    def out(self) -> Path:
        """Where outputs go; nothing else lies there."""
        return self.folder / "out"

    @property
    def environ(self) -> dict[str, str]:
        """The environment of a command."""
        return {**environ(self.web, self.cache), **self.tiny.environ, **self.more}

    def project(self, *, locked: bool = True, wheel: Wheel = DEMO, sha256: str = "") -> None:
        """Write the project and lay its wheel on the server; pylock.toml names `sha256` if given."""
        shutil.rmtree(self.app, ignore_errors=True)
        self.app.mkdir()
        self.out.mkdir(exist_ok=True)
        (self.app / "pyproject.toml").write_text(PROJECT)
        (self.app / "hello.py").write_text(HELLO)
        (self.app / "pylock.toml").write_text(pylock(wheel, self.serve(wheel), sha256))
        (self.app / "bareboat.lock").write_text(self.tiny.lock)
        if not locked:
            (self.app / "bareboat.lock").unlink()

    def serve(self, wheel: Wheel) -> str:
        """Lay a wheel on the server and return its URL."""
        return self.web.put(f"/files/{wheel.filename}", wheel.data)

    def write(self, name: str, text: str | bytes) -> None:
        """Write a file of the project."""
        path = self.app / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def run(
        self, *arguments: str | Path, timeout: float = 120, program: tuple[str | Path, ...] = (_PROGRAM,)
    ) -> Done:
        """Run a command to its end."""
        done = subprocess.run(
            [*program, *arguments],
            cwd=self.folder,
            env=self.environ,
            check=False,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start a command in a process group of its own, as a terminal does."""
        return subprocess.Popen(
            [_PROGRAM, *arguments],
            cwd=self.folder,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def build(self, *arguments: str | Path) -> Done:
        """Build the project into `out/app.tar`."""
        return self.run("build", self.app, "-o", self.out / "app.tar", *arguments)

    def good(self) -> None:
        """Build the project as it should be, and compare the digest with the right one."""
        self.project()
        done = self.run("build", self.app, "-o", self.out / "good.tar", "--force", "-q")
        assert (done.code, done.digest) == (0, self.tiny.digest), done.err
        assert sorted(path.name for path in self.out.iterdir() if path.name.startswith(".")) == []
        (self.out / "good.tar").unlink()

    def clean(self, *, left: tuple[str, ...] = ()) -> None:
        """Hold that nothing but `left` was written, the cache is sound, and a good build is right."""
        assert sorted(path.name for path in self.out.iterdir()) == sorted(left)
        assert list((self.cache / "sessions").glob("*")) == []
        if self.cache.exists():
            self.verified()
        self.good()

    def verified(self) -> None:
        """Hold that `cache verify` finds nothing damaged."""
        done = self.run("cache", "verify", "-q")
        assert done.code == 0, done.out + done.err
        assert "0 damaged" in done.out

    def children(self) -> list[int]:
        """Return the processes that run a program of this cache."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if str(self.cache).encode() in (process / "cmdline").read_bytes():
                    found.append(int(process.name))
            except OSError:
                continue
        return found


def pylock(wheel: Wheel, url: str, sha256: str = "") -> str:
    """Return a lock that pins one wheel."""
    name, version = wheel.filename.split("-")[:2]
    sha256 = sha256 or hashlib.sha256(wheel.data).hexdigest()
    return (
        f'lock-version = "1.0"\ncreated-by = "test"\n\n'
        f'[[packages]]\nname = "{name}"\nversion = "{version}"\n\n'
        f'[[packages.wheels]]\nname = "{wheel.filename}"\nurl = "{url}"\nsize = {len(wheel.data)}\n'
        f'hashes = {{sha256 = "{sha256}"}}\n'
    )


def environ(web: Web, cache: Path) -> dict[str, str]:
    """Return this process's environment, with the cache and the mirrors that a test means."""
    held = {name: value for name, value in os.environ.items() if not _LEFT_OUT.match(name)}
    return {
        **held,
        "BAREBOAT_CACHE_DIR": str(cache),
        "BAREBOAT_DEBIAN_MIRROR": f"{web.url}/main",
        "BAREBOAT_DEBIAN_SECURITY_MIRROR": f"{web.url}/security",
        "UV_DEFAULT_INDEX": f"{web.url}/simple",
        "UV_NO_CONFIG": "1",
        "UV_CACHE_DIR": str(cache.parent / "uv"),
        "no_proxy": "127.0.0.1",
        "NO_PROXY": "127.0.0.1",
    }


@functools.cache
def upstream(path: str) -> bytes | None:
    """Return what the host's own mirror has under `/main/…` or `/security/…`, asked once."""
    _, archive, rest = path.split("/", 2)
    if archive not in {"main", "security"}:
        return None
    found = mirrors(os.environ, apt_folder=Path("/etc/apt")).find(archive)
    return Client(os.environ).read(f"{found.urls[0]}/{rest}", limit=1 << 30)


def serving() -> Web:
    """Return a server before the host's own mirror."""
    return Web(missing=upstream)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """Give what the session shares: one lock and one build from nothing."""
    folder = tmp_path_factory.mktemp("tiny")
    with serving() as web:
        bare = Yard(folder, web, Tiny(folder, {}, "", ""))
        bare.project(locked=False)
        (bare.app / "bareboat.lock").unlink(missing_ok=True)
        locked = bare.run("lock", bare.app, "-q")
        assert locked.code == 0, locked.err
        lock = (bare.app / "bareboat.lock").read_text()
        built = bare.run("build", bare.app, "-o", bare.out / "app.tar", "-q")
        assert built.code == 0, built.err
        (bare.out / "app.tar").rename(folder / "right.tar")
        started = time.monotonic()
        again = bare.build("-q", "--cache-dir", folder / "cold")
        took = time.monotonic() - started
        assert again.digest == built.digest, again.err
        shutil.rmtree(folder / "cold")
    return Tiny(folder, {}, lock, built.digest, took)


@pytest.fixture
def yard(tiny: Tiny, tmp_path: Path) -> Iterator[Yard]:
    """Give ground with a warm cache."""
    with serving() as web:
        made = tiny.yard(tmp_path / "yard", web)
        yield made
        stop(made)


def stop(made: Yard) -> None:
    """End what a test left running in its cache."""
    for process in made.children():
        os.kill(process, signal.SIGKILL)
