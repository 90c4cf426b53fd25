"""The file system of a sandbox: a read-only root, bound folders, what every container has.

Paths are looked up in the new root, so that a link in it leads nowhere outside.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from bareboat.sandbox import kernel
from bareboat.sandbox.steps import step

__all__ = ["DEVICES", "HOST_FILES", "Bound", "Sizes", "bind", "change_root", "furnish"]

DEVICES = ("null", "zero", "full", "random", "urandom")
HOST_FILES = ("/etc/resolv.conf", "/etc/hosts")

_HARMLESS = kernel.MS_NOSUID | kernel.MS_NODEV
_STREAMS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2"}
# statvfs flag → mount flag: what the host has set on a file system may not be taken off
_LOCKED = {2: 2, 4: 4, 8: 8, 1024: 1024, 2048: 2048, 4096: 1 << 21}


@dataclass(frozen=True, slots=True)
class Bound:
    """A folder of the host, held open as `descriptor`, that stands at `target` in the root."""

    descriptor: int
    target: str
    is_writable: bool


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes that /tmp and /dev/shm may hold; 0 for the kernel's own bound, half of the memory."""

    temporary: int = 0
    shared: int = 0

    def options(self, size: int) -> str:
        """Return the mount options of a tmpfs of `size` that all may write to."""
        return f"mode=1777,size={size},nr_inodes={max(size >> 12, 1024)}" if size else "mode=1777"


def change_root(root: int) -> None:
    """Make the folder behind the descriptor `root` a read-only root; the old one stays on top."""
    with step("make the mounts private"):
        kernel.mount("none", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    stage = next(folder for folder in ("/tmp", "/mnt", "/var", "/") if Path(folder).is_dir())  # noqa: S108
    new = f"{stage}/root"
    with step("bind the root folder"):
        kernel.mount("tmpfs", stage, "tmpfs", flags=_HARMLESS, options="mode=700,size=64k")
        Path(new).mkdir()
        kernel.mount(f"/proc/self/fd/{root}", new, flags=kernel.MS_BIND | kernel.MS_REC)
        _close(new, kernel.MS_RDONLY)
    with step("change the root"):
        os.chdir(new)
        kernel.pivot_root(".", ".")


def bind(bound: Bound) -> None:
    """Mount a folder of the host where the root has an empty one; /proc is there already."""
    with step(f"bind {bound.target}"):
        kernel.mount(f"/proc/self/fd/{bound.descriptor}", bound.target, flags=kernel.MS_BIND | kernel.MS_REC)
        _close(bound.target, 0 if bound.is_writable else kernel.MS_RDONLY)


def _close(target: str, flags: int) -> None:
    """Forbid devices and set-user-id at a mount, and what `flags` say, beside what the host forbids."""
    set_on_host = os.statvfs(target).f_flag
    kept = sum(flag for bit, flag in _LOCKED.items() if set_on_host & bit)
    kernel.mount("none", target, flags=kernel.MS_BIND | kernel.MS_REMOUNT | _HARMLESS | kept | flags)


def furnish(host: dict[str, int], devices: dict[str, int], sizes: Sizes) -> None:
    """Mount what a container has: /proc, /tmp, a small /dev, and `host` files by their paths."""
    with step("mount /proc"):
        kernel.mount("proc", "/proc", "proc", flags=_HARMLESS | kernel.MS_NOEXEC)
    with step("mount /tmp"):
        kernel.mount("tmpfs", "/tmp", "tmpfs", flags=_HARMLESS, options=sizes.options(sizes.temporary))  # noqa: S108
    with step("mount /dev"):
        kernel.mount("tmpfs", "/dev", "tmpfs", flags=kernel.MS_NOSUID, options="mode=755,size=64k")
        for name, descriptor in devices.items():
            os.close(os.open(f"/dev/{name}", os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o666))
            kernel.mount(f"/proc/self/fd/{descriptor}", f"/dev/{name}", flags=kernel.MS_BIND)
        for name, target in _STREAMS.items():
            Path(f"/dev/{name}").symlink_to(target)
        Path("/dev/shm").mkdir()  # noqa: S108
        shared = sizes.options(sizes.shared)
        kernel.mount("tmpfs", "/dev/shm", "tmpfs", flags=_HARMLESS, options=shared)  # noqa: S108
        remount = kernel.MS_BIND | kernel.MS_REMOUNT | kernel.MS_RDONLY
        kernel.mount("none", "/dev", flags=remount | kernel.MS_NOSUID | kernel.MS_NOEXEC)
    for file, descriptor in host.items():
        if Path(file).is_file():
            with step(f"bind {file}"):
                kernel.mount(f"/proc/self/fd/{descriptor}", file, flags=kernel.MS_BIND)
