"""Each bad input, through the real command: one line, one hint, the exit code, nothing half-written.

A case spoils one thing in a Yard and runs a command. What follows is the same for all: the refusal's
form, no output, a sound cache, and a good build that gives the right digest.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from bareboat.testing import wheels
from bareboat.testing.debian import Signer
from bareboat.testing.web import Fault
from bareboat.testing.wheels import Defect, Wheel
from tinybuild import DEMO, PROJECT, Done, Tiny, Yard, serving, upstream

pytestmark = [pytest.mark.core, pytest.mark.network]

Spoil = Callable[[Yard], Done]
_MISSING = "http://127.0.0.1:9"  # discard: nobody listens there


@dataclass(frozen=True, slots=True)
class Case:
    """One bad input: what runs, and how it is refused."""

    run: Spoil
    code: int
    says: str
    hint: str
    warm: bool = True
    left: tuple[str, ...] = ()


CASES: dict[str, Case] = {}


def refusal(
    code: int, says: str, hint: str, *, warm: bool = True, left: tuple[str, ...] = ()
) -> Callable[[Spoil], Spoil]:
    """Add a case: the exit code, and what the error and the hint must match."""

    def add(run: Spoil) -> Spoil:
        CASES[run.__name__] = Case(run, code, says, hint, warm, left)
        return run

    return add


# The project


@refusal(2, "nowhere: no such folder", "name the project's folder")
def a_folder_that_is_not_there(yard: Yard) -> Done:
    return yard.run("build", yard.folder / "nowhere", "-o", yard.out / "app.tar")


@refusal(
    2, "empty: no Python project: no pyproject.toml, no requirements.txt, no .py file", "name the folder"
)
def a_folder_without_a_project(yard: Yard) -> Done:
    (yard.folder / "empty").mkdir()
    return yard.run("build", yard.folder / "empty", "-o", yard.out / "app.tar")


@refusal(2, "nothing to start was found", r"\[tool.bareboat\] app")
def no_start_command(yard: Yard) -> Done:
    yard.write("hello.py", "import demo\n")
    return yard.build()


@refusal(2, r"more than one thing could be started: one:app \(one.py:\d+\), two:app", r'app = "one:app"')
def two_candidates(yard: Yard) -> Done:
    for name in ("one", "two"):
        yard.write(f"{name}.py", "from flask import Flask\n\napp = Flask(__name__)\n")
    (yard.app / "hello.py").unlink()
    return yard.build()


@refusal(2, "looks like a secret: deploy.pem .private key.", "exclude")
def a_file_like_a_secret(yard: Yard) -> Done:
    yard.write("deploy.pem", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n")
    return yard.build()


@refusal(2, "unknown key 'prot', did you mean 'port'", "the keys of .tool.bareboat. are: .*port")
def an_unknown_setting(yard: Yard) -> Done:
    yard.write("pyproject.toml", f"{PROJECT}\n[tool.bareboat]\nprot = 80\n")
    return yard.build()


@refusal(2, r"pyproject.toml:1: not valid TOML: expected", "mend that line")
def a_broken_pyproject(yard: Yard) -> Done:
    yard.write("pyproject.toml", "[project\nname = 1\n")
    return yard.build()


@refusal(
    3, r"no Debian suite has a Python that is >=3.17; there are .*3.13 .trixie.", "python-build-standalone"
)
def a_python_that_no_source_has(yard: Yard) -> Done:
    (yard.app / "bareboat.lock").unlink()
    yard.write("pyproject.toml", f'{PROJECT}requires-python = ">=3.17"\n')
    return yard.build()


@refusal(3, r"no Debian suite has Python 3.12; there are .*3.13 .trixie.", "python-build-standalone")
def a_python_asked_for_that_no_source_has(yard: Yard) -> Done:
    (yard.app / "bareboat.lock").unlink()
    return yard.build("--python", "3.12")


# Locks and indexes


@refusal(3, "only demo==1.0 is available and the project requires demo>=2", "loosen one")
def an_unsatisfiable_requirement(yard: Yard) -> Done:
    simple(yard, yard.serve(DEMO))
    return resolving(yard, "demo>=2")


@refusal(3, "nothere.*no index has a package of this name", "spelling")
def a_package_that_no_index_has(yard: Yard) -> Done:
    return resolving(yard, "nothere")


@refusal(6, "demo-1.0.tar.gz: gzip stream is damaged", "at fault")
def sources_that_are_no_archive(yard: Yard) -> Done:
    simple(yard, yard.web.put("/files/demo-1.0.tar.gz", b"no archive"))
    return resolving(yard, "demo")


@refusal(4, r"/simple/demo/: the index cannot be read \(connection refused\)", "index-url")
def an_index_out_of_reach(yard: Yard) -> Done:
    yard.more = {"UV_DEFAULT_INDEX": f"{_MISSING}/simple", "UV_HTTP_RETRIES": "0"}
    return resolving(yard, "demo")


@refusal(2, "uv.lock: older than pyproject.toml: dependencies differ in demo", "run `uv lock`")
def a_stale_uv_lock(yard: Yard) -> Done:
    (yard.app / "pylock.toml").unlink()
    url, sha256 = yard.serve(DEMO), hashlib.sha256(DEMO.data).hexdigest()
    yard.write(
        "uv.lock",
        f'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n\n'
        f'[[package]]\nname = "demo"\nversion = "1.0"\nsource = {{ registry = "{yard.web.url}/simple" }}\n'
        f'wheels = [{{ url = "{url}", hash = "sha256:{sha256}", size = {len(DEMO.data)} }}]\n\n'
        f'[[package]]\nname = "tiny"\nversion = "1"\nsource = {{ virtual = "." }}\n'
        f'dependencies = [{{ name = "demo" }}]\n\n'
        f'[package.metadata]\nrequires-dist = [{{ name = "demo", specifier = "<1" }}]\n',
    )
    yard.write("pyproject.toml", PROJECT.replace('"demo"]', '"demo>=1"]') + 'requires-python = ">=3.11"\n')
    return yard.build()


@refusal(2, "no base is pinned, and --locked refuses to resolve", "bareboat lock")
def locked_without_a_base_lock(yard: Yard) -> Done:
    (yard.app / "bareboat.lock").unlink()
    return yard.build("--locked")


@refusal(2, "nothing pins the dependencies, and --locked refuses to resolve", "bareboat lock")
def locked_without_a_python_lock(yard: Yard) -> Done:
    (yard.app / "pylock.toml").unlink()
    return yard.build("--locked")


@refusal(4, "--offline forbids", "without --offline", warm=False)
def offline_with_an_empty_cache(yard: Yard) -> Done:
    return yard.build("--offline")


@refusal(4, "--offline forbids", "without --offline", warm=False)
def offline_with_an_empty_cache_and_no_lock(yard: Yard) -> Done:
    (yard.app / "bareboat.lock").unlink()
    return yard.build("--offline")


# Wheels


@refusal(6, r"demo-1.0-py3-none-any.whl: has sha256 \w+, 0+ expected", "lock again")
def a_wheel_with_another_hash(yard: Yard) -> Done:
    yard.project(wheel=other(), sha256="0" * 64)
    return yard.build()


@refusal(6, r"demo-1.0-py3-none-any.whl: has sha256 \w+, \w+ expected", "another mirror or index")
def a_wheel_that_was_changed_on_the_server(yard: Yard) -> Done:
    wheel = other()
    yard.project(wheel=wheel)
    yard.web.put(f"/files/{wheel.filename}", wheel.data, *[Fault.WRONG] * 20)
    return yard.build()


@refusal(
    4, r"demo-1.0-py3-none-any.whl: the connection to 127.0.0.1 broke .[A-Za-z ]+.$", "check the network"
)
def a_wheel_whose_download_always_breaks(yard: Yard) -> Done:
    wheel = other()
    yard.project(wheel=wheel)
    yard.web.put(f"/files/{wheel.filename}", wheel.data, *[Fault.HANG_UP] * 20)
    return yard.build()


@refusal(6, r"demo-1.0-py3-none-any.whl: is 300 bytes, \d+ expected", "another mirror or index")
def a_wheel_that_the_server_has_truncated(yard: Yard) -> Done:
    wheel = other()
    yard.project(wheel=wheel)
    yard.web.put(f"/files/{wheel.filename}", wheel.data[:300])
    return yard.build()


def defect(which: Defect) -> Spoil:
    def run(yard: Yard) -> Done:
        yard.project(wheel=wheels.make(defect=which))
        return yard.build()

    run.__name__ = f"a_wheel_with_{which.name.lower()}"
    return run


refusal(2, "demo-1.0-py3-none-any.whl: is no readable zip archive", "truncated")(defect(Defect.TRUNCATED))
refusal(2, "member '../escaped.py' does not stay inside the archive's root", "publishes it")(
    defect(Defect.ESCAPE)
)
refusal(2, "member '/etc/absolute.py' does not stay inside the archive's root", "publishes it")(
    defect(Defect.ABSOLUTE)
)
refusal(2, "'demo/__init__.py' stands twice in the archive", "publishes it")(defect(Defect.DUPLICATE))
refusal(2, "'demo/bomb' is a zip bomb: \\d+ bytes declare 41943040", "publishes it")(
    defect(Defect.BOMB_MEMBER)
)
refusal(6, "unpacks to more than the 6 bytes it declares", "fetch the wheel again")(
    defect(Defect.UNDERSTATED)
)
refusal(6, "has sha256=.*, RECORD says sha256=", "fetch the wheel again")(defect(Defect.HASH))
refusal(2, "member 'demo/link.py' is a symbolic link", "publishes it")(defect(Defect.SYMLINK))


# The Debian archive


@refusal(6, "InRelease: the signature does not match", "another mirror")
def a_tampered_inrelease(yard: Yard) -> Done:
    text = inrelease()
    found = re.search(rb"\n ([0-9a-f]{64}) +\d+ main/binary-amd64/Packages.gz", text)
    assert found is not None
    digit = b"1" if found[1][:1] == b"0" else b"0"
    return archive(yard, text[: found.start(1)] + digit + text[found.start(1) + 1 :])


@refusal(6, "InRelease: signed by a key that bareboat does not know", "Debian's own")
def an_inrelease_signed_by_an_unknown_key(yard: Yard) -> Done:
    plain = inrelease().partition(b"\n\n")[2].partition(b"\n-----BEGIN PGP SIGNATURE")[0]
    return archive(yard, Signer().sign(plain))


@refusal(6, "InRelease: not a signed InRelease file", "a mirror that serves Debian unchanged")
def an_inrelease_that_is_a_login_page(yard: Yard) -> Done:
    return archive(yard, b"<html>Please log in</html>")


@refusal(6, "InRelease: expired on ", "up to date")
def an_expired_inrelease(yard: Yard) -> Done:
    (yard.app / "bareboat.lock").unlink()
    return later(yard, "build", yard.app, "-o", yard.out / "app.tar")


@refusal(6, r"by-hash/SHA256/\w+: has sha256 \w+, \w+ expected", "another mirror")
def a_packages_index_that_was_changed(yard: Yard) -> Done:
    (yard.app / "bareboat.lock").unlink()
    shutil.rmtree(yard.cache)
    changed(yard, "/main/dists/trixie/main/", "")
    return yard.build()


@refusal(6, r"/tzdata_\S+.deb: has sha256 \w+, \w+ expected", "another mirror", warm=False)
def a_package_with_another_hash(yard: Yard) -> Done:
    changed(yard, "/main/pool/", "/tzdata_")
    return yard.build()


@refusal(6, r"/tzdata_\S+.deb: has sha256 \w+, \w+ expected", "another mirror", warm=False)
def a_package_with_another_hash_while_the_server_is_silent_on_others(yard: Yard) -> Done:
    changed(yard, "/main/pool/", "/tzdata_")
    tampering, forever = yard.web.missing, threading.Event()

    def missing(path: str) -> bytes | None:
        if "/libc6_" in path or "/libpython" in path:
            forever.wait(30)
        return tampering(path) if tampering is not None else None

    yard.web.missing = missing
    started = time.monotonic()
    done = yard.build()
    forever.set()
    assert time.monotonic() - started < 15, "waited for the silent ones"
    return done


@refusal(
    4, r"127.0.0.1:9/debian\S+: no connection to 127.0.0.1 .connection refused.", "BAREBOAT_DEBIAN_MIRROR="
)
def a_mirror_out_of_reach(yard: Yard) -> Done:
    (yard.app / "bareboat.lock").unlink()
    yard.more = {"BAREBOAT_DEBIAN_MIRROR": f"{_MISSING}/debian"}
    return yard.build()


# Outputs


@refusal(2, "app.tar: output exists and is no archive that bareboat wrote", "--force", left=("app.tar",))
def an_output_that_exists(yard: Yard) -> Done:
    (yard.out / "app.tar").write_text("precious")
    done = yard.build()
    assert (yard.out / "app.tar").read_text() == "precious"
    return done


@refusal(2, "layout: output exists and is no OCI layout", "new or empty", left=("layout",))
def an_output_folder_that_holds_other_things(yard: Yard) -> Done:
    (yard.out / "layout").mkdir()
    (yard.out / "layout" / "precious").write_text("precious")
    done = yard.run("build", yard.app, "-o", yard.out / "layout")
    assert [path.name for path in (yard.out / "layout").iterdir()] == ["precious"]
    return done


@refusal(2, "the folder of the output is missing", "mkdir -p")
def an_output_below_a_folder_that_is_not_there(yard: Yard) -> Done:
    return yard.run("build", yard.app, "-o", yard.out / "deep" / "app.tar")


# The disk


@refusal(7, r"disk/cache: cannot write: no space left on device", "free some space", warm=False)
def a_full_disk_for_the_cache(yard: Yard) -> Done:
    yard.more = {"BAREBOAT_CACHE_DIR": str(small_disk(yard) / "cache")}
    done = yard.build()
    yard.verified()
    return done


@refusal(7, r"disk/app.tar: cannot write: no space left on device", "free some space")
def a_full_disk_for_an_archive(yard: Yard) -> Done:
    return full(yard, "-o", small_disk(yard) / "app.tar")


@refusal(7, r"disk/layout: cannot write: no space left on device", "free some space")
def a_full_disk_for_a_layout(yard: Yard) -> Done:
    return full(yard, "-o", small_disk(yard) / "layout")


@refusal(7, r"disk/bareboat-\S+: cannot write: no space left on device", "TMPDIR")
def a_full_disk_for_temporary_files(yard: Yard) -> Done:
    disk = small_disk(yard)
    fill(disk)
    yard.more = {"TMPDIR": str(disk)}
    simple(yard, yard.serve(DEMO))
    return resolving(yard, "demo")


@refusal(7, r"disk/image-id: cannot write: no space left on device", "free some space")
def a_full_disk_for_the_image_id(yard: Yard) -> Done:
    disk = small_disk(yard)
    fill(disk)
    done = yard.run("build", yard.app, "-o", yard.out / "app.tar", "--iidfile", disk / "image-id")
    assert not (disk / "image-id").exists()
    (yard.out / "app.tar").unlink()  # was whole before
    return done


# What the cases use


def small_disk(yard: Yard) -> Path:
    """Return a file system of a few megabytes, taken away when the test ends."""
    if os.geteuid() != 0:
        pytest.skip("no tmpfs can be mounted here: needs root")
    disk = yard.folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", disk], check=True, timeout=20)
    return disk


def fill(disk: Path) -> None:
    """Leave no byte free."""
    with (disk / "filled").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4096)):
            pass


def full(yard: Yard, flag: str, output: Path) -> Done:
    """Build to an output that does not fit, which leaves nothing."""
    done = yard.run("build", yard.app, flag, output)
    assert list(output.parent.iterdir()) == []
    return done


def other() -> Wheel:
    """Return a sound wheel that no cache has."""
    return wheels.make("demo", "1.0", {"demo/__init__.py": "answer = 43\n"})


def simple(yard: Yard, *urls: str) -> None:
    """Lay the page of demo on the index."""
    links = "".join(f'<a href="{url}">{url.rpartition("/")[2]}</a>\n' for url in urls)
    yard.web.put("/simple/demo/", f"<!DOCTYPE html><html><body>{links}</body></html>".encode())
    yard.web.files["/simple/demo/"].headers["Content-Type"] = "text/html"


def resolving(yard: Yard, requirement: str) -> Done:
    """Build with a requirement that nothing pins."""
    (yard.app / "pylock.toml").unlink()
    yard.write("pyproject.toml", PROJECT.replace("demo", requirement))
    return yard.build()


def inrelease() -> bytes:
    """Return the real thing."""
    found = upstream("/main/dists/trixie/InRelease")
    assert found is not None
    return found


def archive(yard: Yard, signed: bytes) -> Done:
    """Build without bareboat.lock from a mirror with this InRelease."""
    (yard.app / "bareboat.lock").unlink()
    yard.web.put("/main/dists/trixie/InRelease", signed)
    return yard.build()


def changed(yard: Yard, start: str, part: str) -> None:
    """Let the mirror flip the last byte of what lies below `start` and has `part` in its name."""

    def missing(path: str) -> bytes | None:
        data = upstream(path)
        if data is None or not path.startswith(start) or part not in path:
            return data
        return data[:-1] + bytes([data[-1] ^ 1])

    yard.web.missing = missing


def later(yard: Yard, *arguments: str | Path) -> Done:
    """Run a command in a year, when every index of today has expired."""
    start = (
        "import time; now = time.time; time.time = lambda: now() + 366 * 86400\n"
        "from bareboat.cli.main import run; run()"
    )
    return yard.run(*arguments, program=(sys.executable, "-c", start))


# What each case has in common


@pytest.mark.parametrize("name", CASES)
def test_a_bad_input_is_refused_and_nothing_is_lost(name: str, tiny: Tiny, tmp_path: Path) -> None:
    case = CASES[name]
    with serving() as web:
        yard = tiny.yard(tmp_path / "yard", web, warm=case.warm)
        try:
            done = case.run(yard)
        finally:
            if (yard.folder / "disk").is_mount():
                subprocess.run(["umount", "--lazy", yard.folder / "disk"], check=True, timeout=20)
        done.refused(case.code, case.says, case.hint)
        yard.more.clear()
        web.files.clear()
        web.missing = upstream
        yard.clean(left=case.left)


# What is not refused, but said


def spoil(path: Path, at: float = 0.5) -> None:
    """Flip a byte of a file, in a copy of its own; `at` is 0 for the first and 1 for the last."""
    data = bytearray(path.read_bytes())
    if data:
        data[round((len(data) - 1) * at)] ^= 1
    path.unlink()
    path.write_bytes(data)


def spoil_all(folder: Path, at: float = 0.5) -> None:
    """Flip a byte of every file below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            spoil(path, at)


