"""Calling an engine's program: its output as text, its failure as one BuildError.

Every call has a bound in time. Nothing goes through a shell.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from typing import IO

from bareboat.engine.find import Engine
from bareboat.errors import BuildError

__all__ = ["call", "explain", "feed"]

_PATIENCE = 120.0  # seconds for what should take a few


def call(engine: Engine, arguments: Sequence[str], *, timeout: float = _PATIENCE) -> str:
    """Return what the program writes to its output.

    Raises BuildError with the program's own last words when it fails.
    """
    try:
        done = subprocess.run(
            [engine.program, *arguments],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=dict(engine.environ),
            timeout=timeout,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(
            f"no answer within {timeout:.0f} s", where=f"{engine.kind} {arguments[0]}"
        ) from error
    if done.returncode != 0:
        raise explain(engine, arguments[0], done.returncode, done.stderr)
    return done.stdout.decode(errors="replace")


def feed(engine: Engine, arguments: Sequence[str], chunks: Iterable[bytes]) -> str:
    """Return what the program writes to its output after reading `chunks` from its input.

    The chunks are passed on as they come, so memory does not depend on their sum. An exception of
    theirs ends the program. Raises BuildError as `call` does.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        reader, writer = os.pipe()
        with os.fdopen(writer, "wb", buffering=0) as entry:
            try:
                process = subprocess.Popen(
                    [engine.program, *arguments],
                    stdin=reader,
                    stdout=output,
                    stderr=errors,
                    env=dict(engine.environ),
                )
            finally:
                os.close(reader)
            try:
                _pour(chunks, entry)
                entry.close()
                code = process.wait()
            except BaseException:
                process.kill()
                process.wait()
                raise
        if code != 0:
            raise explain(engine, arguments[0], code, _all(errors))
        return _all(output).decode(errors="replace")


def _pour(chunks: Iterable[bytes], entry: IO[bytes]) -> None:
    try:
        for chunk in chunks:
            rest = memoryview(chunk)
            while rest:
                rest = rest[entry.write(rest) :]
    except BrokenPipeError:
        return  # the program has ended early; its exit code and words say why


def _all(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def explain(engine: Engine, verb: str, code: int, words: bytes) -> BuildError:
    """Return the error for a call that ended with `code` and said `words`."""
    said = [line.strip() for line in words.decode(errors="replace").splitlines() if line.strip()]
    told = [line for line in said if not line.startswith(("See '", "Run '", "time="))] or said
    text = told[-1] if told else f"ended with exit code {code}"
    for prefix in ("Error: ", "Error response from daemon: ", "docker: "):
        text = text.removeprefix(prefix)
    hint = ""
    if "no space left" in text.lower():
        hint = f"make room for {engine.kind}, for example with `{engine.kind} image prune`"
    return BuildError(text.rstrip("."), where=f"{engine.kind} {verb}", hint=hint)
