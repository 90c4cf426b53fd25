"""Base images in the run's private engines, and a registry on loopback: `standins`, `loopback_registry`.

The stand-ins are made once for the machine (tools/standins.py) and imported when the first test asks. A
user's own engine is left as it is: it has a registry, and a stand-in under an official name is not for it.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

import engines
from bareboat.engine.find import Engine

__all__ = ["loopback_registry", "standins"]

TOOL = engines.TOOL.with_name("standins.py")
SLOW = 900  # seconds: compiling Python takes two minutes on two cores, and others may be compiling

Provide = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test that asks for stand-ins the time to make them: the first one does."""
    for item in items:
        if "standins" in getattr(item, "fixturenames", ()) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SLOW))


def lacking() -> str:
    """Return why no stand-in can be made here, nothing if it can."""
    if engines.private_folder() is None:
        return "stand-ins are for the run's private engines, and those need root and dockerd"
    missing = [name for name in ("mmdebstrap", "apt-get") if shutil.which(name) is None]
    return f"stand-ins need {', '.join(missing)}" if missing else ""


@pytest.fixture(scope="session")
def standins() -> Provide:
    """Return a function that imports stand-ins into an engine: `standins(engine, "slim", "uv")`.

    Podman's are buildah's too. Skips where they cannot be made.
    """
    done: set[tuple[str, str]] = set()

    def provide(engine: Engine, *which: str) -> None:
        if reason := lacking():
            pytest.skip(f"{reason}; {engines.ADVICE}")
        wanted = [name for name in which if (str(engine), name) not in done]
        if not wanted:
            return
        lock = Path(os.environ[engines.FOLDER]) / f"standins-{engine.kind}-{engine.has_containerd_store}.lock"
        with FileLock(lock):
            made = subprocess.run(
                [sys.executable, TOOL, engine.kind, *wanted],
                check=False,
                capture_output=True,
                text=True,
                env=dict(engine.environ),
                timeout=SLOW,
            )
        assert made.returncode == 0, made.stderr
        done.update((str(engine), name) for name in wanted)

    return provide


@pytest.fixture(scope="session")
def loopback_registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start Debian's docker-registry and give its address, such as 127.0.0.1:41234; plain HTTP."""
    program = shutil.which("docker-registry", path=engines.search_path())
    if program is None:
        pytest.skip(f"docker-registry is not on the PATH; {engines.ADVICE}")
    folder = tmp_path_factory.mktemp("registry")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    settings = folder / "config.yml"
    settings.write_text(
        "version: 0.1\nlog: {level: error}\n"
        f"storage: {{filesystem: {{rootdirectory: {folder}/data}}, delete: {{enabled: true}}}}\n"
        f"http: {{addr: {address}}}\n"
    )
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([program, "serve", str(settings)], stdout=log, stderr=log)
    try:
        wait_for(f"http://{address}/v2/", process, folder / "log")
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - loopback
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    process.kill()
    pytest.fail(f"the registry did not start: {log.read_text()}")
