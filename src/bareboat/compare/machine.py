"""What figures were measured on: processor, memory, system; empty where this machine does not say."""

import os
import platform
import re
from contextlib import suppress
from pathlib import Path

from bareboat.compare.result import Machine

__all__ = ["describe"]


def describe(root: Path = Path("/")) -> Machine:
    """Return this machine's facts, read below `root`."""
    processor = _found(root / "proc/cpuinfo", r"^model name\s*:\s*(.+)$") or platform.machine()
    memory = _found(root / "proc/meminfo", r"^MemTotal:\s*(\d+) kB")
    return Machine(
        processor=" ".join(processor.split()),
        cores=os.cpu_count() or 1,
        memory=int(memory or 0) * 1024,
        system=_found(root / "etc/os-release", r'^PRETTY_NAME="?([^"\n]+)') or platform.system(),
        kernel=platform.release(),
    )


def _found(file: Path, pattern: str) -> str:
    with suppress(OSError):
        match = re.search(pattern, file.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
        return match[1] if match else ""
    return ""
