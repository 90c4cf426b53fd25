"""The same project gives the same image, bit for bit, wherever, whenever and by whomever it is built.

Every build here starts with an empty cache, uv's own too, unless it says otherwise; each changes
as many things at once as it can, for a build that differs in one of them is enough to fail.
"""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import folders
import sources
from bareboat.jobs.build import Request
from bareboat.jobs.build import build as built
from bareboat.jobs.context import Context
from bareboat.target import Arch
from bareboat.tree.content import Content
from bareboat.tree.tree import Tree
from bareboat.wheel.bytecode import sources as found_sources
from built import EXAMPLES, Made, Session, bareboat, environment, run

pytestmark = pytest.mark.network

OTHER_USER = 23456
NAMED = ("-c", "user.name=a", "-c", "user.email=a@example.org")
PROGRAM = (sys.executable, "-m", "bareboat")


def build(
    project: Path,
    cache: Path,
    *arguments: str | Path,
    program: Sequence[str | Path] = PROGRAM,
    environ: Mapping[str, str] | None = None,
    umask: int = -1,
) -> dict[str, Any]:
    """Build, and return what was made; the image stays in the cache's neighbourhood."""
    layout = cache.parent / f"{cache.name}.layout"
    flags = ("--cache-dir", cache, "-o", layout, "--force", "--quiet", "--json")
    said = run(*program, "build", project, *arguments, *flags, environ=environ, umask=umask)
    shutil.rmtree(layout)
    found: dict[str, Any] = json.loads(said)
    return found


def same(made: Made, other: dict[str, Any]) -> None:
    """Compare layer by layer first: a difference then says where it is."""

    def layers(said: dict[str, Any]) -> list[tuple[str, str, str]]:
        return [(layer["name"], layer["diff_id"], layer["digest"]) for layer in said["layers"]]

    assert layers(other) == layers(made.metadata)
    assert other["containerimage.config.digest"] == made.metadata["containerimage.config.digest"]
    assert other["containerimage.digest"] == made.digest


def elsewhere(project: Path, folder: Path) -> Path:
    """Copy a project as someone else has it: another path, tighter modes, other times, other order."""
    target = folder / "büro 2" / "a deeper folder" / f"{project.name} (copy)"
    target.mkdir(parents=True)
    files = sorted((path for path in project.rglob("*") if path.is_file()), reverse=True)
    for path in files:
        copied = target / path.relative_to(project)
        copied.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        copied.write_bytes(path.read_bytes())
        copied.chmod(0o700 if path.stat().st_mode & 0o100 else 0o600)
        os.utime(copied, (1_000_000_000, 1_000_000_000))
    return target


def strange(folder: Path) -> dict[str, str]:
    """Return an environment of another place, with no cache of any tool in it."""
    listed = subprocess.run(["locale", "-a"], check=False, capture_output=True, text=True).stdout.split()
    known = [name for name in listed if name.startswith(("tr_TR", "de_DE", "ja_JP"))]
    return environment(
        TZ="Asia/Tokyo",
        LC_ALL=known[0] if known else "C",
        LANG="C",
        PYTHONHASHSEED="7",
        COLUMNS="40",
        XDG_CACHE_HOME=str(folder / "xdg"),
        UV_CACHE_DIR=str(folder / "uv"),
    )


@pytest.mark.parametrize(
    ("name", "how", "jobs"),
    [
        pytest.param("fastapi", "gzip", 1, marks=pytest.mark.core),
        pytest.param("fastapi", "zstd", 4, marks=pytest.mark.full),
        pytest.param("flask", "gzip", 4, marks=pytest.mark.full),
        pytest.param("package", "gzip", 4, marks=pytest.mark.core),
        pytest.param("package", "zstd", 1, marks=pytest.mark.full),
    ],
)
def test_place_time_mask_locale_seed_and_workers_do_not_matter(
    name: str, how: str, jobs: int, images_made: Session, tmp_path: Path
) -> None:
    made = images_made.image(name, how)
    project = elsewhere(made.project, tmp_path)
    common = ("--locked", "--compression", how, "--jobs", str(jobs))
    environ = strange(tmp_path)
    same(made, build(project, tmp_path / "cache", *common, environ=environ, umask=0o077))
    # Warm: nothing is fetched, and what is recalled is what was made.
    same(made, build(project, tmp_path / "cache", *common, "--offline", umask=0o022))


