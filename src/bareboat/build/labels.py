"""The labels of an image: what it is, which revision it was made of, under which licence.

Spec: OCI image-spec 1.1, annotations.md, "Pre-Defined Annotation Keys".
"""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from bareboat.net.redact import redact
from bareboat.project.project import Project

__all__ = ["labels"]

_PREFIX = "org.opencontainers.image"


def labels(project: Project, version: str, environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the labels that the folder gives, by name; empty values are left out."""
    found = {
        "title": project.name.value if project.name is not None else "",
        "version": version,
        "description": project.description.value if project.description is not None else "",
        "licenses": project.license.value if project.license is not None else "",
        "revision": _git(project.folder, environ, "rev-parse", "HEAD"),
        "source": redact(_git(project.folder, environ, "config", "--get", "remote.origin.url")),
    }
    return tuple((f"{_PREFIX}.{name}", value) for name, value in sorted(found.items()) if value)


def _git(folder: Path, environ: Mapping[str, str], *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            env={**environ, "GIT_OPTIONAL_LOCKS": "0"},
            capture_output=True,
            check=False,
            timeout=20,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""
