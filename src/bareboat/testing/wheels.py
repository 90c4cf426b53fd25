"""Wheels for tests, made byte by byte with the standard library: sound ones, and one defect each."""

import base64
import hashlib
import io
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct, field

__all__ = ["Defect", "Wheel", "make", "write"]

_DATE = (1980, 1, 1, 0, 0, 0)


class Defect(StrEnum):
    """One thing that is wrong with a wheel which is sound otherwise."""

    ABSOLUTE = "a member with an absolute name"
    BACKSLASH = "a member with a backslash in its name"
    BOMB_MEMBER = "a large member that shrinks a thousandfold"
    CONTROL = "a member with a control character in its name"
    CRC = "a member whose CRC is another's"
    CUT_MEMBER = "a member whose compressed bytes end early"
    DEVICE = "a member that is a device"
    DRIVE = "a member with the name of a drive"
    DUPLICATE = "two members of one name"
    ENCRYPTED = "a member marked as encrypted"
    ESCAPE = "a member that climbs out of the root"
    HASH = "a member with other bytes than RECORD says"
    LOCAL_NAME = "a member with another name in its own header"
    METADATA_NAME = "METADATA with another name"
    METADATA_VERSION = "METADATA with another version"
    METHOD = "a member compressed by bzip2"
    NOT_A_ZIP = "no zip at all"
    NO_DIST_INFO = "no .dist-info folder"
    NO_METADATA = "no METADATA"
    NO_RECORD = "no RECORD"
    NO_WHEEL = "no WHEEL"
    OTHER_DIST_INFO = "a .dist-info folder of another name"
    OVERLAP = "two members that share their bytes"
    RECORD_FORM = "RECORD with a line of two fields"
    RECORD_MISSING = "a member that RECORD does not list"
    RECORD_SIZE = "RECORD with another size"
    RECORD_UNHASHED = "a member without a hash in RECORD"
    RECORD_WEAK = "RECORD with an md5 hash"
    SCHEME = "an unknown scheme in .data"
    SYMLINK = "a member that is a symbolic link"
    TRUNCATED = "an archive cut in the middle"
    TWO_DIST_INFO = "two .dist-info folders"
    UNDERSTATED = "a member that unpacks to more than it declares"
    WHEEL_VERSION = "a wheel version of the future"


class _Archive(Struct):
    """Members to be zipped: name, bytes, permission bits; and what to falsify afterwards."""

    members: list[tuple[str, bytes, int]] = field(default_factory=list)

    def zipped(self, *, compress: bool) -> bytes:
        out = io.BytesIO()
        method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
        with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as archive:
            warnings.simplefilter("ignore")  # duplicates are made on purpose
            for name, data, mode in self.members:
                info = zipfile.ZipInfo("x", _DATE)
                info.filename = name  # past the constructor, which would mend some names
                info.external_attr = mode << 16
                info.compress_type = method
                archive.writestr(info, data)
        return out.getvalue()


class Wheel(Struct, frozen=True):
    """A wheel's file name and its bytes."""

    filename: str
    data: bytes


def make(  # noqa: PLR0913 # a wheel has as many parts
    name: str = "demo",
    version: str = "1.0",
    files: Mapping[str, bytes | str] | None = None,
    *,
    tag: str = "py3-none-any",
    purelib: bool = True,
    commands: Mapping[str, str] | None = None,
    requires: Iterable[str] = (),
    requires_python: str = "",
    executable: Iterable[str] = (),
    dist_info: Mapping[str, bytes | str] | None = None,
    compress: bool = True,
    defect: Defect | None = None,
) -> Wheel:
    """Return a wheel of `files` by their names in it, with `commands` as console scripts.

    `dist_info` adds or replaces files of the .dist-info folder. The same arguments give the same
    bytes for one version of zlib.
    """
    folder = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += f"Requires-Python: {requires_python}\n" if requires_python else ""
    metadata += "".join(f"Requires-Dist: {each}\n" for each in requires)
    scripts = "".join(f"{key} = {value}\n" for key, value in (commands or {}).items())
    held: dict[str, bytes | str] = {
        **(files if files is not None else {"demo/__init__.py": "answer = 42\n"}),
        f"{folder}/METADATA": metadata,
        f"{folder}/WHEEL": (
            f"Wheel-Version: 1.0\nGenerator: bareboat-testing\n"
            f"Root-Is-Purelib: {str(purelib).lower()}\nTag: {tag}\n"
        ),
        **({f"{folder}/entry_points.txt": f"[console_scripts]\n{scripts}"} if scripts else {}),
        **{f"{folder}/{key}": value for key, value in (dist_info or {}).items()},
    }
    marked = set(executable)
    archive = _Archive()
    for key, value in held.items():
        data = value.encode() if isinstance(value, str) else value
        mode = stat.S_IFREG | (0o755 if key in marked else 0o644)
        archive.members.append((key, data, mode))
    _spoil_members(archive, folder, defect)
    if defect is not Defect.NO_RECORD and f"{folder}/RECORD" not in held:
        record = _record(archive, folder, defect)
        archive.members.append((f"{folder}/RECORD", record, stat.S_IFREG | 0o644))
    _spoil_last(archive, folder, defect)
    spoiled = _spoiled(archive.zipped(compress=compress), defect)
    return Wheel(f"{name}-{version}-{tag}.whl", spoiled)


