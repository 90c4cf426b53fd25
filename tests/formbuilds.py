"""A generated Dockerfile built by a real engine from stand-in bases, for tests of forms."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import engines
from bareboat.engine.find import Engine, Kind

__all__ = ["HARDENED", "built", "call"]

TOGETHER = 600  # seconds for a build with a cold cache
HARDENED = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--tmpfs", "/tmp")


def call(
    *words: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None, text: str = ""
) -> str:
    import uv

    program = uv.find_uv_bin() if words[0] == "uv" else words[0]
    done = subprocess.run(
        [program, *words[1:]],
        check=False, capture_output=True, text=True, cwd=cwd, env=env, input=text, timeout=TOGETHER,
    )  # fmt: skip
    assert done.returncode == 0, f"{' '.join(map(str, words))}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    return done.stdout


@contextmanager
def built(engine: Engine, file: Path, context: Path) -> Iterator[str]:
    """Give an image built from a Dockerfile; it is removed afterwards."""
    environ = dict(engine.environ)
    name = f"bareboat-form-{os.getpid()}-{time.monotonic_ns()}"
    tail: list[str | Path] = ["--network=host", "-t", name, "-f", file, context]
    if engine.kind is Kind.DOCKER:
        call(engine.program, "build", "--progress=plain", *tail, env=environ)
    else:
        program = shutil.which("buildah", path=engines.search_path())
        if program is None:
            pytest.skip(f"buildah is not on the PATH; {engines.ADVICE}")
        # No --layers: buildah up to 1.28 keys a cached step without what is mounted into it.
        isolation = ("--isolation", "chroot", "--layers=false", "--format", "docker")
        call(program, "bud", *isolation, *tail, env=environ)
    try:
        yield name
    finally:
        remove = [engine.program, "rmi", "-f", name]
        subprocess.run(remove, check=False, env=environ, capture_output=True, timeout=60)
