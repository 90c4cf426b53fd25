"""The helper process that builds a container out of namespaces and becomes the command in it.

Started by `namespaces` as a fresh single-threaded Python; talks to it over two pipes: a
specification as JSON comes in, and the first failure goes out as JSON. The outgoing pipe closes
when the command has been executed, which is how the caller knows that it runs.

Two processes: the outer one takes new user and mount namespaces and passes signals on; the inner
one is number 1 in its own process namespace, mounts, drops every right and executes.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from bareboat.engine import kernel
from bareboat.errors import BuildError

__all__ = ["main"]

_HARMLESS = kernel.MS_NOSUID | kernel.MS_NODEV
_DEVICES = ("null", "zero", "full", "random", "urandom")
_STREAMS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
_HOST_FILES = ("/etc/resolv.conf", "/etc/hosts")
_PASSED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
# statvfs flag → mount flag: what the host has set on a file system may not be taken off
_LOCKED = {2: 2, 4: 4, 8: 8, 1024: 1024, 2048: 2048, 4096: 1 << 21}


class _StepError(BuildError):
    """A step that the kernel refused; `report` is what leaves this file, as a line of JSON."""

    def __init__(self, step: str, number: int, words: str) -> None:
        super().__init__(f"{step}: {words}")
        self.report = (step, number, words)


def main(incoming: int, outgoing: int) -> NoReturn:
    """Carry out the specification read from `incoming`; exit as the command does."""
    os.set_inheritable(outgoing, False)
    code = 70
    try:
        with os.fdopen(incoming, "rb") as source:
            specification = json.loads(source.read())
        code = _outer(specification, outgoing)
    except _StepError as stop:
        os.write(outgoing, json.dumps(stop.report).encode())
    os._exit(code)


@contextmanager
def _step(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _StepError(name, error.errno or 0, error.strerror or str(error)) from error


def _outer(specification: dict[str, Any], outgoing: int) -> int:
    root = _enter(specification["user"], specification["root"])
    child = os.fork()
    if child == 0:
        try:
            _inner(specification, root)
        except _StepError as stop:
            os.write(outgoing, json.dumps(stop.report).encode())
        finally:
            os._exit(70)
    os.close(outgoing)
    for number in _PASSED_ON:
        signal.signal(number, lambda number, _frame: os.kill(child, number))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _enter(user: int, folder: str) -> int:
    """Become `user` in a user namespace, with every capability there; open `folder` on the way.

    The host's user behind it is the same number where we are root, else whoever started us. The
    folder is opened between the two changes: its mount must be of the new namespace, and the way to
    it may be closed to `user`.
    """
    outside_user, outside_group = (user, user) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    here = os.getpid()
    asked, ready = os.pipe()
    mapper = os.fork()
    if mapper == 0:  # writes the maps from outside, as user_namespaces(7) demands
        os.close(ready)
        os.read(asked, 1)
        code = 0
        try:
            if outside_user != user:
                _write(f"/proc/{here}/setgroups", "deny")
            _write(f"/proc/{here}/gid_map", f"{user} {outside_group} 1")
            _write(f"/proc/{here}/uid_map", f"{user} {outside_user} 1")
        except OSError as error:
            code = error.errno or 1
        os._exit(code)
    os.close(asked)
    try:
        with _step("make the namespaces"):
            kernel.unshare(
                kernel.CLONE_NEWUSER
                | kernel.CLONE_NEWNS
                | kernel.CLONE_NEWPID
                | kernel.CLONE_NEWUTS
                | kernel.CLONE_NEWIPC
            )
    finally:
        os.write(ready, b"1")
        os.close(ready)
        number = os.waitstatus_to_exitcode(os.waitpid(mapper, 0)[1])
    if number:
        raise _StepError("map the user", number, os.strerror(number))
    with _step("open the root folder"):
        root = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    with _step("become the user"):
        kernel.keep_capabilities()
        if outside_user == user:
            os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    return root


def _write(file: str, text: str) -> None:
    target = os.open(file, os.O_WRONLY)
    try:
        os.write(target, text.encode())
    finally:
        os.close(target)


def _inner(specification: dict[str, Any], root: int) -> NoReturn:
    with _step("follow the parent"):
        kernel.die_with_parent()
    host = {file: os.open(file, os.O_PATH) for file in _HOST_FILES if Path(file).exists()}
    devices = {name: os.open(f"/dev/{name}", os.O_PATH) for name in _DEVICES if Path("/dev", name).exists()}
    _change_root(root)
    _furnish(host, devices)
    with _step("leave the host's files"):
        kernel.unmount(".", flags=kernel.MNT_DETACH)
    with _step("name the machine"):
        kernel.name_machine(specification["hostname"])
    if specification["is_probe"]:
        os._exit(0)
    with _step(f"enter {specification['working_dir']}"):
        os.chdir(specification["working_dir"])
    with _step("drop every right"):
        kernel.drop_capabilities()
        kernel.lock_privileges()
        kernel.die_with_parent()
    _execute(specification["command"], specification["env"])


def _change_root(root: int) -> None:
    """Make the folder behind the descriptor `root` a read-only root; the old one stays on top."""
    with _step("make the mounts private"):
        kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    stage = next(folder for folder in ("/tmp", "/mnt", "/var", "/") if Path(folder).is_dir())  # noqa: S108
    new = f"{stage}/root"
    with _step("bind the root folder"):
        kernel.mount("tmpfs", stage, "tmpfs", flags=_HARMLESS, options="mode=700,size=64k")
        Path(new).mkdir()
        kernel.mount(f"/proc/self/fd/{root}", new, flags=kernel.MS_BIND | kernel.MS_REC)
        set_on_host = os.statvfs(new).f_flag
        kept = sum(flag for bit, flag in _LOCKED.items() if set_on_host & bit)
        remount = kernel.MS_BIND | kernel.MS_REMOUNT | kernel.MS_RDONLY
        kernel.mount("none", new, flags=remount | _HARMLESS | kept)
    with _step("change the root"):
        os.chdir(new)
        kernel.pivot_root(".", ".")


def _furnish(host: dict[str, int], devices: dict[str, int]) -> None:
    """Mount what a container has: /proc, /tmp, a small /dev, the host's names and addresses.

    Paths are looked up in the new root, so that a link in the image leads nowhere outside.
    """
    with _step("mount /proc"):
        kernel.mount("proc", "/proc", "proc", flags=_HARMLESS | kernel.MS_NOEXEC)
    with _step("mount /tmp"):
        kernel.mount("tmpfs", "/tmp", "tmpfs", flags=_HARMLESS, options="mode=1777")  # noqa: S108
    with _step("mount /dev"):
        kernel.mount("tmpfs", "/dev", "tmpfs", flags=kernel.MS_NOSUID, options="mode=755,size=64k")
        for name, descriptor in devices.items():
            os.close(os.open(f"/dev/{name}", os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o666))
            kernel.mount(f"/proc/self/fd/{descriptor}", f"/dev/{name}", flags=kernel.MS_BIND)
        for name, target in _STREAMS.items():
            Path(f"/dev/{name}").symlink_to(target)
        Path("/dev/shm").mkdir()  # noqa: S108
        kernel.mount("tmpfs", "/dev/shm", "tmpfs", flags=_HARMLESS, options="mode=1777")  # noqa: S108
        remount = kernel.MS_BIND | kernel.MS_REMOUNT | kernel.MS_RDONLY
        kernel.mount("none", "/dev", flags=remount | kernel.MS_NOSUID | kernel.MS_NOEXEC)
    for file, descriptor in host.items():
        if Path(file).is_file():
            with _step(f"bind {file}"):
                kernel.mount(f"/proc/self/fd/{descriptor}", file, flags=kernel.MS_BIND)


def _execute(command: list[str], env: dict[str, str]) -> NoReturn:
    for number in _PASSED_ON:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.umask(0o022)
    program = command[0]
    found = (
        [program] if "/" in program else [f"{folder}/{program}" for folder in env.get("PATH", "").split(":")]
    )
    reason: OSError = FileNotFoundError(2, os.strerror(2))
    for candidate in found:
        try:
            os.execve(candidate, command, env)  # noqa: S606
        except FileNotFoundError:
            continue
        except OSError as error:
            reason = error
    raise _StepError(f"execute {program}", reason.errno or 0, reason.strerror or str(reason))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
