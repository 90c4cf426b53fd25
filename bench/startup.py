"""Seconds from `docker run` to the first good answer, and what `--help` costs over a bare Python."""

import socket
import statistics
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from peers import Engine

from bareboat.engine.health import wait_answer

__all__ = ["command_time", "first_answer"]


def first_answer(engine: Engine, reference: str, *, port: int, path: str, cpus: float) -> float:
    """Start a container read-only and without capabilities; return the seconds until it answers 200."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        published = int(probe.getsockname()[1])
    strict = ["--read-only", "--tmpfs", "/tmp", "--cap-drop=all", "--security-opt=no-new-privileges"]  # noqa: S108
    share = ["--cpus", f"{cpus:g}"] if cpus else []
    begun = time.perf_counter()
    container = engine.run(
        "run", "--detach", *strict, *share, "--publish", f"127.0.0.1:{published}:{port}", reference
    )
    try:
        wait_answer(published, path, timeout=60)
        return time.perf_counter() - begun
    finally:
        engine.run("rm", "--force", "--volumes", container)


def command_time(command: Sequence[str | Path], times: int = 21) -> float:
    """Return the median seconds of a command that needs nothing."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)
