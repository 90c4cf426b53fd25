"""An unpacked root run as a container by the kernel's namespaces alone: no engine, no root rights.

New user, mount, process, host name and IPC namespaces; the host's network stays, so a port of the
command is on the host's loopback. The root is read-only; /tmp and /dev/shm are empty and in memory.

The work is done by a helper process (`inside`), because namespaces bind to a process and this one
may have threads. Not for code that nobody trusts: that is `confined`.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bareboat.errors import BuildError, InputError
from bareboat.sandbox.launch import failure, launch, specification
from bareboat.sandbox.owned import give

__all__ = ["USER", "Process", "available", "run", "start"]

USER = 65532
_MOUNT_POINTS = ("dev", "etc", "proc", "tmp")
_EMPTY_FILES = ("etc/hosts", "etc/resolv.conf")


@dataclass(frozen=True, slots=True)
class Process:
    """A command that runs in namespaces of its own."""

    process: "subprocess.Popen[bytes]"

    @property
    def pid(self) -> int:
        """The helper's process id; signals sent to it reach the command."""
        return self.process.pid

    def is_running(self) -> bool:
        """Say whether the command has not ended."""
        return self.process.poll() is None

    def wait(self, timeout: float | None = None) -> int:
        """Return the command's exit code, 128 and the signal's number where one ended it.

        Raises BuildError when `timeout` seconds pass.
        """
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise BuildError(f"still running after {timeout:g} s", where=f"process {self.pid}") from error
        return code if code >= 0 else 128 - code

    def send(self, number: int) -> None:
        """Send a signal to the command; nothing happens when it has ended."""
        self.process.send_signal(number)

    def stop(self, *, patience: float = 10.0) -> int:
        """End the command, by SIGTERM and after `patience` seconds by SIGKILL; return its exit code."""
        self.process.terminate()
        try:
            return self.wait(patience)
        except BuildError:
            self.process.kill()  # the command dies with its helper
            return self.wait()


def available(*, has_network: bool = True) -> str | None:
    """Return why namespaces cannot be used here, None when they can; one without a network on request.

    Tries it with an empty root; takes about 50 ms.
    """
    if sys.platform != "linux":
        return f"namespaces are Linux's, this is {sys.platform}"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        try:
            process = start(Path(folder), ["-"], env={}, is_probe=True, has_network=has_network)
        except BuildError as error:
            return error.message
        code = process.wait()
    return None if code == 0 else f"a trial ended with exit code {code}"


def run(
    root: Path, command: Sequence[str], *, env: Mapping[str, str], working_dir: str = "/", user: int = USER
) -> int:
    """Run a command to its end on this process's own streams and return its exit code.

    Signals that end this process are passed on while it waits. Raises as `start` does.
    """
    process = start(root, command, env=env, working_dir=working_dir, user=user)
    former = {
        number: signal.signal(number, lambda number, _: process.send(number)) for number in _passed_on()
    }
    try:
        return process.wait()
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def start(  # noqa: PLR0913 - each is one property of a container
    root: Path,
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    working_dir: str = "/",
    user: int = USER,
    writable: Sequence[str] = (),
    hostname: str = "bareboat",
    output: IO[bytes] | None = None,
    is_probe: bool = False,
    has_network: bool = True,
) -> Process:
    """Start a command in the image unpacked at `root` and return once it has been executed.

    Missing mount points are made in `root`, which is made readable by all. The folders `writable`, by
    their paths in the root, belong to the user and keep what is written to them. `output` takes both
    streams of the command; without it they are this process's own. The caller waits or stops.

    Raises InputError when `root` is no folder or the command is not in it, BuildError with the
    reason when the kernel refuses namespaces.
    """
    if not root.is_dir():
        raise InputError("not a folder", where=str(root))
    _make_mount_points(root)
    for path in writable:
        _give(root, path, user)
    told = specification(
        root,
        command,
        env=env,
        working_dir=working_dir,
        user=user,
        hostname=hostname,
        is_probe=is_probe,
        has_network=has_network,
        bounds=[(f"{root}{path}", path, True) for path in writable],
    )
    process, answer = launch(told, output)
    if answer:
        process.wait()
        raise failure(answer, root)
    return Process(process)


def _passed_on() -> tuple[signal.Signals, ...]:
    return (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)


def _give(root: Path, path: str, user: int) -> None:
    """Make a folder of the root the user's, with all in it; links on the way are refused.

    Without root's rights it is the caller's, who stands for the user.
    """
    folder = root
    for part in path.strip("/").split("/"):
        folder /= part
        if folder.is_symlink() or not folder.is_dir():
            raise InputError("no folder of the image that could be written to", where=path)
    if os.geteuid() == 0:
        give(folder, user)


def _make_mount_points(root: Path) -> None:
    # Links are left alone: one may lead out of the root, and the helper looks names up inside it.
    try:
        if root.stat().st_mode & 0o005 != 0o005:  # a scratch folder's 0700 would shut the image's user out
            root.chmod(0o755)
        for name in _MOUNT_POINTS:
            folder = root / name
            if not folder.is_symlink():
                folder.mkdir(mode=0o755, exist_ok=True)
        for name in _EMPTY_FILES:
            file = root / name
            if not (file.parent.is_symlink() or file.is_symlink() or file.exists()):
                file.touch(mode=0o644)
    except OSError as error:
        raise InputError(
            f"a mount point is missing and cannot be made: {error.strerror}",
            where=str(error.filename or root),
        ) from error
