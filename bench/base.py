"""The stand-in for python:3.13-slim, made from the Debian archive where no registry is in reach.

Made like the official slim images: no manual pages, documentation or locales, apt's docker-clean
settings, links in /usr/local/bin, no .pyc files in the standard library. Kept in the work folder.
"""

import os
import re
import subprocess
from pathlib import Path

__all__ = ["NAME", "SUITE", "ensure"]

NAME = "python:3.13-slim"
SUITE = "trixie"
PACKAGES = ("ca-certificates", "python3", "python3-venv", "python3-pip")
_SLIM = (
    "/usr/share/doc/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
    "/usr/share/man/*",
    "/usr/share/lintian/*",
)
_KEPT = ("/usr/share/doc/*/copyright", "/usr/share/locale/locale.alias")
_DOCKER_CLEAN = (
    'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };\n'
    'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\nAcquire::Languages "none";\n'
    'Acquire::GzipIndexes "true";\nApt::AutoRemove::SuggestsImportant "false";\n'
)


def ensure(work: Path, docker: list[str], env: dict[str, str]) -> int:
    """Import the base into Docker, made first if need be; return its uncompressed bytes."""
    archive = work / f"python-3.13-slim-{SUITE}.tar"
    if not archive.exists():
        make(archive)
    listed = subprocess.run([*docker, "image", "inspect", NAME], check=False, capture_output=True, env=env)
    if listed.returncode != 0:
        subprocess.run(
            [*docker, "import", "--change", 'CMD ["python3"]', str(archive), NAME], check=True, env=env
        )
    return archive.stat().st_size


def make(archive: Path) -> None:
    """Make the root with mmdebstrap from the host's own mirror."""
    rules = [
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in _SLIM),
        *(f"--dpkgopt=path-include={pattern}" for pattern in _KEPT),
    ]
    hooks = [
        'find "$1/usr/lib" -name __pycache__ -type d -prune -exec rm -rf {} +',
        'for n in python python3 python3.13; do ln -sf /usr/bin/python3.13 "$1/usr/local/bin/$n"; done',
        'ln -sf /usr/bin/pip3 "$1/usr/local/bin/pip"',
        f"printf %s '{_DOCKER_CLEAN}' > \"$1/etc/apt/apt.conf.d/docker-clean\"",
    ]
    partial = archive.with_suffix(".part.tar")
    subprocess.run(
        [
            "mmdebstrap",
            "--quiet",
            "--variant=minbase",
            f"--include={','.join(PACKAGES)}",
            *rules,
            *(f"--customize-hook={hook}" for hook in hooks),
            SUITE,
            str(partial),
            mirror(),
        ],
        check=True,
    )
    os.replace(partial, archive)  # noqa: PTH105 - atomic


def mirror() -> str:
    """Return the host's Debian mirror, out of its apt sources."""
    folder = Path("/etc/apt")
    for file in [*sorted(folder.glob("sources.list.d/*.sources")), folder / "sources.list"]:
        text = file.read_text() if file.is_file() else ""
        for pattern in (r"^URIs:\s*(\S+/debian/?)\s*$", r"^deb\s+(?:\[.*?\]\s*)?(\S+/debian/?)\s"):
            if (match := re.search(pattern, text, re.MULTILINE)) is not None:
                return match[1]
    raise SystemExit("bench: no Debian mirror in the host's apt sources")
