"""Repositories brought by the git program: references turned into commits, commits into folders of the store.

A folder is kept under its commit, which names all that is in it, submodules too. Nothing of it is run:
hooks are off, and git speaks only the protocols of `project/direct.py`. Users and passwords go to git
in its environment, never into the store, a command line or a message.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from bareboat.build.checkout import asks
from bareboat.build.keys import key
from bareboat.build.sources import Laid
from bareboat.build.tools import Tools
from bareboat.errors import BareboatError, InputError, NetworkError
from bareboat.lock import Repository
from bareboat.net.redact import redact_text
from bareboat.progress import Kind
from bareboat.project.direct import Git, is_commit
from bareboat.project.tracked import OWN
from bareboat.store.folders import folder

__all__ = ["SOURCE", "Repositories"]

SOURCE = "source"
"""The checkout in the folder that `checkout` returns."""

_FORMAT = "1"
_TIMEOUT = 900
_OPTIONS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.autocrlf=false",
    "core.symlinks=true",
    "advice.detachedHead=false",
    "gc.auto=0",
    "http.lowSpeedLimit=100",
    "http.lowSpeedTime=60",
    "init.defaultBranch=main",
    "init.templateDir=",
)
_REFUSED = re.compile(
    r"authentication|permission denied|could not read (username|password)|access denied|40[13]"
)
_GONE = re.compile(r"not found|does not exist|does not appear to be a git repository|unable to find remote")


class Repositories(Struct, frozen=True):
    """What fetches repositories. `logins` are user and password by `scheme://server/`."""

    tools: Tools
    environ: Mapping[str, str]
    offline: bool
    logins: Mapping[str, str]

    def resolve(self, found: Git) -> Repository:
        """Return the commit that a reference stands for now; one that is a commit asks nobody.

        A branch comes before a tag of the same name, as pip takes them. Raises ResolveError's kin
        as `checkout` does, InputError where the repository has no such reference.
        """
        if found.fixed is not None:
            return found.fixed
        self._demand_network(found.url)
        reference = found.reference or "HEAD"
        listed = self._git(Path("/"), found.url, "ls-remote", "--", found.url)
        rows = (line.partition("\t") for line in listed.splitlines())
        commits = {name: held for held, _, name in rows}
        names = [
            f"refs/heads/{reference}",
            f"refs/tags/{reference}^{{}}",
            f"refs/tags/{reference}",
            reference,
        ]
        commit = next((commits[name] for name in names if name in commits), "")
        if not commit and re.fullmatch(r"[0-9a-f]{7,63}", reference):
            commit = self._completed(found.url, reference)
        if not commit:
            raise InputError(
                f"the repository has no branch, tag or commit {reference!r}",
                where=found.url,
                hint="correct what stands behind the @, a whole commit hash is best",
            )
        return found.at(commit)

    def lay(self, found: Repository, work: Path) -> Laid:
        """Write the files at the commit below `work`, an empty folder, as `source`.

        The repository is there where the backend may ask it for a version. Raises as `checkout`
        does, and InputError for a subdirectory that is not there.
        """
        held = self.checkout(found) / SOURCE
        home = work / "source"
        may_ask = asks(held / found.subdirectory)
        _copy(held, home, has_repository=may_ask)
        inside = home / found.subdirectory
        if inside.is_symlink() or not inside.is_dir() or not inside.resolve().is_relative_to(home.resolve()):
            raise InputError(f"the repository has no folder {found.subdirectory!r}", where=found.url)
        return Laid(home, tuple(sorted(_paths(inside))), found.subdirectory, may_ask)

    def checkout(self, found: Repository) -> Path:
        """Return a folder of the store that holds the files at the commit, and the repository, in SOURCE.

        Raises NetworkError where the repository cannot be reached, InputError where it has no such
        commit or git is missing.
        """
        named = key("repository", _FORMAT, found.commit, found.subdirectory)

        def fill(root: Path) -> None:
            self._demand_network(found.url)
            with self.tools.progress.begin(Kind.DOWNLOAD, _short(found)):
                self._fill(found, root / SOURCE)

        return folder(self.tools.store, named, fill)

    def _fill(self, found: Repository, home: Path) -> None:
        home.mkdir()
        self._git(home, found.url, "init", "--quiet")
        self._git(home, found.url, "remote", "add", "origin", found.url)
        fetch = ("fetch", "--quiet", "--no-recurse-submodules")
        try:
            self._git(home, found.url, *fetch, "--no-tags", "--depth=1", "origin", found.commit)
            is_whole = False
        except BareboatError:  # a server that gives what branches and tags point to alone
            self._git(home, found.url, *fetch, "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
            is_whole = True
        if self._commit(home, found.url, found.commit) != found.commit:
            raise InputError(
                f"the repository has no commit {found.commit}",
                where=found.url,
                hint="lock again: what is locked is no longer there",
            )
        self._git(home, found.url, "checkout", "--quiet", "--detach", found.commit)
        if (home / ".gitmodules").is_file():
            update = ("submodule", "--quiet", "update", "--init", "--recursive", "--depth=1")
            self._git(home, found.url, *update)
        if not is_whole and asks(home / found.subdirectory):
            self._git(home, found.url, *fetch, "--tags", "--unshallow", "origin", found.commit)

    def _completed(self, url: str, start: str) -> str:
        """Return the one commit whose hash starts like this, empty where there is none."""
        with self.tools.store.scratch() as scratch:
            home = scratch / "found"
            self._git(scratch, url, "clone", "--quiet", "--bare", "--", url, str(home))
            return self._commit(home, url, start)

    def _commit(self, home: Path, url: str, name: str) -> str:
        done = self._run(
            home, url, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
        )
        held = done.stdout.decode("ascii", "replace").strip()
        return held if done.returncode == 0 and is_commit(held) else ""

    def _demand_network(self, url: str) -> None:
        if self.offline and not url.startswith("file:"):
            raise NetworkError(
                "is not in the cache, and --offline asks no server",
                where=url,
                hint="run once without --offline",
            )

    def _git(self, home: Path, url: str, *arguments: str) -> str:
        done = self._run(home, url, *arguments)
        if done.returncode != 0:
            raise _failure(done.stderr.decode("utf-8", "replace"), url)
        return done.stdout.decode("utf-8", "replace")

    def _run(self, home: Path, url: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        options = [*_OPTIONS, *(("protocol.file.allow=always",) if url.startswith("file:") else ())]
        command = ["git", *(part for option in options for part in ("-c", option)), *arguments]
        try:
            return subprocess.run(
                command,
                cwd=home,
                env=self._environ(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=_TIMEOUT,
                umask=0o022,
            )
        except FileNotFoundError as error:
            raise InputError(
                "git is not installed, and a dependency is a repository", where=url, hint="install git"
            ) from error
        except subprocess.TimeoutExpired as error:
            raise NetworkError(f"git did not end within {_TIMEOUT} s", where=url) from error

    def _environ(self) -> dict[str, str]:
        held = {name: value for name, value in self.environ.items() if name not in OWN}
        held |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_LFS_SKIP_SMUDGE": "0"}
        held.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
        if held.get("SSL_CERT_FILE"):
            held.setdefault("GIT_SSL_CAINFO", held["SSL_CERT_FILE"])
        count = held.get("GIT_CONFIG_COUNT", "0")
        number = int(count) if count.isdecimal() else 0
        for server, login in sorted(self.logins.items()):
            scheme, _, host = server.partition("://")
            held[f"GIT_CONFIG_KEY_{number}"] = f"url.{scheme}://{login}@{host}.insteadOf"
            held[f"GIT_CONFIG_VALUE_{number}"] = server
            number += 1
        return {**held, "GIT_CONFIG_COUNT": str(number)}


def _copy(source: Path, target: Path, *, has_repository: bool) -> None:
    """Copy a checkout with modes that every checkout could have; links stay links."""
    target.mkdir()
    for entry in sorted(os.scandir(source), key=lambda one: one.name):
        place = target / entry.name
        if entry.name == ".git" and not has_repository:
            continue
        if entry.is_symlink():
            place.symlink_to(Path(entry.path).readlink())
        elif entry.is_dir():
            _copy(Path(entry.path), place, has_repository=has_repository)
        else:
            shutil.copyfile(entry.path, place)
            place.chmod(0o755 if entry.stat().st_mode & 0o100 else 0o644)


def _paths(folder: Path) -> Iterator[str]:
    for above, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        yield from ((Path(above) / name).relative_to(folder).as_posix() for name in names)


def _short(found: Repository) -> str:
    return f"{os.path.basename(found.url).removesuffix('.git')} {found.commit[:12]}"  # noqa: PTH119 - a URL


def _failure(said: str, url: str) -> BareboatError:
    lines = [line.strip() for line in redact_text(said).splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "ERROR:"))]
    words = re.sub(r"^(fatal|error): ", "", (telling or lines or ["no reason given"])[0], flags=re.IGNORECASE)
    lower = " ".join(lines).lower()
    if _REFUSED.search(lower):
        hint = (
            "give git the credentials: its credential helper, netrc, an ssh agent, or a variable in the URL"
        )
        return NetworkError(f"git is refused access ({words})", where=url, hint=hint)
    if _GONE.search(lower):
        hint = "check the address; a private repository without credentials looks the same"
        return NetworkError(f"there is no such repository ({words})", where=url, hint=hint)
    hint = "check the address, the network and the proxy settings"
    return NetworkError(f"git cannot fetch it ({words})", where=url, hint=hint)
