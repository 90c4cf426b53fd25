"""python-build-standalone as uv knows it: which builds there are, and one of them fetched and verified.

uv's own list names them, or the one that `UV_PYTHON_DOWNLOADS_JSON_URL` or `python-downloads-json-url`
names in its place; `UV_PYTHON_INSTALL_MIRROR` and `python-install-mirror` say where they come from. uv
compares the sha256 of its list; what it fetched is handed on with the hash that it proved.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

import msgspec

from bareboat.errors import BareboatError, IntegrityError, NetworkError, ResolveError
from bareboat.index import config, uv
from bareboat.target import Arch

__all__ = ["Release", "download", "releases", "url"]

_WHERE = "python-build-standalone"
_MACHINES = {Arch.AMD64: "x86_64", Arch.ARM64: "aarch64"}
_LEFT_OUT = ("UV_PYTHON", "UV_NO_MANAGED_PYTHON", "UV_PYTHON_PREFERENCE", "UV_PYTHON_INSTALL_DIR")
_UNVERIFIED = "none-"
"""How uv names a file in its cache that its list has no hash for."""


class Release(msgspec.Struct, frozen=True):
    """One build: CPython's own version, uv's name for it, where it is fetched from.

    `path` is the last folder and the file name of `url`: what stays the same on every mirror.
    """

    version: str
    key: str
    url: str

    @property
    def path(self) -> str:
        """The release's folder and the file's name, without a host."""
        return "/".join(unquote(self.url.partition("?")[0]).split("/")[-2:])


class _Row(msgspec.Struct, frozen=True):
    key: str
    version: str
    url: str | None = None
    os: str = ""
    variant: str = ""
    implementation: str = ""
    arch: str = ""
    libc: str = ""


def releases(arch: Arch, *, environ: Mapping[str, str], folder: Path, offline: bool) -> tuple[Release, ...]:
    """Return the builds for glibc Linux on `arch`, in uv's order.

    `environ` is the caller's, `folder` the project, whose uv settings count. Raises NetworkError where
    a list of one's own cannot be read.
    """
    arguments = ["python", "list", "--only-downloads", "--all-versions", "--all-arches", "--show-urls"]
    arguments += ["--output-format", "json", "--managed-python", "cpython"]
    text = _run(arguments, environ, folder, offline=offline)
    try:
        rows = msgspec.json.decode(text or "[]", type=list[_Row])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ResolveError(f"uv's list of Pythons cannot be read: {error}", where=_WHERE) from error
    return tuple(
        Release(row.version, row.key, row.url)
        for row in rows
        if row.url
        and (row.os, row.libc, row.variant, row.implementation) == ("linux", "gnu", "default", "cpython")
        and row.arch == _MACHINES[arch]
    )


def download(
    release: Release, scratch: Path, *, environ: Mapping[str, str], folder: Path, offline: bool
) -> Path:
    """Return the archive of `release`, put into the empty folder `scratch`, verified by uv.

    Raises IntegrityError where the bytes are not those of the list or the list has no hash.
    """
    cache = scratch / "archives"
    arguments = ["python", "install", release.key, "--install-dir", str(scratch / "unpacked")]
    arguments += ["--no-bin", "--managed-python"]
    held = {**environ, "UV_PYTHON_CACHE_DIR": str(cache)}
    _run(arguments, held, folder, offline=offline)
    found = sorted(cache.iterdir()) if cache.is_dir() else []
    if len(found) != 1:
        raise IntegrityError(f"uv left {len(found)} archives of {release.key}, not one", where=_WHERE)
    if found[0].name.startswith(_UNVERIFIED):
        raise IntegrityError(
            f"the list of downloads has no sha256 of {release.key}",
            where=_WHERE,
            hint="take uv's own list, or add the hash to the one that UV_PYTHON_DOWNLOADS_JSON_URL names",
        )
    return found[0]


def url(path: str, known: Sequence[Release]) -> str:
    """Return where the archive called `path` is, as the builds that are `known` have their addresses.

    An older build that uv's list has dropped lies beside the others. Raises ResolveError with none known.
    """
    same = next((one.url for one in known if one.path == path), "")
    if same or not known:
        if not same:
            raise ResolveError(
                f"nothing says where {path} can be had",
                where=_WHERE,
                hint="name a mirror: UV_PYTHON_INSTALL_MIRROR",
            )
        return same
    above = known[0].url.rsplit("/", 2)[0]
    return f"{above}/{path.replace('+', '%2B')}"


def _run(arguments: Sequence[str], environ: Mapping[str, str], folder: Path, *, offline: bool) -> str:
    held = config.uv_environment(environ, folder=folder)
    for name in _LEFT_OUT:
        held.pop(name, None)
    held["UV_PYTHON_DOWNLOADS"] = "manual"
    try:
        return uv.run(
            [*arguments, *(["--offline"] if offline else [])], environ=held, cwd=folder, where=_WHERE
        )
    except BareboatError as error:
        raise _about(error) from error


def _about(error: BareboatError) -> BareboatError:
    """Return what uv says about indexes in words about builds of Python."""
    text = error.message
    if "Hash mismatch" in text or isinstance(error, IntegrityError):
        return IntegrityError(
            "the archive has another sha256 than uv's list",
            where=error.where or _WHERE,
            hint="ask whoever keeps the mirror why the file has changed",
        )
    if "offline" in text.lower():
        return NetworkError(
            "the build is not in the cache, and --offline asks nobody",
            where=_WHERE,
            hint="run once without --offline",
        )
    if isinstance(error, NetworkError):
        return NetworkError(
            text.replace("the index", "the mirror of python-build-standalone"),
            where=error.where,
            hint="name a mirror that is in reach: UV_PYTHON_INSTALL_MIRROR, or take Debian's Python",
            status=error.status,
        )
    return error
