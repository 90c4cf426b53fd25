"""Real engines for tests, as fixtures: `docker_classic`, `docker_containerd`, `podman`, `engine`.

As root on a machine that has dockerd, `tools/engines start` gives the run two private daemons and a
private Podman in a scratch folder, started when the first test asks and ended with the run. Elsewhere
the user's own engines are taken as they are. What is not there is a skip that says how to get it.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from filelock import FileLock

from bareboat.engine.find import Absent, Engine, Kind, look

__all__ = ["docker_classic", "docker_containerd", "engine", "podman", "tool"]

TOOL = Path(__file__).resolve().parent.parent / "tools" / "engines"
FOLDER = "BAREBOAT_TEST_ENGINES"  # names this run's scratch folder to the workers
CHOSEN = pytest.StashKey[Path]()
ADVICE = "make engines"
# Debian's own programs first: an older client may stand earlier on the PATH.
DEBIAN_PATH = ("/usr/sbin", "/usr/bin", "/sbin", "/bin")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the folder in the main process of the run; nothing is started yet."""
    if FOLDER not in os.environ:
        config.stash[CHOSEN] = Path(tempfile.mkdtemp(prefix="bareboat-engines-"))
        os.environ[FOLDER] = str(config.stash[CHOSEN])


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was started, in the process that chose the folder: neither a worker nor a pytest in a test."""
    if CHOSEN not in config.stash:
        return
    folder = config.stash[CHOSEN]
    os.environ.pop(FOLDER, None)
    if (folder / "private").is_dir():
        subprocess.run([TOOL, "stop", folder / "private"], check=False, timeout=120)
    shutil.rmtree(folder, ignore_errors=True)


def private_folder() -> Path | None:
    """Return the folder of the run's own engines, started now if need be; None where that cannot be."""
    if os.geteuid() != 0 or shutil.which("dockerd", path=search_path()) is None:
        return None
    folder = Path(os.environ[FOLDER])
    with FileLock(folder / "lock"):
        started = folder / "started"
        if not started.exists():
            done = subprocess.run(
                [TOOL, "start", folder / "private"], check=False, capture_output=True, text=True, timeout=120
            )
            started.write_text("" if done.returncode == 0 else done.stderr.strip() or "tools/engines failed")
        if failure := started.read_text():
            pytest.fail(f"the private engines did not start: {failure}")
    return folder / "private"


def search_path() -> str:
    return os.pathsep.join([*DEBIAN_PATH, os.environ.get("PATH", "")])


def reach(kind: Kind, extra: Mapping[str, str], accept: Callable[[Engine], bool], wanted: str) -> Engine:
    """Return the engine that an environment leads to, or skip with the reason and the way out."""
    environ = {**os.environ, "PATH": search_path(), **extra}
    for found in look(environ):
        if found.kind is not kind:
            continue
        if isinstance(found, Absent):
            pytest.skip(f"{wanted}: {found.reason}; {ADVICE}")
        if accept(found):
            return found
        pytest.skip(f"{wanted}: {found} is another; {ADVICE}")
    raise AssertionError(kind)


@pytest.fixture(scope="session")
def docker_classic() -> Engine:
    """Docker with its classic image store."""
    folder = private_folder()
    extra = {"DOCKER_HOST": f"unix://{folder}/classic/docker.sock"} if folder else {}
    return reach(Kind.DOCKER, extra, lambda engine: not engine.has_containerd_store, "Docker, classic store")


@pytest.fixture(scope="session")
def docker_containerd() -> Engine:
    """Docker with the containerd image store."""
    folder = private_folder()
    extra = {"DOCKER_HOST": f"unix://{folder}/containerd/docker.sock"} if folder else {}
    return reach(Kind.DOCKER, extra, lambda engine: engine.has_containerd_store, "Docker, containerd store")


@pytest.fixture(scope="session")
def podman() -> Engine:
    """Podman, with storage of its own where the run has private engines."""
    folder = private_folder()
    extra = {}
    if folder:
        extra = {
            "CONTAINERS_CONF": f"{folder}/podman/containers.conf",
            "CONTAINERS_STORAGE_CONF": f"{folder}/podman/storage.conf",
        }
    return reach(Kind.PODMAN, extra, lambda engine: True, "Podman")


@pytest.fixture(params=["docker_classic", "docker_containerd", "podman"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Engine)
    return found


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """Return the path of an independent checker (crane, skopeo, umoci …), or skip."""

    def path(name: str) -> str:
        found = shutil.which(name, path=search_path())
        if found is None:
            pytest.skip(f"{name} is not on the PATH; {ADVICE}")
        return found

    return path
