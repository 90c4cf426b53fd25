"""Make `.venv` from requirements/dev.txt and build.txt, with every hash checked.

Uses the standard library alone. The installers it knows are tried in turn: the environment's own pip,
uv, the host's pip, and on Debian a pip unpacked from the `python3-pip-whl` package, which apt fetches
and verifies without root. Each reads the host's configuration (indexes, proxies, authorities) itself.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = (ROOT / "requirements" / "dev.txt", ROOT / "requirements" / "build.txt")
STAMP = VENV / "bareboat.stamp"

Installer = tuple[str, list[str]]  # a name for messages, and the command that `install …` is added to


def main() -> int:
    """Return 0 when `.venv` holds exactly what the requirements say."""
    want = fingerprint()
    if STAMP.is_file() and STAMP.read_text() == want and works(PYTHON):
        return 0
    if not works(PYTHON):
        say(f"making {VENV.name} with Python {sys.version.split()[0]}")
        make_environment()
    failures = []
    for name, command in installers():
        say(f"installing the pinned requirements with {name}")
        output = install(name, command)
        if output is None:
            STAMP.write_text(want)
            return 0
        failures.append(f"--- {name}\n{output.strip()}")
    for failure in failures:
        print(failure, file=sys.stderr)
    if failures:
        say("the requirements could not be installed: see above")
        say("hint: check the network and the package index in pip's or uv's configuration")
    else:
        say("this Python has no pip, and neither uv nor another pip is on the PATH")
        say("hint: on Debian 'apt install python3-venv'; elsewhere install uv")
    return 2


def fingerprint() -> str:
    """Return what the environment depends on, as one hash."""
    digest = hashlib.sha256(f"{sys.version_info[:2]} 1\n".encode())
    for file in (*REQUIREMENTS, ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def works(python: Path) -> bool:
    """Say whether `python` starts and is new enough."""
    if not python.exists():
        return False
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", check], check=False, capture_output=True).returncode == 0


def make_environment() -> None:
    """Make an empty environment; pip enters it only where Python carries one."""
    shutil.rmtree(VENV, ignore_errors=True)
    command = [sys.executable, "-m", "venv", str(VENV)]
    if subprocess.run(command, check=False, capture_output=True).returncode != 0:
        # Debian's python3 has venv but no ensurepip.
        shutil.rmtree(VENV, ignore_errors=True)
        subprocess.run([*command, "--without-pip"], check=True)


def installers() -> Iterator[Installer]:
    """Yield what can install here, best first: the tool that the host configures comes before the other."""
    for candidate in (uv, own_pip) if uv_is_configured() else (own_pip, uv):
        if (found := candidate()) is not None:
            yield found
    if own_pip() is None:
        for candidate in (host_pip, debian_pip):
            if (found := candidate()) is not None:
                yield found


def uv_is_configured() -> bool:
    """Say whether the host's packages come by uv's own configuration."""
    if any(name in os.environ for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_CONFIG_FILE")):
        return True
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return any(file.is_file() for file in (home / "uv" / "uv.toml", Path("/etc/uv/uv.toml")))


def own_pip() -> Installer | None:
    """Return the environment's pip."""
    command = [str(PYTHON), "-m", "pip"]
    found = subprocess.run([*command, "--version"], check=False, capture_output=True).returncode == 0
    return ("pip", command) if found else None


def uv() -> Installer | None:
    """Return uv, when it is on the PATH."""
    program = shutil.which("uv")
    return ("uv", [program, "pip"]) if program else None


def host_pip() -> Installer | None:
    """Return the host's pip, told to work on our environment."""
    command = [sys.executable, "-m", "pip", "--python", str(PYTHON)]
    found = subprocess.run([*command, "--version"], check=False, capture_output=True).returncode == 0
    return ("the host's pip", command) if found else None


def debian_pip() -> Installer | None:
    """Return a pip out of Debian's package of it: apt verifies it, and no root is needed."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return None
    folder = VENV / "debian-pip"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        if not (download(scratch, []) or download(scratch, own_lists(scratch))):
            return None
        for package in Path(scratch).glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
    wheels = sorted(folder.glob("usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        return None
    return ("Debian's pip", [sys.executable, f"{wheels[-1]}/pip", "--python", str(PYTHON)])


def own_lists(folder: str) -> list[str]:
    """Return the options by which apt reads fresh lists in a folder of ours, where the host keeps none."""
    for name in ("state/lists/partial", "cache/archives/partial"):
        Path(folder, name).mkdir(parents=True)
    options = ["-o", f"Dir::State={folder}/state", "-o", f"Dir::Cache={folder}/cache"]
    subprocess.run(["apt-get", *options, "update", "-qq"], check=False, capture_output=True)
    return options


def download(folder: str, options: list[str]) -> bool:
    """Fetch Debian's package of pip, verified by apt; say whether that went well."""
    # apt gives its rights up for downloads, for which the folder must be open to its own user.
    command = ["apt-get", *options, "-o", "APT::Sandbox::User=root", "download", "-qq", "python3-pip-whl"]
    return subprocess.run(command, check=False, cwd=folder, capture_output=True).returncode == 0


def install(name: str, command: list[str]) -> str | None:
    """Install everything; None when that went well, else what the tool said."""
    target = ["--python", str(PYTHON)] if name == "uv" else []
    quiet = ["--quiet"] if name == "uv" else ["--quiet", "--disable-pip-version-check"]
    listed = [word for file in REQUIREMENTS for word in ("-r", str(file))]
    steps: tuple[Callable[[], list[str]], ...] = (
        lambda: [*command, "install", *quiet, *target, "--require-hashes", *listed],
        lambda: [*command, "install", *quiet, *target, "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
    )
    for step in steps:
        result = subprocess.run(step(), check=False, capture_output=True, text=True, cwd=ROOT)
        if result.returncode != 0:
            return result.stdout + result.stderr
    return None


def say(words: str) -> None:
    """Print one line for the person who waits."""
    print(f"setup: {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
