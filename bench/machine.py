"""What the figures were measured on."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from peers import Engine

__all__ = ["describe"]


def describe(engine: "Engine") -> dict[str, str]:
    """Return the machine and the versions that matter."""
    tools = Path(sys.executable).parent
    return {
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.1f} GB",
        "kernel": platform.release(),
        "system": system(),
        "Python": platform.python_version(),
        "Docker": engine.run("version", "--format", "{{.Server.Version}}"),
        "buildx": first(engine.run("buildx", "version"), r"\d+\.\d+\.\d+"),
        "uv": first(subprocess.check_output([tools / "uv", "--version"], text=True), r"\d+\.\d+\.\d+"),
        "load": f"{os.getloadavg()[0]:.1f}",
        "commit": commit(),
    }


def processor() -> str:
    text = Path("/proc/cpuinfo").read_text()
    match = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return match[1] if match else platform.machine()


def system() -> str:
    match = re.search(r'^PRETTY_NAME="?([^"\n]+)', Path("/etc/os-release").read_text(), re.MULTILINE)
    return match[1] if match else platform.system()


def commit() -> str:
    here = Path(__file__).parent
    done = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], cwd=here, check=False, capture_output=True, text=True
    )
    return done.stdout.strip() or "unknown"


def first(text: str, pattern: str) -> str:
    match = re.search(pattern, text)
    return match[0] if match else text.strip()
