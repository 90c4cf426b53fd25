"""The helper process started, told what to do, and its first refusal turned into an error."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from bareboat.errors import BuildError, InputError

__all__ = ["failure", "launch", "specification"]

_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from bareboat.sandbox.inside import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)
# Settings that close user namespaces to ordinary users, with the value that does
_SWITCHES = {
    "user.max_user_namespaces": "0",
    "kernel.unprivileged_userns_clone": "0",
    "kernel.apparmor_restrict_unprivileged_userns": "1",
}


def specification(  # noqa: PLR0913 - each is one property of a container
    root: Path,
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    working_dir: str,
    user: int,
    hostname: str,
    is_probe: bool = False,
    has_network: bool = True,
    bounds: Sequence[tuple[str, str, bool]] = (),
    limits: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the helper is told, complete; `launch` adds the descriptors."""
    return {
        "root": str(root),
        "command": list(command),
        "env": dict(env),
        "working_dir": working_dir,
        "user": user,
        "hostname": hostname,
        "is_probe": is_probe,
        "has_network": has_network,
        "bounds": [list(bound) for bound in bounds],
        "limits": dict(limits) if limits is not None else None,
    }


def launch(
    told: Mapping[str, Any],
    output: IO[bytes] | int | None,
    *,
    passed: tuple[int, ...] = (),
    own_session: bool = False,
    joined: Callable[[int], None] | None = None,
) -> tuple["subprocess.Popen[bytes]", bytes]:
    """Return the started helper and its first refusal, empty once the command has been executed.

    `passed` are further descriptors that `told` names. `joined` is called with its process id before
    it does anything. The caller waits for the process.
    """
    reader, incoming = os.pipe()
    answers, outgoing = os.pipe()
    with os.fdopen(answers, "rb") as answer, os.fdopen(incoming, "wb") as request:
        try:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-I", "-S", "-B", "-c", _START),
                    *(_package_folder(), str(reader), str(outgoing)),
                ],
                pass_fds=(reader, outgoing, *passed),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output is not None else None,
                env={},
                start_new_session=own_session,
            )
        finally:
            os.close(reader)
            os.close(outgoing)
        try:
            if joined is not None:
                joined(process.pid)
            request.write(json.dumps(told).encode())
            request.close()
            return process, answer.read()
        except BaseException:
            process.kill()
            process.wait()
            raise


def failure(answer: bytes, root: Path) -> InputError | BuildError:
    """Return the error for a helper's refusal, with the kernel's settings where they are the cause."""
    step, number, words = json.loads(answer)
    if step.startswith(("execute ", "enter ")):
        return InputError(f"cannot {step}: {words.lower()}", where=str(root), hint="see the image's command")
    closed = [f"{name} is {value}" for name, value in _SWITCHES.items() if _setting(name) == value]
    if closed:
        return BuildError(
            f"user namespaces are switched off: {', '.join(closed)}",
            hint="as root: sysctl " + " ".join(_opened(name.split(" ")[0]) for name in closed),
        )
    return BuildError(
        f"the kernel refuses to {step}: {words.lower()} (errno {number})",
        hint="inside a container allow user namespaces, or run the image with Docker or Podman",
    )


def _package_folder() -> str:
    return str(Path(__file__).resolve().parent.parent.parent)


def _opened(name: str) -> str:
    return f"{name}={'10000' if name.startswith('user.') else '1' if 'clone' in name else '0'}"


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", *name.split(".")).read_text().strip()
    except OSError:
        return ""
