"""Number 1 of a confined command's process namespace: sets limits, watches, ends all of it.

The command is its child. When the child ends, when it has gone too far, or when the caller has gone
away (the other end of a pipe closes), this process exits, and the kernel kills whatever is left in
the namespace. It has no rights, and the processes that it watches cannot trace it.
"""

import json
import os
import resource
import select
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from bareboat.sandbox import kernel, seccomp
from bareboat.sandbox.steps import StepError, step

__all__ = ["run"]

_TICK = 0.2
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ENDED = 137


def run(specification: dict[str, Any], outgoing: int, execute: Callable[[], NoReturn]) -> NoReturn:
    """Start `execute` in a child under the limits of the specification; exit as the child does.

    `lifeline` of the specification is a descriptor that closes when the caller has gone, `verdict`
    one that takes the reason, as JSON, where a limit that is watched here was passed.
    """
    lifeline, verdict = specification["lifeline"], specification["verdict"]
    for descriptor in (lifeline, verdict):
        os.set_inheritable(descriptor, False)
    with step("hide the supervisor"):
        kernel.hide()
    child = os.fork()
    if child == 0:
        try:
            _confine(specification["limits"])
            execute()
        except StepError as stop:
            os.write(outgoing, stop.report)
        finally:
            os._exit(70)
    os.close(outgoing)
    os._exit(_watched(child, specification, lifeline, verdict))


def _confine(limits: dict[str, Any]) -> None:
    with step("leave the session"):
        os.setsid()
    with step("set limits"):
        for kind, value in (
            (resource.RLIMIT_AS, limits["address_space"]),
            (resource.RLIMIT_NPROC, limits["processes"]),
            (resource.RLIMIT_CPU, limits["cpu"]),
            (resource.RLIMIT_FSIZE, limits["file_size"]),
            (resource.RLIMIT_NOFILE, limits["open_files"]),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_MEMLOCK, 0),
        ):
            _, hard = resource.getrlimit(kind)
            least = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (least, least))
    filtered = seccomp.program(os.uname().machine)
    if filtered:
        with step("filter system calls"):
            kernel.filter_calls(filtered)


def _watched(child: int, specification: dict[str, Any], lifeline: int, verdict: int) -> int:
    """Return the exit code of `child`, 137 where something else ended it."""
    limits = specification["limits"]
    written = [target for _, target, is_writable in specification["bounds"] if is_writable]
    free = {target: _free(target) for target in written}
    ended = os.pidfd_open(child)
    while True:
        ready, _, _ = select.select([lifeline, ended], [], [], _TICK)
        if lifeline in ready:
            return _ENDED
        code = _reaped(child)
        if code is not None:
            return code
        used = _memory()
        if used > limits["memory"]:
            return _over(verdict, "memory", used)
        lost = max((free[target] - _free(target) for target in written), default=0)
        if lost > limits["disk"]:
            return _over(verdict, "disk", lost)


def _over(verdict: int, what: str, amount: int) -> int:
    os.write(verdict, json.dumps([what, amount]).encode())
    return _ENDED


def _reaped(child: int) -> int | None:
    """Take in every process that has ended; return the exit code of `child` once it is among them."""
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == child:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
            if pid == 0:
                return None
    return None


def _memory() -> int:
    """Return the bytes that all processes here hold for themselves, as the kernel counts them."""
    total = 0
    for name in os.listdir("/proc"):  # noqa: PTH208 - names alone, five times a second
        if name.isdigit():
            with suppress(OSError, ValueError, IndexError), open(f"/proc/{name}/statm", "rb") as file:  # noqa: PTH123
                fields = file.read().split()
                total += max(int(fields[1]) - int(fields[2]), 0)
    return total * _PAGE


def _free(target: str) -> int:
    with suppress(OSError):
        found = os.statvfs(target)
        return found.f_bavail * found.f_frsize
    return 0