@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.parametrize(
    "at", [0.5, pytest.param(0, marks=pytest.mark.full), pytest.param(1, marks=pytest.mark.full)]
)
def test_damaged_blobs_are_made_again_with_a_warning(at: float, locked: bool, yard: Yard) -> None:  # noqa: FBT001
    """Every one that a build reads; without a lock and its answers the Debian indexes are read too."""
    if not locked:
        (yard.app / "bareboat.lock").unlink()
        shutil.rmtree(yard.cache / "records" / "debian-answer")
    spoil_all(yard.cache / "blobs", at)
    done = yard.build()
    assert (done.code, done.digest) == (0, yard.tiny.digest), done.err
    assert done.warnings, done.err
    assert all("it is made again" in warning for warning in done.warnings), done.err
    assert "error: " not in done.err
    again = yard.build("--force")
    assert (again.code, again.digest, again.warnings) == (0, yard.tiny.digest, []), again.err
    yard.run("cache", "verify", "-q")  # drops those that no build has read
    yard.verified()


def test_verify_finds_and_drops_a_damaged_blob(yard: Yard) -> None:
    path = max((yard.cache / "blobs" / "sha256").rglob("*/*"), key=lambda path: path.stat().st_size)
    spoil(path)
    done = yard.run("cache", "verify", "-q")
    assert done.code == 1
    assert f"damaged and dropped: {path.name}" in done.out
    yard.clean()


def test_damaged_records_are_made_again(yard: Yard) -> None:
    spoil_all(yard.cache / "records")
    yard.good()
    yard.run("cache", "verify", "-q")
    yard.verified()


def test_a_damaged_interpreter_is_made_again(yard: Yard) -> None:
    (folder,) = (yard.cache / "folders").iterdir()
    (program,) = folder.glob("usr/bin/python3.[0-9]*")
    spoil(program)
    yard.write("more.py", "x = 1\n")
    done = yard.build()
    assert done.code == 0, done.err
    yard.verified()
    (yard.out / "app.tar").unlink()
    yard.clean()


def test_locked_packages_need_no_index_that_is_up_to_date(yard: Yard) -> None:
    done = later(yard, "build", yard.app, "-o", yard.out / "app.tar", "-q")
    assert (done.code, done.digest) == (0, yard.tiny.digest), done.err
