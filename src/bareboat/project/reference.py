"""Requirements by place, as files write them, turned into the standard's `name[extras] @ url ; marker`.

Where nothing says the name, it is read off the folder's manifest or the address; whoever builds it learns
the real one. Spec: pip's documentation, "Requirement Specifiers" and "VCS Support"; PEP 508.
"""

import configparser
import re
import tomllib
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project import direct
from bareboat.project.wheels import filename

__all__ = ["Place", "absolute", "egg", "folder_name", "is_place", "place", "text"]

SOURCES = (".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")
_LINE = re.compile(r"(?P<url>[^\s;\[]+|[^\s;]+?)(?P<extras>\[[^\]]*\])?\s*(?:;\s*(?P<marker>.+))?")
_URL = re.compile(r"(?:git\+|hg\+|svn\+|bzr\+)|[a-z][a-z0-9+.-]*://|file:")
_ROOTS = ("${PROJECT_ROOT}", "{root:uri}", "{root:parent:uri}")


class Place(Struct, frozen=True):
    """What a URL of a requirement names: `git`, `folder`, `sources` or `wheel`.

    `git` is set for a repository; `url` is the address of the others, `subdirectory` what is built.
    """

    kind: str
    url: str = ""
    git: direct.Git | None = None
    subdirectory: str = ""
    sha256: str = ""


def is_place(line: str) -> bool:
    """Say whether a line of requirements is a path or a URL without a name before it."""
    head = re.split(r"[\[;\s]", line, maxsplit=1)[0]
    return (
        head in {"", ".", ".."}
        or head.startswith(("./", "../", "/", "~", *_ROOTS))
        or _URL.match(head) is not None
        or head.endswith((".whl", *SOURCES))
    )


def text(line: str, base: Path, *, where: str) -> str:
    """Return a path or URL as a requirement with a name; paths are relative to `base`.

    Raises InputError for what names neither a wheel nor sources.
    """
    line, named = _without_egg_extras(line.strip())
    match = _LINE.fullmatch(line)
    if match is None:
        raise InputError(f"{direct.hidden(line)!r} is no path, no URL and no requirement", where=where)
    url = absolute(match["url"], base)
    named = named or egg(url) or _guessed(url, where)
    name, _, more = named.partition("[")
    extras = match["extras"] or (f"[{more}" if more else "")
    marker = f" ; {match['marker'].strip()}" if match["marker"] else ""
    return f"{name}{extras} @ {url}{marker}"


def _without_egg_extras(line: str) -> tuple[str, str]:
    """Return a line whose fragment holds `egg=name[extras]` without the extras, and that name with them."""
    match = re.search(r"([#&]egg=)([A-Za-z0-9._-]+)(\[[^\]]*\])", line)
    if match is None:
        return line, ""
    return line[: match.start(3)] + line[match.end(3) :], match[2] + match[3]


def absolute(url: str, base: Path) -> str:
    """Return a URL as it is, and a path relative to `base` as one."""
    for root in _ROOTS:
        if url.startswith(root):
            url = url.removeprefix(root).lstrip("/")
            base = base.parent if "parent" in root else base
    url = url.removeprefix("file:///${PROJECT_ROOT}/")
    if url.startswith("file:") and not url.startswith("file://"):
        url = url.removeprefix("file:")
    if _URL.match(url) is not None:
        return url
    path, mark, fragment = url.partition("#")
    resolved = (base / Path(path).expanduser()).resolve().as_uri()
    return f"{resolved}{mark}{fragment}"


def egg(url: str) -> str:
    """Return the name (with extras) that a URL's fragment gives, empty where it gives none."""
    return dict(parse_qsl(urlsplit(url).fragment)).get("egg", "")


def place(url: str, base: Path, *, where: str) -> Place:
    """Return what the URL of a requirement names. Raises InputError for what cannot be used."""
    url = absolute(url, base)
    fragment = dict(parse_qsl(urlsplit(url).fragment))
    inside = direct.subdirectory(fragment.get("subdirectory", ""), where=where)
    plain = url.partition("#")[0]
    if url.startswith("git+"):
        return Place("git", git=direct.git(url, where=where))
    if re.match(r"(hg|svn|bzr)\+", url):
        raise InputError(
            f"{direct.hidden(url)} is a repository that is not in git",
            where=where,
            hint="publish it as a package, or build a wheel of it",
        )
    file = filename(plain)
    if file.endswith(".whl"):
        return Place("wheel", plain, sha256=fragment.get("sha256", ""))
    if file.endswith(SOURCES):
        return Place("sources", plain, subdirectory=inside, sha256=fragment.get("sha256", ""))
    if plain.startswith("file:"):
        return Place("folder", plain, subdirectory=inside)
    if plain.endswith(".git"):
        return Place("git", git=direct.git(url, where=where))
    raise InputError(
        f"{direct.hidden(plain)} is neither a wheel nor an archive of sources nor a repository",
        where=where,
        hint="a repository is written git+https://…",
    )


def _guessed(url: str, where: str) -> str:
    """Return a name for what a URL names, by its manifest or its last part."""
    plain = url.partition("#")[0]
    if plain.startswith("file:"):
        path = Path(unquote(urlsplit(plain).path))
        if path.is_dir():
            return folder_name(path)
    stem = filename(plain).partition("@")[0]
    for ending in (".whl", *SOURCES, ".git"):
        stem = stem.removesuffix(ending)
    name = stem.partition("-")[0] if plain.endswith(".whl") else re.split(r"-v?\d", stem, maxsplit=1)[0]
    name = re.sub(r"[^A-Za-z0-9]+$|^[^A-Za-z0-9]+", "", re.sub(r"[^A-Za-z0-9._-]+", "-", name))
    if not name:
        raise InputError(f"{direct.hidden(url)!r} has no name", where=where, hint="write NAME @ URL")
    return name


def folder_name(folder: Path) -> str:
    """Return the name of the project in a folder, where a manifest writes it down, else the folder's."""
    try:
        table = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        table = {}
    poetry = table.get("tool", {}).get("poetry", {})
    for held in (table.get("project", {}), poetry):
        if isinstance(held, dict) and isinstance(held.get("name"), str):
            return str(held["name"])
    parser = configparser.RawConfigParser()
    try:
        parser.read(folder / "setup.cfg", encoding="utf-8")
        name = parser.get("metadata", "name", fallback="")
    except (configparser.Error, UnicodeDecodeError):
        name = ""
    guessed = name.strip() or re.sub(r"[^A-Za-z0-9._-]+", "-", folder.name).strip("-._") or "folder"
    return guessed if canonicalize_name(guessed) else "folder"
