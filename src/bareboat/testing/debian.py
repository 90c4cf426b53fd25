"""A Debian archive of one's own: real .deb files, signed indexes, the layout of a mirror.

Made with the standard library, and signed by a key made on the spot. Everything is plain bytes
by path, so that a test can change any of them before they are served, from a folder or by HTTP.
"""

import gzip
import hashlib
import io
import lzma
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from time import gmtime, strftime

from msgspec import Struct, field

__all__ = ["Package", "Signer", "deb", "mirror", "save"]


class Package(Struct, frozen=True):
    """A package to be: `files` are contents by path, `links` targets by path, `more` control fields."""

    name: str
    version: str = "1.0-1"
    architecture: str = "all"
    files: Mapping[str, bytes] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where the file lies below the archive's root."""
        source = self.more.get("Source", self.name)
        letters = source[:4] if source.startswith("lib") else source[:1]
        file = f"{self.name}_{self.version.rpartition(':')[2]}_{self.architecture}.deb"
        return f"pool/main/{letters}/{source}/{file}"

    def control(self) -> dict[str, str]:
        """Return the fields of the control file, in the archive's order."""
        first = {"Package": self.name, "Source": self.more.get("Source", ""), "Version": self.version}
        rest = {name: text for name, text in self.more.items() if name not in {"Source", "Priority"}}
        all_of_them = {**first, "Architecture": self.architecture, **rest, "Description": f"{self.name} test"}
        return {name: text for name, text in all_of_them.items() if text}


class Signer:
    """A signing key, made new each time. `certificate` is its public half, `fingerprint` its primary's."""

    def __init__(self, name: str = "Test Archive <archive@example.org>") -> None:
        import pysequoia

        self._secret = pysequoia.Tsk.generate(user_id=name)
        self.certificate = bytes(self._secret.extract_certificate())
        self.fingerprint = self._secret.extract_certificate().fingerprint.lower()

    def sign(self, text: bytes) -> bytes:
        """Return `text` as an OpenPGP cleartext message."""
        import pysequoia

        return pysequoia.sign(self._secret.signer(), text, mode=pysequoia.SignatureMode.CLEAR)


def mirror(  # noqa: PLR0913 - each is a line of a Release file
    dist: str,
    packages: Iterable[Package],
    signer: Signer,
    *,
    date: int,
    valid_until: int | None = None,
    codename: str = "",
    suite: str = "",
    architecture: str = "amd64",
    by_hash: bool = True,
    forms: Iterable[str] = ("gz", "xz"),
) -> dict[str, bytes]:
    """Return the files of a mirror that holds `packages` in `dist`, by path below its root.

    `forms` are the compressed forms of the Packages index.
    """
    listed = sorted(packages, key=lambda package: (package.name, package.version))
    pool = {package.path: deb(package) for package in listed}
    text = "\n".join(_stanza(package, pool[package.path]) for package in listed).encode()
    contents = "".join(
        f"{path:<55} misc/{package.name}\n" for package in listed for path in [*package.files, *package.links]
    )
    packed = {"gz": gzip.compress(text, mtime=0), "xz": lzma.compress(text)}
    tables = {
        f"main/binary-{architecture}/Packages": text,
        **{f"main/binary-{architecture}/Packages.{form}": packed[form] for form in forms},
        f"main/Contents-{architecture}": contents.encode(),
        f"main/Contents-{architecture}.gz": gzip.compress(contents.encode(), mtime=0),
    }
    fields = {
        "Origin": "Debian",
        "Suite": suite,
        "Codename": codename or dist,
        "Date": _date(date),
        "Valid-Until": "" if valid_until is None else _date(valid_until),
        "Acquire-By-Hash": "yes" if by_hash else "",
        "Architectures": architecture,
        "Components": "main",
    }
    release = "".join(f"{name}: {value}\n" for name, value in fields.items() if value) + "SHA256:\n"
    release += "".join(f" {_sha256(data)} {len(data):>16} {path}\n" for path, data in tables.items())
    found = dict(pool)
    found[f"dists/{dist}/InRelease"] = signer.sign(release.encode())
    for path, data in tables.items():
        if path.endswith((".gz", ".xz")):  # mirrors list the plain forms and do not have them
            found[f"dists/{dist}/{path}"] = data
            if by_hash:
                folder = path.rpartition("/")[0]
                found[f"dists/{dist}/{folder}/by-hash/SHA256/{_sha256(data)}"] = data
    return found


def save(root: Path, files: Mapping[str, bytes]) -> str:
    """Write `files` below `root` and return its `file:` URL."""
    for path, data in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return root.absolute().as_uri()


def deb(package: Package) -> bytes:
    """Return a package file, the same bytes each time. Spec: dpkg's own manual, section 5."""
    sums = "".join(
        f"{hashlib.md5(data, usedforsecurity=False).hexdigest()}  {path}\n"
        for path, data in package.files.items()
    )
    control = "".join(f"{name}: {value}\n" for name, value in package.control().items())
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": _tar({"control": control.encode(), "md5sums": sums.encode()}, {}),
        "data.tar.xz": _tar(package.files, package.links),
    }
    found = b"!<arch>\n"
    for name, data in members.items():
        found += f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode()
        found += data + b"\n" * (len(data) % 2)
    return found


def _stanza(package: Package, data: bytes) -> str:
    fields = {
        **package.control(),
        "Section": "misc",
        "Priority": package.more.get("Priority", "optional"),
        "Filename": package.path,
        "Size": str(len(data)),
        "SHA256": _sha256(data),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _tar(files: Mapping[str, bytes], links: Mapping[str, str]) -> bytes:
    """Return a tar as dpkg-deb writes it: names start with ./ and parents come first."""
    names = [*files, *links]
    folders = sorted({parent for name in names for parent in _parents(name)})
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for folder in ["", *folders]:
            entry = tarfile.TarInfo(f"./{folder}")
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for name, data in files.items():
            entry = tarfile.TarInfo(f"./{name}")
            is_program = "/bin/" in f"/{name}" or "/ld-linux" in name
            entry.size, entry.mode = len(data), 0o755 if is_program else 0o644
            tar.addfile(entry, io.BytesIO(data))
        for name, target in links.items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, target, 0o777
            tar.addfile(entry)
    return lzma.compress(buffer.getvalue(), preset=0)  # quick: an interpreter has megabytes


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _date(seconds: int) -> str:
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    moment = gmtime(seconds)
    day = f"{days[moment.tm_wday]}, {moment.tm_mday:02} {months[moment.tm_mon - 1]} {moment.tm_year}"
    return f"{day} {strftime('%H:%M:%S', moment)} UTC"


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
