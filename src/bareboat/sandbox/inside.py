"""The helper process that builds a container out of namespaces and becomes the command in it.

Started by `launch` as a fresh single-threaded Python; talks to it over two pipes: a specification
as JSON comes in, and the first failure goes out as JSON. The outgoing pipe closes when the command
has been executed, which is how the caller knows that it runs.

Two processes: the outer one takes new user and mount namespaces and passes signals on; the inner
one is number 1 in its own process namespace, mounts, drops every right and executes, or supervises
the command where the specification has limits.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, NoReturn

from bareboat.sandbox import kernel, supervisor
from bareboat.sandbox.mounts import DEVICES, HOST_FILES, Bound, Sizes, bind, change_root, furnish
from bareboat.sandbox.steps import StepError, step

__all__ = ["main"]

_PASSED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
_SHARED = 64 << 20


def main(incoming: int, outgoing: int) -> NoReturn:
    """Carry out the specification read from `incoming`; exit as the command does."""
    os.set_inheritable(outgoing, False)
    code = 70
    try:
        with os.fdopen(incoming, "rb") as source:
            specification = json.loads(source.read())
        code = _outer(specification, outgoing)
    except StepError as stop:
        os.write(outgoing, stop.report)
    os._exit(code)


def _outer(specification: dict[str, Any], outgoing: int) -> int:
    root, bounds = _enter(specification)
    child = os.fork()
    if child == 0:
        try:
            _inner(specification, root, bounds, outgoing)
        except StepError as stop:
            os.write(outgoing, stop.report)
        finally:
            os._exit(70)
    os.close(outgoing)
    for number in _PASSED_ON:
        signal.signal(number, lambda number, _frame: os.kill(child, number))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _enter(specification: dict[str, Any]) -> tuple[int, list[Bound]]:
    """Become the user in a user namespace, with every capability there; open folders on the way.

    The host's user behind it is the same number where we are root, else whoever started us. Folders
    are opened between the two changes: their mounts must be of the new namespace, and the way to
    them may be closed to the user.
    """
    user = specification["user"]
    outside_user, outside_group = (user, user) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    spaces = kernel.CLONE_NEWUSER | kernel.CLONE_NEWNS | kernel.CLONE_NEWPID
    spaces |= kernel.CLONE_NEWUTS | kernel.CLONE_NEWIPC
    if not specification["has_network"]:
        spaces |= kernel.CLONE_NEWNET
    _unshare(spaces, user, outside_user, outside_group)
    with step("open the root folder"):
        root = os.open(specification["root"], os.O_PATH | os.O_DIRECTORY)
    bounds = []
    for source, target, is_writable in specification["bounds"]:
        with step(f"open {source}"):
            descriptor = os.open(source, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW)
        bounds.append(Bound(descriptor, target, is_writable))
    with step("become the user"):
        kernel.keep_capabilities()
        if outside_user == user:
            os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    return root, bounds


def _unshare(spaces: int, user: int, outside_user: int, outside_group: int) -> None:
    """Move into new namespaces in which `user` stands for the user and group outside."""
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
        with step("make the namespaces"):
            kernel.unshare(spaces)
    finally:
        os.write(ready, b"1")
        os.close(ready)
        number = os.waitstatus_to_exitcode(os.waitpid(mapper, 0)[1])
    if number:
        raise StepError("map the user", number, os.strerror(number))


def _write(file: str, text: str) -> None:
    target = os.open(file, os.O_WRONLY)
    try:
        os.write(target, text.encode())
    finally:
        os.close(target)


def _inner(specification: dict[str, Any], root: int, bounds: list[Bound], outgoing: int) -> NoReturn:
    limits = specification["limits"]
    with step("follow the parent"):
        kernel.die_with_parent()
    given = HOST_FILES if specification["has_network"] else ()
    host = {file: os.open(file, os.O_PATH) for file in given if Path(file).exists()}
    devices = {name: os.open(f"/dev/{name}", os.O_PATH) for name in DEVICES if Path("/dev", name).exists()}
    change_root(root)
    furnish(host, devices, Sizes(limits["temporary"], _SHARED) if limits else Sizes())
    for bound in bounds:
        bind(bound)
    with step("leave the host's files"):
        kernel.unmount(".", flags=kernel.MNT_DETACH)
    with step("name the machine"):
        kernel.name_machine(specification["hostname"])
    if specification["is_probe"]:
        os._exit(0)
    with step(f"enter {specification['working_dir']}"):
        os.chdir(specification["working_dir"])
    with step("drop every right"):
        kernel.drop_capabilities()
        kernel.lock_privileges()
        kernel.die_with_parent()
    if limits:
        supervisor.run(specification, outgoing, lambda: _execute(specification))
    _execute(specification)


def _execute(specification: dict[str, Any]) -> NoReturn:
    command, env = specification["command"], specification["env"]
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
    raise StepError(f"execute {program}", reason.errno or 0, reason.strerror or str(reason))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
