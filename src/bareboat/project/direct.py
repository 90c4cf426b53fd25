"""Places that a lock or a requirement names instead of an index: repositories, archives, folders.

Spec: "Version specifiers", direct references; pip's VCS support. What a URL says of user and password
goes into no value that is kept or shown: `logins` hands it to whoever fetches.
"""

import posixpath
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.lock import Folder, Repository

__all__ = ["Git", "bound", "folder", "git", "hidden", "is_commit", "logins", "subdirectory"]

_SCHEMES = ("https", "http", "ssh", "git", "file")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SCP = re.compile(r"(?:(?P<user>[\w.-]+)@)?(?P<host>[\w.-]+):(?!/)(?P<path>[^\s]+)")
_LOGIN = re.compile(r"(?:git\+)?(https?)://([^/@\s\"']+)@([^/\s\"']+)")


class Git(Struct, frozen=True):
    """A repository as it was named: `reference` is a branch, a tag, a commit or empty for its HEAD."""

    url: str
    reference: str = ""
    subdirectory: str = ""

    @property
    def fixed(self) -> Repository | None:
        """What it says for ever, None where the reference may move."""
        if not is_commit(self.reference):
            return None
        return Repository(self.url, self.reference, self.subdirectory)

    def at(self, commit: str) -> Repository:
        """Return it at the commit that its reference stands for now."""
        named = "" if self.reference == commit else self.reference or "HEAD"
        return Repository(self.url, commit, self.subdirectory, named)


def is_commit(text: str) -> bool:
    """Say whether the text is a whole commit hash."""
    return _COMMIT.fullmatch(text) is not None


def git(address: str, *, where: str, reference: str = "", inside: str = "") -> Git:
    """Return the repository that an address names: `git+https://host/x.git@ref#subdirectory=y` and shorter.

    `reference` and `inside` are what stands beside the address and comes before what stands in it.
    Raises InputError for a scheme that git is not to be run with and for a malformed reference.
    """
    text, _, fragment = address.removeprefix("git+").partition("#")
    said = dict(parse_qsl(fragment))
    scp = _SCP.fullmatch(text) if "://" not in text else None
    if scp is not None:
        text = f"ssh://{scp['user'] or 'git'}@{scp['host']}/{scp['path']}"
    elif "://" not in text and text.startswith("/"):
        text = f"file://{text}"
    try:
        parts = urlsplit(text)
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise InputError(f"{hidden(address)!r} is no address of a repository", where=where) from error
    if parts.scheme not in _SCHEMES or text.startswith("-"):
        raise InputError(
            f"{hidden(address)!r} is no address that git is run with",
            where=where,
            hint="use https, ssh or file, as in git+https://host/owner/name.git@v1.0",
        )
    path, mark, named = parts.path.rpartition("@")
    path, named = (path, named) if mark else (parts.path, "")
    user = f"{parts.username}@" if parts.scheme == "ssh" and parts.username else ""
    url = urlunsplit((parts.scheme, f"{user}{parts.hostname or ''}{port}", path, parts.query, ""))
    held = reference or unquote(named)
    if re.search(r"^-|\.\.|[\s\x00-\x1f~^:?*\[\\]", held):
        raise InputError(f"{held!r} is no name of a branch, a tag or a commit", where=where)
    return Git(url, held, subdirectory(inside or said.get("subdirectory", ""), where=where))


def subdirectory(text: str, *, where: str) -> str:
    """Return a folder inside sources as a plain relative path; InputError where it leads out of them."""
    plain = posixpath.normpath(text) if text else "."
    if plain.startswith(("/", "..")):
        raise InputError(f"the subdirectory {text!r} lies outside the sources", where=where)
    return "" if plain == "." else plain


def bound(folder: Path) -> Path:
    """Return the folder that paths may not leave: the repository around `folder`, else itself."""
    here = folder.resolve()
    for held in (here, *here.parents):
        if (held / ".git").exists():
            return held
    return here


def folder(address: str, base: Path, *, where: str, top: Path | None = None) -> Folder:
    """Return the folder at a path or `file:` URL, relative to `base`.

    It must lie in the repository around `base`, or in `top` where there is none.
    Raises InputError where it does not, and where there is none.
    """
    text = unquote(urlsplit(address).path) if address.startswith("file:") else address
    path = (base / text).resolve()
    limit = bound(base)
    if top is not None and limit.is_relative_to(top.resolve()):
        limit = top.resolve()
    if not path.is_relative_to(limit):
        raise InputError(
            f"the folder {text!r} lies outside of {limit.name}",
            where=where,
            hint="keep it in the same repository or workspace, or publish it as a package",
        )
    if not path.is_dir():
        raise InputError(f"there is no folder {text!r}", where=where, hint="correct the path, and lock again")
    return Folder(str(path), str(limit))


def hidden(url: str) -> str:
    """Return an address without user and password."""
    return re.sub(r"://[^/@\s]+@", "://", url)


def logins(texts: Iterable[str]) -> dict[str, str]:
    """Return the user and password of each server that the texts name with them, by `scheme://server/`."""
    found = {}
    for text in texts:
        for scheme, user, host in _LOGIN.findall(text):
            if "$" not in user:
                found[f"{scheme}://{host}/"] = user
    return found
