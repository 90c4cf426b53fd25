"""What git knows, for a build backend that asks it: versions taken from tags, files that are tracked.

The backend works on a copy that lacks what no image takes, and in a plain copy git would call
those files deleted and the version dirty. The copy gets a repository folder of its own, made of
links into the real one, whose index passes over them; the project's own index is not written to.
"""

import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bareboat.project.direct import bound
from bareboat.project.project import Project
from bareboat.project.tracked import OWN

__all__ = ["asks", "asks_git", "git", "may_ask", "place", "state", "unlinked"]

_TIMEOUT = 120
_LEFT_OUT = ("commondir", "config.worktree")
# Backends that look at no repository when the project writes its version down
_PLAIN = {
    "flit-core",
    "hatchling",
    "pdm-backend",
    "poetry-core",
    "setuptools",
    "uv-build",
    "wheel",
}


def asks_git(project: Project) -> bool:
    """Say whether the project's backend may look at the repository around it."""
    backend = project.backend
    if backend is None or project.files.origin != "git" or not (bound(project.folder) / ".git").exists():
        return False
    return may_ask(backend.value.requires, has_version=project.version is not None)


def may_ask(requires: Iterable[str], *, has_version: bool) -> bool:
    """Say whether a backend with these requirements may ask git.

    `has_version` says that the version is written down.
    """
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        names = {canonicalize_name(Requirement(line).name) for line in requires}
    except InvalidRequirement:
        return True
    return not has_version or not names <= _PLAIN


def asks(folder: Path) -> bool:
    """Say whether the backend of the source tree in `folder` may ask a repository around it."""
    try:
        table = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return (folder / "setup.py").is_file()
    system, project = table.get("build-system", {}), table.get("project", {})
    requires = system.get("requires", ()) if isinstance(system, dict) else ()
    held = [line for line in requires if isinstance(line, str)]
    has_version = isinstance(project, dict) and "version" in project
    poetry = table.get("tool", {}).get("poetry", {})
    return may_ask(held, has_version=has_version or "version" in poetry)


def state(folder: Path, environ: Mapping[str, str]) -> str:
    """Return what a version can be made of: the commit, the branch, every tag; empty without git."""
    return "\n".join(
        git(folder, environ, *arguments)
        for arguments in (
            ("rev-parse", "--verify", "--quiet", "HEAD"),
            ("symbolic-ref", "--quiet", "HEAD"),
            ("for-each-ref", "--format=%(refname) %(objectname) %(*objectname)", "refs/tags"),
        )
    )


def place(folder: Path, copied: Path, environ: Mapping[str, str]) -> None:
    """Give `copied`, which holds some of the files of `folder`, the repository of `folder`."""
    held = git(folder, environ, "rev-parse", "--absolute-git-dir")
    common = git(folder, environ, "rev-parse", "--path-format=absolute", "--git-common-dir")
    if not held:
        return
    target = copied / ".git"
    target.mkdir()
    for entry in Path(held).iterdir():
        if entry.is_dir():
            (target / entry.name).symlink_to(entry.resolve())
        elif entry.is_file() and entry.name not in _LEFT_OUT and entry.suffix != ".lock":
            shutil.copyfile(entry, target / entry.name)  # git takes a link for HEAD as something else
    if common and Path(common) != Path(held):
        (target / "commondir").write_text(f"{common}\n")
    if (target / "config").is_file():
        git(copied, environ, "config", "--file", str(target / "config"), "--unset-all", "core.worktree")
    gone = git(copied, environ, "ls-files", "-z", "--deleted")
    git(copied, environ, "update-index", "--skip-worktree", "-z", "--stdin", given=gone)


def unlinked(copied: Path, common: Path) -> tuple[tuple[Path, Path], ...]:
    """Put empty folders where `place` made links; return each link's target with the folder.

    So a sandbox can bind them. `common` is the folder in which a worktree's own repository is to
    stand, made if there is one; `commondir` names it relative to the checkout.
    """
    target = copied / ".git"
    found = []
    for entry in sorted(target.iterdir()) if target.is_dir() else ():
        if entry.is_symlink():
            held = entry.resolve()
            entry.unlink()
            entry.mkdir()
            found.append((held, entry))
    named = target / "commondir"
    if named.is_file():
        held = Path(named.read_text().strip())
        common.mkdir()
        named.write_text(f"{os.path.relpath(common, target)}\n")
        found.append((held, common))
    return tuple(found)


def git(folder: Path, environ: Mapping[str, str], *arguments: str, given: str = "") -> str:
    """Return what git prints, without the last line break; nothing where it fails or is not there.

    Only the folder names the repository, never the environment, whoever owns it.
    """
    options: Sequence[str] = ("-c", "safe.directory=*", "-c", "core.fsmonitor=false")
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *options, *arguments],
            env={
                **{name: value for name, value in environ.items() if name not in OWN},
                "GIT_OPTIONAL_LOCKS": "0",
            },
            input=os.fsencode(given),
            capture_output=True,
            check=False,
            timeout=_TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return os.fsdecode(done.stdout).rstrip("\n") if done.returncode == 0 else ""
