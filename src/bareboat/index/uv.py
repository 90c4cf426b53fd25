"""The uv program: found, run, and its complaints turned into ours.

Nothing of the caller's terminal reaches it; its children die with it.
"""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from bareboat.errors import BuildError, InputError

__all__ = ["execute", "program", "run"]

_KEPT = 1 << 20
_FINDING = threading.Lock()  # sysconfig gives None to a second thread while the first one fills it


def program() -> str:
    """Return the path of the uv that was installed with bareboat."""
    import uv

    try:
        with _FINDING:
            return uv.find_uv_bin()
    except FileNotFoundError as error:
        raise InputError("the uv program is missing", where="uv", hint="pip install uv") from error


def run(
    arguments: Sequence[str],
    *,
    environ: Mapping[str, str],
    cwd: Path,
    stdin: str = "",
    where: str = "requirements",
) -> str:
    """Return what `uv ARGUMENTS` writes to stdout.

    `environ` is one made by `config.uv_environment`; `where` names what is resolved.

    Raises the error that fits the complaint of uv.
    """
    code, out, said = execute([program(), *arguments, "--color", "never"], environ, cwd, stdin)
    if code != 0:
        from bareboat.index import complaint

        raise complaint.read(said, code=code, where=where)
    return out


def execute(
    command: Sequence[str],
    environ: Mapping[str, str],
    cwd: Path,
    stdin: str = "",
    timeout: float = 1800,
) -> tuple[int, str, str]:
    """Return (exit code, stdout, stderr) of `command`, run in a process group of its own, umask 022."""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        umask=0o022,
    ) as process:
        try:
            out, said = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            _end(process)
            raise BuildError(
                f"did not end within {timeout:.0f} s", where=f"{Path(command[0]).name} {command[1]}"
            ) from error
        except BaseException:
            _end(process)
            raise
    return process.returncode, out, said[-_KEPT:]


def _end(process: "subprocess.Popen[str]") -> None:
    """Kill the whole group: a build backend must not outlive us."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