def write(wheel: Wheel, folder: Path) -> Path:
    """Write `wheel` into `folder` under its own name and return the path."""
    path = folder / wheel.filename
    path.write_bytes(wheel.data)
    return path


def _record(archive: _Archive, folder: str, defect: Defect | None) -> bytes:
    lines = []
    for name, data, _ in archive.members:
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        quoted = f'"{name}"' if "," in name else name
        lines.append(f"{quoted},sha256={digest},{len(data)}")
    first = archive.members[0][0]
    size = len(archive.members[0][1])
    replaced = {
        Defect.RECORD_FORM: f"{first},sha256=",
        Defect.RECORD_SIZE: f"{first},sha256={'A' * 43},{size + 1}",
        Defect.RECORD_UNHASHED: f"{first},,{size}",
        Defect.RECORD_WEAK: f"{first},md5={'A' * 22},{size}",
        Defect.HASH: f"{first},sha256={'A' * 43},{size}",
        Defect.UNDERSTATED: f"{lines[0].rpartition(',')[0]},",
    }
    if defect in replaced:
        lines[0] = replaced[defect]
    if defect is Defect.RECORD_MISSING:
        del lines[0]
    return "\n".join([*lines, f"{folder}/RECORD,,", ""]).encode()


_NAMES = {
    Defect.ESCAPE: "../escaped.py",
    Defect.ABSOLUTE: "/etc/absolute.py",
    Defect.BACKSLASH: "demo\\escaped.py",
    Defect.DRIVE: "C:escaped.py",
    Defect.CONTROL: "demo/con\ntrol.py",
    Defect.SCHEME: "demo-1.0.data/elsewhere/file",
}


def _spoil_members(archive: _Archive, folder: str, defect: Defect | None) -> None:
    """Change what RECORD will list."""
    regular = stat.S_IFREG | 0o644
    if defect in _NAMES:
        archive.members.insert(0, (_NAMES[defect], b"x\n", regular))
    elif defect is Defect.SYMLINK:
        archive.members.insert(0, ("demo/link.py", b"/etc/passwd", stat.S_IFLNK | 0o777))
    elif defect is Defect.DEVICE:
        archive.members.insert(0, ("demo/device", b"", stat.S_IFCHR | 0o644))
    elif defect is Defect.BOMB_MEMBER:
        archive.members.insert(0, ("demo/bomb", bytes(40 << 20), regular))
    elif defect is Defect.TWO_DIST_INFO:
        archive.members.append(("other-1.0.dist-info/METADATA", b"Name: other\n", regular))
    missing = {Defect.NO_METADATA: f"{folder}/METADATA", Defect.NO_WHEEL: f"{folder}/WHEEL"}
    archive.members = [each for each in archive.members if defect is None or each[0] != missing.get(defect)]
    texts = {
        Defect.METADATA_NAME: (b"\nName: ", b"\nName: other-"),
        Defect.METADATA_VERSION: (b"\nVersion: ", b"\nVersion: 9"),
        Defect.WHEEL_VERSION: (b"Wheel-Version: 1.0", b"Wheel-Version: 2.0"),
    }
    if defect in texts:
        archive.members = [
            (name, data.replace(*texts[defect]) if name.startswith(folder) else data, mode)
            for name, data, mode in archive.members
        ]


def _spoil_last(archive: _Archive, folder: str, defect: Defect | None) -> None:
    """Change what RECORD does not see."""
    if defect is Defect.DUPLICATE:
        archive.members.append(archive.members[0])
    elif defect is Defect.OTHER_DIST_INFO:
        archive.members = [
            (each[0].replace(folder, "other-1.0.dist-info"), *each[1:]) for each in archive.members
        ]
    elif defect is Defect.NO_DIST_INFO:
        archive.members = [each for each in archive.members if not each[0].startswith(folder)]


def _spoiled(data: bytes, defect: Defect | None) -> bytes:
    """Change bytes of the finished archive; the first member stands at its start."""
    if defect is Defect.NOT_A_ZIP:
        return b"this is no archive\n"
    if defect is Defect.TRUNCATED:
        return data[: len(data) // 2]
    changed = bytearray(data)
    central = struct.unpack_from("<I", data, data.rindex(b"PK\5\6") + 16)[0]
    packed = struct.unpack_from("<I", data, central + 20)[0]
    if defect is Defect.ENCRYPTED:
        changed[central + 8] |= 1
    elif defect is Defect.METHOD:
        changed[central + 10] = zipfile.ZIP_BZIP2
    elif defect is Defect.CRC:
        struct.pack_into("<I", changed, central + 16, zlib.crc32(b"another"))
    elif defect is Defect.LOCAL_NAME:
        changed[30] ^= 1
    elif defect is Defect.UNDERSTATED:
        _restate(changed, central)
    elif defect is Defect.CUT_MEMBER:
        struct.pack_into("<I", changed, central + 20, packed - 1)
    elif defect is Defect.OVERLAP:
        second = changed.index(b"PK\1\2", central + 4)
        struct.pack_into("<I", changed, second + 42, 0)
    return bytes(changed)


def _restate(changed: bytearray, central: int) -> None:
    """Halve the declared size of the first member, in the directory and where RECORD is stored."""
    size = struct.unpack_from("<I", changed, central + 24)[0]
    struct.pack_into("<I", changed, central + 24, size // 2)
