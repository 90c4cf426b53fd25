"""Wheels that hold metadata alone, in the place of sources while uv resolves.

In the lock that comes out each is replaced by what it stood for.
"""

import base64
import hashlib
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct
from packaging.utils import canonicalize_name

__all__ = ["StandIn", "blocks", "name_of", "path", "put_back", "write"]

_BLOCK = "[[packages]]\n"
_NAME = re.compile(r'^name = "([^"]+)"', re.MULTILINE)


class StandIn(Struct, frozen=True):
    """Sources of one package: `block` is what a pylock.toml says of them, `metadata` lines of METADATA.

    Without a block the package is left out of the lock.
    """

    block: str
    name: str
    version: str
    metadata: str


def write(one: StandIn, folder: Path) -> Path:
    """Write a wheel for any machine that holds nothing but its metadata, and return it."""
    stem = _stem(one)
    files = {
        "METADATA": f"Metadata-Version: 2.1\nName: {one.name}\nVersion: {one.version}\n{one.metadata}\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: bareboat\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = []
    place = path(one, folder)
    with zipfile.ZipFile(place, "w") as archive:
        for name, text in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
            rows.append(f"{stem}.dist-info/{name},sha256={digest},{len(text.encode())}\n")
            archive.writestr(f"{stem}.dist-info/{name}", text)
        archive.writestr(f"{stem}.dist-info/RECORD", "".join([*rows, f"{stem}.dist-info/RECORD,,\n"]))
    return place


def path(one: StandIn, folder: Path) -> Path:
    """Return where the wheel of a package lies."""
    return folder / f"{_stem(one)}-py3-none-any.whl"


def _stem(one: StandIn) -> str:
    return f"{one.name.replace('-', '_')}-{one.version}"


def blocks(text: str) -> list[str]:
    """Return what a pylock.toml says of each package."""
    return text.split(_BLOCK)[1:]


def name_of(block: str) -> str:
    """Return the normalised name in a package's block, empty where there is none."""
    found = _NAME.search(block)
    return str(canonicalize_name(found[1])) if found is not None else ""


def put_back(text: str, found: Mapping[str, StandIn]) -> str:
    """Return the lock with the sources of each package where its stand-in was named."""
    head, *held = text.split(_BLOCK)
    put = []
    for block in held:
        one = found.get(name_of(block))
        if one is None:
            put.append(block)
            continue
        markers = [line for line in block.splitlines() if line.startswith("marker = ")]
        lines = [line for line in one.block.splitlines() if line.strip() and not line.startswith("marker = ")]
        at = next((at for at, line in enumerate(lines, 1) if line.startswith("version = ")), len(lines))
        if lines:
            put.append("\n".join([*lines[:at], *markers, *lines[at:]]) + "\n\n")
    return _BLOCK.join([head, *put]).rstrip("\n") + "\n"
