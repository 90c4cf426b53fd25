"""A wheel as a value: its names agree, its RECORD covers every member, its contents are lazy.

Nothing is unpacked here and no code of the wheel runs. Member hashes are checked by whoever reads
the bytes (IntegrityError); everything that the archive's directory, WHEEL, METADATA and RECORD can
show is checked at once (InputError).

Spec: PyPA "Binary distribution format", wheel version 1.0; "Core metadata specifications".
"""

import re
from collections.abc import Iterable
from email.parser import Parser
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from packaging.tags import Tag
from packaging.utils import (
    InvalidWheelFilename,
    NormalizedName,
    canonicalize_name,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from bareboat.errors import InputError
from bareboat.wheel.archive import MAX_SIZE, Member, members
from bareboat.wheel.record import Row, parse
from bareboat.wheel.scripts import EntryPoint, entry_points

__all__ = ["WheelFile", "open_wheel"]

_Identity = tuple[NormalizedName, Version]
_MAX_METADATA = 32 << 20
_SIGNATURES = frozenset({"RECORD.jws", "RECORD.p7s"})


class WheelFile(Struct, frozen=True):
    """A wheel that was found sound; `members` are its files, each with its RECORD hash.

    `name` is normalised, `version` as METADATA writes it. Holds no open file: nothing to close.
    """

    filename: str
    name: str
    version: str
    tags: frozenset[Tag]
    root_is_purelib: bool
    dist_info: str
    members: tuple[Member, ...]
    entry_points: tuple[EntryPoint, ...] = ()
    requires_python: str = ""
    requires: tuple[str, ...] = ()

    @property
    def data_prefix(self) -> str:
        """The folder of the `.data` schemes with its slash, whether the wheel has one or not."""
        return f"{self.dist_info.removesuffix('.dist-info')}.data/"

    def find(self, name: str) -> Member | None:
        """Return the member of that name, or None."""
        return next((member for member in self.members if member.name == name), None)


def open_wheel(path: Path, *, filename: str, max_size: int = MAX_SIZE) -> WheelFile:
    """Read the wheel at `path`, which is called `filename` in the lock; errors name that.

    Raises InputError for a wheel that is unsafe or contradicts itself, IntegrityError for damaged
    metadata.
    """
    identity, tags = _parse_filename(filename)
    found = members(path, where=filename, max_size=max_size)
    dist_info = _dist_info(found, identity, filename)
    by_name = {member.name: member for member in found}
    rows = parse(_required(by_name, f"{dist_info}/RECORD", filename), where=filename)
    verified = _with_hashes(found, rows, dist_info, filename)
    by_name = {member.name: member for member in verified}
    purelib = _check_wheel(_text(by_name, f"{dist_info}/WHEEL", filename), filename)
    metadata = Parser().parsestr(_text(by_name, f"{dist_info}/METADATA", filename), headersonly=True)
    _check_name("METADATA", (str(metadata["Name"]), str(metadata["Version"])), identity, filename)
    points = by_name.get(f"{dist_info}/entry_points.txt")
    return WheelFile(
        filename=filename,
        name=identity[0],
        version=str(metadata["Version"]).strip(),
        tags=tags,
        root_is_purelib=purelib,
        dist_info=dist_info,
        members=verified,
        entry_points=entry_points(_text(by_name, points.name, filename), where=filename) if points else (),
        requires_python=str(metadata["Requires-Python"] or "").strip(),
        requires=tuple(str(each).strip() for each in metadata.get_all("Requires-Dist") or ()),
    )


def _parse_filename(filename: str) -> tuple[_Identity, frozenset[Tag]]:
    try:
        name, version, _, tags = parse_wheel_filename(filename)
    except InvalidWheelFilename as error:
        raise InputError(f"not the name of a wheel: {error}", where=filename) from error
    return (name, version), tags


def _dist_info(found: Iterable[Member], expected: _Identity, filename: str) -> str:
    folders = sorted({member.name.split("/")[0] for member in found if "/" in member.name})
    folders = [folder for folder in folders if folder.endswith(".dist-info")]
    if len(folders) != 1:
        listed = ", ".join(folders) or "none"
        raise InputError(f"one .dist-info folder is required, the wheel has {listed}", where=filename)
    stem_name, _, stem_version = folders[0].removesuffix(".dist-info").rpartition("-")
    _check_name(folders[0], (stem_name, stem_version), expected, filename)
    return folders[0]


def _check_name(source: str, found: tuple[str, str], expected: _Identity, filename: str) -> None:
    name, version = found
    try:
        matches = (canonicalize_name(name.strip()), Version(version)) == expected
    except InvalidVersion:
        matches = False
    if not matches:
        raise InputError(
            f"{source} says {name[:200]!r} {version[:200]!r}, the file name says {expected[0]} {expected[1]}",
            where=filename,
        )


def _required(by_name: dict[str, Member], name: str, filename: str) -> bytes:
    member = by_name.get(name)
    if member is None:
        raise InputError(f"{name} is missing", where=filename)
    if member.size > _MAX_METADATA:
        raise InputError(f"{name} has {member.size} bytes, which no metadata needs", where=filename)
    return b"".join(member.chunks())


def _text(by_name: dict[str, Member], name: str, filename: str) -> str:
    try:
        return _required(by_name, name, filename).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8", where=filename) from error


def _check_wheel(text: str, filename: str) -> bool:
    """Check the version of WHEEL and return whether the root is purelib."""
    headers = Parser().parsestr(text, headersonly=True)
    version = str(headers["Wheel-Version"] or "").strip()
    match = re.fullmatch(r"(\d{1,9})(\.\d{1,9})*", version, re.ASCII)
    if match is None:
        raise InputError(f"WHEEL says Wheel-Version {version[:80]!r}", where=filename)
    if int(match[1]) > 1:
        raise InputError(
            f"wheel version {version} is newer than 1.x",
            where=filename,
            hint="update bareboat, or pin an older wheel",
        )
    return str(headers["Root-Is-Purelib"] or "").strip().lower() == "true"


def _with_hashes(
    found: tuple[Member, ...], rows: dict[str, Row], dist_info: str, filename: str
) -> tuple[Member, ...]:
    """Return the members with their RECORD hash; RECORD and its signatures have none.

    Lines without a member are let pass, as every installer does: the RECORD written later is true.
    """
    unlisted = {f"{dist_info}/{name}" for name in (*_SIGNATURES, "RECORD")}
    missing = [member.name for member in found if member.name not in rows and member.name not in unlisted]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise InputError(f"RECORD does not list {missing[0]!r}{more}", where=filename)
    verified = []
    for member in found:
        row = rows.get(member.name, Row(member.name))
        if member.name in unlisted:
            verified.append(member)
            continue
        if not isinstance(row.hash, str) or not row.hash:
            raise InputError(f"RECORD has no hash for {member.name!r}", where=filename)
        if row.size is not None and row.size != member.size:
            raise InputError(
                f"RECORD gives {member.name!r} {row.size} bytes, the archive {member.size}", where=filename
            )
        verified.append(replace(member, record=row.hash))
    return tuple(verified)
