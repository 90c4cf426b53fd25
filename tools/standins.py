"""Stand-ins for well-known base images, where no registry is in reach: made once, imported into engines.

    python tools/standins.py make [WHICH...]        make the archives (as root, on Debian, with mmdebstrap)
    python tools/standins.py docker [WHICH...]      import them into the Docker that the environment leads to
    python tools/standins.py podman [WHICH...]      into Podman's storage, which is buildah's too

WHICH: slim, full, uv, distroless; all of them without it. The archives lie in BAREBOAT_STANDINS, else in
the user's cache folder, never in the repository. They hold the machine's own mirror and certificate
authorities, so that an unmodified Dockerfile builds with `--network=host`: they are for this machine only,
and an image of that name that an engine already has stays.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import standin_roots as roots
import uv as uv_package
from filelock import FileLock
from standin_archive import SUITE, Archive

__all__ = ["ALL", "Engine", "Standin", "add", "default_folder", "ensure"]

FORMAT = "3"  # part of the archives' names: a change of how they are made makes them anew
# What the host sets of these reaches the build steps through the base image's environment.
HOST_VARIABLES = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
# Where requests and pip look, when the network ends TLS with an authority of its own.
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
BUNDLE_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class Standin:
    """One root file system, the references that it is imported as, and the image's configuration."""

    which: str
    names: tuple[str, ...]
    changes: tuple[str, ...] = ()
    builds: bool = True  # commands that use the network run in it


@dataclass(frozen=True, slots=True)
class Engine:
    """How to call `docker` or `podman`."""

    program: str
    environ: Mapping[str, str]

    def run(self, *arguments: str) -> str:
        """Return what a command prints. Raises SystemExit with the engine's words."""
        done = subprocess.run(
            [self.program, *arguments], check=False, capture_output=True, text=True, env=dict(self.environ)
        )
        if done.returncode != 0:
            raise SystemExit(f"standins: {self.program} {arguments[0]}: {done.stderr.strip()}")
        return done.stdout.strip()

    def has(self, reference: str) -> bool:
        """Whether an image of this name is there."""
        command = [self.program, "image", "inspect", reference]
        done = subprocess.run(command, check=False, capture_output=True, env=dict(self.environ))
        return done.returncode == 0


def uv_version() -> str:
    """Return the version of uv that bareboat's environment has."""
    done = subprocess.run([uv_package.find_uv_bin(), "--version"], check=True, capture_output=True, text=True)
    return done.stdout.split()[1]


def _official(*tags: str) -> tuple[str, ...]:
    return tuple(f"docker.io/library/python:{tag}" for tag in tags)


def _distroless(tag: str, *changes: str) -> Standin:
    own = (
        "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        f"ENV SSL_CERT_FILE={BUNDLE}",
        "ENV LANG=C.UTF-8",
        f'ENTRYPOINT ["/usr/bin/python{roots.MINOR}"]',
    )
    name = f"gcr.io/distroless/python3-debian13:{tag}"
    return Standin("distroless", (name,), (*own, *changes), builds=False)


_PYTHON_CHANGES = (
    "ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    'CMD ["python3"]',
)
ALL: tuple[Standin, ...] = (
    Standin("slim", _official("3.13-slim", "3.13-slim-trixie"), _PYTHON_CHANGES),
    Standin("full", _official("3.13", "3.13-trixie"), _PYTHON_CHANGES),
    Standin(
        "uv",
        tuple(f"ghcr.io/astral-sh/uv:{tag}" for tag in ("latest", uv_version())),
        ('ENTRYPOINT ["/uv"]', "WORKDIR /io"),
        builds=False,
    ),
    _distroless("nonroot", "USER 65532", "WORKDIR /home/nonroot"),
    _distroless("latest", "USER 0"),
)


def default_folder() -> Path:
    """Return where the archives lie."""
    chosen = os.environ.get("BAREBOAT_STANDINS")
    return Path(chosen) if chosen else Path.home() / ".cache" / "bareboat-bench" / "standins"


def ensure(which: str, folder: Path) -> Path:
    """Return a stand-in's archive, made if need be; safe for several processes at once."""
    folder.mkdir(parents=True, exist_ok=True)
    suffix = uv_version() if which == "uv" else SUITE
    archive = folder / f"{which}-{suffix}-{FORMAT}.tar"
    with FileLock(folder / f"{which}.lock"):
        if archive.exists():
            return archive
        if which == "uv":
            roots.uv(archive, Path(uv_package.find_uv_bin()))
            return archive
        if lacking := roots.lacking():
            raise SystemExit(f"standins: making {which} needs {lacking}")
        debian = Archive.of_host(folder / "archive")
        if which in {"slim", "full"}:
            compiled = ensure("python", folder)
            make = {"slim": roots.slim, "full": roots.full}[which]
            make(archive, debian, compiled)
        else:
            alone: dict[str, Callable[[Path, Archive], None]] = {
                "python": roots.python,
                "distroless": roots.distroless,
            }
            alone[which](archive, debian)
    return archive


def add(engine: Engine, standins: Sequence[Standin], folder: Path) -> None:
    """Import stand-ins that an engine has not got; an image of that name that is there stays."""
    for standin in standins:
        wanted = [name for name in standin.names if not engine.has(name)]
        if not wanted:
            continue
        present = [name for name in standin.names if name not in wanted]
        if not present:
            changes = [*standin.changes, *(_host_changes() if standin.builds else ())]
            flags = [word for change in changes for word in ("--change", change)]
            engine.run("import", *flags, str(ensure(standin.which, folder)), wanted[0])
            present = [wanted.pop(0)]
        for name in wanted:
            engine.run("tag", present[0], name)


def chosen(which: Sequence[str]) -> tuple[Standin, ...]:
    """Return the stand-ins of these kinds, all without any."""
    if unknown := set(which) - {standin.which for standin in ALL}:
        raise SystemExit(f"standins: no such stand-in: {', '.join(sorted(unknown))}")
    return tuple(standin for standin in ALL if not which or standin.which in which)


def _host_changes() -> list[str]:
    """Return the settings without which nothing can be fetched from inside a build here."""
    changes = [f"ENV {name}={os.environ[name]}" for name in HOST_VARIABLES if os.environ.get(name)]
    if next(roots.extra_certificates(""), None) is not None:
        changes += [f"ENV {name}={BUNDLE}" for name in BUNDLE_VARIABLES]
    return changes


def main(argv: Sequence[str]) -> int:
    """Carry out a command."""
    if not argv or argv[0] not in {"make", "docker", "podman"}:
        print(__doc__, file=sys.stderr)
        return 2
    folder = default_folder()
    standins = chosen(argv[1:])
    if argv[0] == "make":
        for which in dict.fromkeys(standin.which for standin in standins):
            archive = ensure(which, folder)
            print(f"{archive}: {archive.stat().st_size / 1e6:.1f} MB")
        return 0
    program = shutil.which(argv[0])
    if program is None:
        raise SystemExit(f"standins: no {argv[0]} on the PATH")
    add(Engine(program, os.environ), standins, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
