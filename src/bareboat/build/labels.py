"""The labels of an image: what it is, which revision it was made of, under which licence.

Spec: OCI image-spec 1.1, annotations.md, "Pre-Defined Annotation Keys".
"""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bareboat.build.checkout import git
from bareboat.project.project import Project
from bareboat.project.read import FOLDER

__all__ = ["labels"]

_PREFIX = "org.opencontainers.image"
_SHORT = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w-]+(?:\.[\w-]+)+):(?P<path>[^/\\].*)")  # git@host:owner/name
_SCHEMES = {"https", "http", "ssh", "git", "git+ssh"}


def labels(project: Project, version: str, environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the labels that the folder gives, by name; empty values are left out.

    What git says of a folder counts only where it tracks its files: an ignored copy inside
    another repository is none of that one's revisions.
    """
    is_tracked = project.files.origin == "git"
    name = project.name  # a folder's is whatever this copy of the project is called
    found = {
        "title": name.value if name is not None and name.where != FOLDER else "",
        "version": version,
        "description": project.description.value if project.description is not None else "",
        "licenses": project.license.value if project.license is not None else "",
        "revision": git(project.folder, environ, "rev-parse", "HEAD") if is_tracked else "",
        "source": _source(project.folder, environ) if is_tracked else "",
    }
    return tuple((f"{_PREFIX}.{name}", value) for name, value in sorted(found.items()) if value)


def _source(folder: Path, environ: Mapping[str, str]) -> str:
    """Return where the repository can be read, as an https address, the same for every clone.

    Whether one cloned by ssh or https, with which name and password, is nobody's concern; a
    folder of this machine is no address.
    """
    url = git(folder, environ, "config", "--get", "remote.origin.url")
    short = _SHORT.fullmatch(url)
    if short is not None:
        host, path, scheme = short["host"], short["path"], "https"
    else:
        try:
            parts = urlsplit(url)
            held = parts.hostname, parts.port
        except ValueError:
            return ""
        if parts.scheme not in _SCHEMES or not held[0]:
            return ""
        scheme = "http" if parts.scheme == "http" else "https"
        keeps_port = parts.scheme in {"http", "https"} and held[1]
        host, path = f"{held[0]}:{held[1]}" if keeps_port else held[0], parts.path
    return f"{scheme}://{host}/{path.strip('/').removesuffix('.git')}"
