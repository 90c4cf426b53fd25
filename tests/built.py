"""The examples as images, each built once in a test session whatever the number of workers.

A session's folder holds the copied projects with the locks that were made in it, one cache, and
for each image an archive and a layout. It is removed with the run.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import sources
from bareboat.oci.blob import Blob, BytesBlob
from bareboat.oci.descriptor import Descriptor
from bareboat.oci.digest import Digest

__all__ = ["EXAMPLES", "Made", "Session", "bareboat", "environment", "images_made", "locked_copy", "run"]

FOLDER = "BAREBOAT_TEST_IMAGES"  # names this run's scratch folder to the workers
_OURS = pytest.StashKey[str]()
EXAMPLES = ("fastapi", "flask", "package")
_LEFT_OUT = shutil.ignore_patterns(
    ".venv", "__pycache__", "uv.lock", "*.lock", "pylock.toml", ".pytest_cache"
)
_FOREIGN = (
    "BAREBOAT_",
    "VIRTUAL_ENV",
    "PYTHONPATH",
    "PYTHONHASHSEED",
    "SOURCE_DATE_EPOCH",
    "GIT_",
    "COVERAGE_",
)


@dataclass(frozen=True, slots=True)
class Made:
    """One example's image: where its forms lie, and what was said of it while it was made."""

    name: str
    project: Path
    archive: Path
    layout: Path
    metadata: dict[str, Any]
    plan: dict[str, Any]

    @property
    def reference(self) -> str:
        return str(self.metadata["image.name"])

    @property
    def digest(self) -> str:
        return str(self.metadata["containerimage.digest"])

    @property
    def config(self) -> dict[str, Any]:
        held: dict[str, Any] = json.loads(self.blob(self.metadata["containerimage.config.digest"]))
        return held

    @property
    def manifest(self) -> dict[str, Any]:
        held: dict[str, Any] = json.loads(self.blob(self.digest))
        return held

    @property
    def port(self) -> int:
        (port,) = self.config["config"]["ExposedPorts"]
        return int(port.partition("/")[0])

    @property
    def health(self) -> str:
        (path,) = [one["value"] for one in self.plan["decisions"] if one["subject"] == "health"]
        return str(path)

    @property
    def root(self) -> Descriptor:
        """What the layout's index names."""
        (entry,) = json.loads((self.layout / "index.json").read_text())["manifests"]
        return Descriptor(entry["mediaType"], Digest(entry["digest"].partition(":")[2]), entry["size"])

    def file(self, digest: str) -> Path:
        return self.layout / "blobs" / digest.replace(":", "/")

    def blob(self, digest: str) -> bytes:
        return self.file(digest).read_bytes()

    def find(self, digest: Digest) -> Blob | None:
        file = self.file(str(digest))
        return BytesBlob(file.read_bytes()) if file.is_file() else None


def pytest_configure(config: pytest.Config) -> None:
    """Choose the folder in the main process; nothing is built yet."""
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = config.stash[_OURS] = tempfile.mkdtemp(prefix="bareboat-images-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what was built, in the process that chose the folder: a test may run pytest again."""
    if _OURS in config.stash:
        shutil.rmtree(config.stash[_OURS], ignore_errors=True)


def environment(**more: str) -> dict[str, str]:
    """Return the process's environment without what would change a build, and with `more`."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
    return {**given, **more}


def run(
    *command: str | Path,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
    umask: int = -1,
    timeout: float = 280,
) -> str:
    """Return what a command prints; its words are the failure where it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env=dict(environ) if environ is not None else environment(),
        umask=umask,
        timeout=timeout,
    )
    assert done.returncode == 0, (
        f"{' '.join(map(str, command))}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    )
    return done.stdout


def bareboat(*arguments: str | Path, **more: Any) -> str:
    """Return what the program prints, run as the user runs it."""
    return run(sys.executable, "-m", "bareboat", *arguments, **more)


def locked_copy(name: str, folder: Path, cache: Path) -> Path:
    """Copy an example to `folder` and make the locks that it goes without in the repository."""
    project = shutil.copytree(sources.ROOT / "examples" / name, folder / name, ignore=_LEFT_OUT)
    if name == "package":
        run(Path(sys.executable).parent / "uv", "lock", "--quiet", "--python", sys.executable, folder=project)
    bareboat("lock", project, "--cache-dir", cache, "--quiet")
    return project


class Session:
    """Makes the locks and the images of one test session when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"

    def project(self, name: str) -> Path:
        """Return the folder of an example with its locks; the same one for the whole session."""
        with FileLock(self.folder / f"{name}.lock"):
            done = self.folder / f"{name}.locked"
            if not done.exists():
                locked_copy(name, self.folder / "projects", self.cache)
                done.touch()
        return self.folder / "projects" / name

    def image(self, name: str, compression: str = "gzip") -> Made:
        """Return an example's image, built from its locks."""
        project = self.project(name)
        folder = self.folder / f"{name}-{compression}"
        archive, layout, metadata, plan = (
            folder / part for part in ("image.tar", "layout", "metadata.json", "plan.json")
        )
        with FileLock(self.folder / f"{name}-{compression}.lock"):
            if not plan.exists():
                folder.mkdir()
                common = (
                    project,
                    "--locked",
                    "--compression",
                    compression,
                    "--cache-dir",
                    self.cache,
                    "--quiet",
                )
                named = ("-t", f"bareboat-test-{name}:{compression}")
                bareboat("build", *common, *named, "-o", archive, "-o", layout, "--metadata-file", metadata)
                plan.write_text(bareboat("plan", *common, "--json"))
        return Made(
            name, project, archive, layout, json.loads(metadata.read_text()), json.loads(plan.read_text())
        )


@pytest.fixture(scope="session")
def images_made() -> Session:
    """The session's examples."""
    return Session(Path(os.environ[FOLDER]))
