"""The files of a site-packages, as each distribution's RECORD lists them."""

import csv
import hashlib
import re
from base64 import urlsafe_b64encode
from pathlib import Path

__all__ = ["OWN", "SOURCES", "Files", "files", "sha256"]

OWN = ("INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "uv_cache.json", "uv_build.json")
"""What each installer writes for itself."""
SOURCES = "docopt"
"""The package of the projects that tools lock that has no wheel."""

Files = dict[str, dict[str, str]]


def files(site: Path) -> Files:
    """Return the sha256 of every file that each distribution's RECORD lists, by name and path."""
    found: Files = {}
    for listed in sorted(site.glob("*.dist-info/RECORD")):
        name = re.sub(r"[-_.]+", "-", listed.parent.name.partition("-")[0]).lower()
        for path, stated, _ in csv.reader(listed.read_text(encoding="utf-8").splitlines()):
            base = path.rpartition("/")[2]
            if path.startswith("../../../bin/") or path.endswith(".pyc") or base in OWN:
                continue
            digest = sha256((site / path).read_bytes())
            assert stated == f"sha256={digest}", (name, path)
            found.setdefault(name, {})[path] = digest
    return without_build(found)


def without_build(found: Files) -> Files:
    """Leave of what was built from sources its modules: the rest tells the build's tools, too."""
    if SOURCES in found:
        found[SOURCES] = {path: one for path, one in found[SOURCES].items() if path.endswith(".py")}
    return found


def sha256(data: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