@pytest.mark.full
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_cache_of_which_a_part_is_gone_does_not_matter(
    name: str, images_made: Session, tmp_path: Path
) -> None:
    made = images_made.image(name)
    cache = tmp_path / "cache"
    shutil.copytree(images_made.cache, cache, symlinks=True)
    kept = random.Random(3)  # noqa: S311 - which are gone must be the same in each run
    for file in sorted(path for path in cache.rglob("*") if path.is_file() and path.name != "gate"):
        if kept.random() < 0.5:
            file.unlink()
    same(made, build(made.project, cache, "--locked"))


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_in_which_files_are_compiled_does_not_matter(
    seed: int, images_made: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = random.Random(seed)  # noqa: S311 - an order, no secret

    def shuffled(tree: Tree) -> Iterable[tuple[str, Content]]:
        held = list(found_sources(tree))
        order.shuffle(held)
        return held

    monkeypatch.setattr("bareboat.build.bytecode.sources", shuffled)
    made = images_made.image("fastapi")
    context = Context(
        environ=environment(),
        now=int(time.time()),
        store=tmp_path / "cache",
        arch=Arch(made.config["architecture"]),
        workers=3,
    )
    found = built(Request(made.project, locked=True, stay=True), context)
    same(made, found.document())


@pytest.mark.full
@pytest.mark.parametrize("name", ["fastapi", "package"])
def test_locks_pin_what_is_resolved_without_them(name: str, images_made: Session, tmp_path: Path) -> None:
    made = images_made.image(name)
    project = shutil.copytree(made.project, tmp_path / "unlocked")
    for lock in (project / "bareboat.lock", project / "pylock.toml"):
        lock.unlink(missing_ok=True)
    same(made, build(project, images_made.cache))
    assert not (project / "bareboat.lock").exists()


@pytest.mark.parametrize(
    "name", [pytest.param("package", marks=pytest.mark.core), pytest.param("fastapi", marks=pytest.mark.full)]
)
def test_two_clones_are_one_project(name: str, images_made: Session, tmp_path: Path) -> None:
    origin = shutil.copytree(images_made.project(name), tmp_path / "origin")
    for command in (["init"], ["add", "--all"], ["commit", "--message", "one"]):
        run("git", *NAMED, *command, "--quiet" if command[0] != "add" else "--force", folder=origin)
    found = []
    for place, umask in (("one", 0o022), ("another", 0o077)):
        clone = tmp_path / place / place
        run("git", "clone", "--quiet", origin, clone, umask=umask)
        run("git", "remote", "set-url", "origin", f"https://{place}@example.org/{name}.git", folder=clone)
        made = build(clone, tmp_path / place / "cache", "--locked", umask=umask)
        found.append(made["containerimage.digest"])
        assert run("git", "status", "--porcelain", folder=clone) == ""
    assert found[0] == found[1]
    assert found[0] != images_made.image(name).digest  # the revision is in a label


VERSIONED = {
    "pyproject.toml": """
        [build-system]
        requires = ["setuptools>=77", "setuptools-scm>=8"]
        build-backend = "setuptools.build_meta"
        [project]
        name = "tidy"
        dynamic = ["version"]
        requires-python = ">=3.11"
        [tool.setuptools_scm]
        [tool.bareboat]
        command = ["python", "-m", "tidy"]
        """,
    "src/tidy/__init__.py": "",
    "src/tidy/__main__.py": "print('tidy')\n",
    ".gitignore": "*.egg-info\n",  # which no image takes, and git must not miss in the backend's copy
}


@pytest.mark.full
def test_a_version_from_git_follows_the_tags(images_made: Session, tmp_path: Path) -> None:
    origin, cache = folders.make(tmp_path / "origin", VERSIONED), images_made.cache
    commands = [["init"], ["add", "--all"], ["commit", "--quiet", "-m", "one"], ["tag", "v1.2"]]
    for command in commands:
        run("git", *NAMED, *command, folder=origin)
    bareboat("lock", origin, "--cache-dir", cache, "--quiet")
    assert told_version(origin, cache) == "1.2"
    run("git", "clone", "--quiet", origin, tmp_path / "clone")
    shutil.copyfile(origin / "bareboat.lock", tmp_path / "clone" / "bareboat.lock")
    assert told_version(tmp_path / "clone", tmp_path / "cache") == "1.2"
    for command in (["commit", "--quiet", "--allow-empty", "-m", "two"], ["tag", "v1.3"]):
        run("git", *NAMED, *command, folder=origin)
    assert told_version(origin, cache) == "1.3"


def told_version(project: Path, cache: Path) -> str:
    said = json.loads(bareboat("plan", project, "--cache-dir", cache, "--json", "--quiet"))
    return str(said["config"]["Labels"]["org.opencontainers.image.version"])


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter: pytest's own are closed."""
    folder = Path(tempfile.mkdtemp(prefix="bareboat-open-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def venv(folder: Path, python: str) -> Path:
    """Make an environment for another Python that runs this code, and return its interpreter."""
    uv = Path(sys.executable).parent / "uv"
    run(uv, "venv", "--quiet", "--python", python, "--no-managed-python", folder)
    install = ("pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--no-deps")
    program = folder / "bin" / "python"
    run(uv, *install, "--python", program, "-r", sources.ROOT / "requirements" / "run.txt")
    return program


def pythons() -> list[str]:
    """Return the CPythons 3.11 and newer that are installed here, as uv and pyenv know them, newest first."""
    uv = Path(sys.executable).parent / "uv"
    listed = json.loads(run(uv, "python", "list", "--only-installed", "--output-format", "json"))
    known = {one["path"] for one in listed if one["implementation"] == "cpython"}
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    known |= {str(path) for path in pyenv.glob("versions/3.*/bin/python3")}
    ranked = sorted(((version(path), path) for path in known), reverse=True)
    return [path for found, path in ranked if found >= (3, 11)]


def version(python: str) -> tuple[int, ...]:
    said = run(python, "-I", "-c", "import sys; print(*sys.version_info[:2])")
    return tuple(map(int, said.split()))


@pytest.mark.full
@pytest.mark.parametrize("name", ["fastapi", "package"])
def test_another_python_on_the_host_does_not_matter(name: str, images_made: Session, tmp_path: Path) -> None:
    others = [path for path in pythons() if version(path) != sys.version_info[:2]]
    if not others:
        pytest.skip("no other Python of version 3.11 or newer is installed here")
    chosen = others[0] if name == "fastapi" else others[-1]
    program = (venv(tmp_path / "venv", chosen), "-m", "bareboat")
    environ = {**strange(tmp_path), "PYTHONPATH": str(sources.SOURCE)}
    made = images_made.image(name)
    same(made, build(made.project, tmp_path / "cache", "--locked", program=program, environ=environ))


@pytest.mark.full
@pytest.mark.parametrize(("name", "how"), [("package", "gzip"), ("fastapi", "zstd")])
def test_another_user_does_not_matter(name: str, how: str, images_made: Session, open_folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    made = images_made.image(name, how)
    folder = open_folder / name
    shutil.copytree(sources.SOURCE, folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    project = shutil.copytree(made.project, folder / "project")
    become = ("setpriv", f"--reuid={OTHER_USER}", f"--regid={OTHER_USER}", "--clear-groups")
    able = [path for path in pythons() if succeeds(*become, path, "-c", "import encodings, ssl, sqlite3")]
    if not able:
        pytest.skip("another user can run none of the Pythons that are installed here")
    program = venv(folder / "venv", able[0])
    home = folder / "home"
    home.mkdir()
    for settings in (".config/pip", ".config/uv", ".pip", ".netrc"):
        source = Path.home() / settings
        if source.is_dir():
            shutil.copytree(source, home / settings)
        elif source.is_file():
            shutil.copyfile(source, home / settings)
    for path in [home, *home.rglob("*"), project, *project.rglob("*"), folder]:
        os.chown(path, OTHER_USER, OTHER_USER)
    environ = {**strange(home), "HOME": str(home), "USER": "other", "TMPDIR": str(home)}
    environ["PYTHONPATH"] = str(folder / "src")
    found = build(
        project,
        home / "cache",
        "--locked",
        "--compression",
        how,
        program=(*become, program, "-m", "bareboat"),
        environ=environ,
        umask=0o077,
    )
    same(made, found)


def succeeds(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0
