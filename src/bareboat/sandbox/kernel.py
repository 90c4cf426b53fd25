"""The few system calls that Python 3.11 has no function for, by ctypes on the C library.

Each raises OSError with the kernel's own number. Spec: Linux man-pages 6, section 2.
"""

import ctypes
import os

__all__ = [
    "CLONE_NEWIPC",
    "CLONE_NEWNET",
    "CLONE_NEWNS",
    "CLONE_NEWPID",
    "CLONE_NEWUSER",
    "CLONE_NEWUTS",
    "MNT_DETACH",
    "MS_BIND",
    "MS_NODEV",
    "MS_NOEXEC",
    "MS_NOSUID",
    "MS_PRIVATE",
    "MS_RDONLY",
    "MS_REC",
    "MS_REMOUNT",
    "die_with_parent",
    "drop_capabilities",
    "filter_calls",
    "hide",
    "keep_capabilities",
    "lock_privileges",
    "mount",
    "name_machine",
    "pivot_root",
    "unmount",
    "unshare",
]

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_KEEPCAPS = 8
_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522
_SIGKILL = 9
_EINVAL = 22
# syscall numbers: glibc has no wrapper for pivot_root
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mount.argtypes = (
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_ulong,
    ctypes.c_char_p,
)
_libc.umount2.argtypes = (ctypes.c_char_p, ctypes.c_int)
_libc.prctl.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong)


def _check(result: int, subject: str = "") -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), subject or None)


def unshare(flags: int) -> None:
    """Move this process (for process ids: its children) into new namespaces."""
    _check(_libc.unshare(ctypes.c_int(flags)))


def mount(source: str, target: str, kind: str = "", *, flags: int = 0, options: str = "") -> None:
    """Mount `source` at `target`."""
    _check(
        _libc.mount(source.encode(), target.encode(), kind.encode() or None, flags, options.encode() or None),
        target,
    )


def unmount(target: str, *, flags: int = 0) -> None:
    """Unmount what is at `target`."""
    _check(_libc.umount2(target.encode(), flags), target)


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root and put the former one at `old`; the two may be the same folder."""
    number = _PIVOT_ROOT.get(os.uname().machine)
    if number is None:
        raise OSError(_EINVAL, f"pivot_root is not known for {os.uname().machine}")
    _check(_libc.syscall(ctypes.c_long(number), ctypes.c_char_p(new.encode()), ctypes.c_char_p(old.encode())))


def name_machine(name: str) -> None:
    """Set the host name of this process's namespace."""
    _check(_libc.sethostname(ctypes.c_char_p(name.encode()), ctypes.c_size_t(len(name.encode()))))


def keep_capabilities() -> None:
    """Let capabilities outlive the change to another user."""
    _check(_libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0))


def die_with_parent() -> None:
    """Ask for SIGKILL when the parent ends; a change of user clears this."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0))


def drop_capabilities() -> None:
    """Give up every capability, in each of the five sets."""
    last = 0
    while _libc.prctl(_PR_CAPBSET_DROP, last, 0, 0, 0) == 0:
        last += 1
    if ctypes.get_errno() != _EINVAL:  # EINVAL marks the first number that the kernel does not know
        _check(-1, f"capability {last}")
    _check(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    empty = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(header, empty))


def lock_privileges() -> None:
    """Make sure that no program started from here gains privileges."""
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def hide() -> None:
    """Keep other processes of the same user from tracing this one; executing a program undoes it."""
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_char_p))


def filter_calls(program: bytes) -> None:
    """Let a filter (BPF, 8 bytes a line) judge every system call from now on; nothing takes it off."""
    held = _Program(len(program) // 8, program)
    _check(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(held), 0, 0))
