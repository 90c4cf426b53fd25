"""The project's own wheel: its build requirements locked, its backend run by uv.

The backend runs on the interpreter that bareboat runs on, in uv's isolated environment, with
nothing but the locked requirements. Only a pure wheel is taken: what is compiled must be compiled
for the target, which comes with sdists.
"""

import json
import shutil
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from bareboat.errors import BareboatError, BuildError, InputError
from bareboat.index import complaint, config, uv
from bareboat.index.pins import parse_pins, render_pins
from bareboat.lock import LockedRequirement

__all__ = ["build_wheel", "lock_requirements"]

_OLDEST_PYTHON = "3.11"  # bareboat's own: a lock serves every host that bareboat runs on
_WHERE = "build requirements"
_DROPPED = ("CONDA_PREFIX", "CONDA_DEFAULT_ENV", "VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")
_HOOK = """
import importlib, json, sys
folders, backend, result = json.loads(sys.argv[1])
sys.path[:0] = folders
name, _, attributes = backend.partition(":")
hooks = importlib.import_module(name)
for attribute in filter(None, attributes.split(".")):
    hooks = getattr(hooks, attribute)
ask = getattr(hooks, "get_requires_for_build_wheel", None)
with open(result, "w", encoding="utf-8") as file:
    json.dump(list(ask(None)) if ask else [], file)
"""


def lock_requirements(
    requires: Sequence[str],
    *,
    environ: Mapping[str, str],
    source: Path | None = None,
    offline: bool = False,
) -> tuple[LockedRequirement, ...]:
    """Return `requires` and all that they need, pinned and hashed, by name.

    With `source`, its backend is asked what it needs besides (PEP 517,
    `get_requires_for_build_wheel`), on a copy. The result serves any host: it may hold packages
    that only other platforms install.

    Raises ResolveError, NetworkError, and BuildError where the backend fails.
    """
    made = _environment(environ, source, epoch=0)
    with tempfile.TemporaryDirectory(prefix="bareboat-", dir=environ.get("TMPDIR") or None) as name:
        scratch = Path(name)
        text = _compile(requires, scratch, made, source, offline=offline)
        if source is not None:
            more = _dynamic(source, text, scratch, made, offline=offline)
            if set(more) - set(requires):
                text = _compile([*requires, *more], scratch, made, source, offline=offline)
    return tuple(sorted(parse_pins(text, where=_WHERE)))


def build_wheel(  # noqa: PLR0913 - what the image depends on is named, not bundled
    source: Path,
    out: Path,
    *,
    requires: tuple[LockedRequirement, ...],
    environ: Mapping[str, str],
    epoch: int,
    offline: bool = False,
    python: str = "",
) -> Path:
    """Return the wheel that the backend of `source` makes, put into the folder `out`.

    Only a pure one is taken, unless `python` names the version of the interpreter to build with.

    `source` is a copy that the backend may write to. The backend sees `epoch` as SOURCE_DATE_EPOCH,
    a fixed umask, locale, time zone and hash seed; the zip's own times and modes still mean nothing.

    Raises BuildError for a failing backend and for a wheel that is not pure Python.
    """
    made = _environment(environ, source, epoch=epoch)
    with tempfile.TemporaryDirectory(prefix=".wheel-", dir=out) as name:
        scratch = Path(name)
        constraints = scratch / "constraints.txt"
        constraints.write_text(render_pins(requires), encoding="utf-8")
        wheels = scratch / "wheels"
        command = [uv.program(), "build", str(source), "--wheel", "--out-dir", str(wheels)]
        command += ["--build-constraints", str(constraints), "--require-hashes", "--no-sources"]
        command += ["--force-pep517", "--python", python or sys.executable, "--color", "never"]
        command += [*config.uv_arguments(made), *(["--offline"] if offline else [])]
        code, _, said = uv.execute(command, made, source)
        if code != 0:
            raise _failure(said, source, code)
        found = sorted(wheels.glob("*.whl"))
        if len(found) != 1:
            raise BuildError(f"the backend made {len(found)} wheels, one is expected", where=source.name)
        if not python:
            _demand_pure(found[0])
        return found[0].rename(out / found[0].name)


def _compile(
    requires: Sequence[str], scratch: Path, environ: Mapping[str, str], source: Path | None, *, offline: bool
) -> str:
    """Return `requires` as a hashed requirements file; the same for all platforms where possible."""
    common = ["pip", "compile", "-", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    common += ["--only-binary", ":all:", "--no-sources", "--python", sys.executable]
    common += [*config.uv_arguments(environ, folder=source), *(["--offline"] if offline else [])]
    stdin = "".join(f"{line}\n" for line in requires)
    everywhere = ["--universal", "--python-version", _OLDEST_PYTHON, "--fork-strategy", "fewest"]
    text = uv.run([*common, *everywhere], environ=environ, cwd=scratch, stdin=stdin, where=_WHERE)
    names = [pin.name for pin in parse_pins(text, where=_WHERE)]
    if len(names) != len(set(names)):
        # one version a platform: constraints cannot say that without markers, so lock for this host
        text = uv.run(common, environ=environ, cwd=scratch, stdin=stdin, where=_WHERE)
    return text


def _dynamic(
    source: Path, locked: str, scratch: Path, environ: Mapping[str, str], *, offline: bool
) -> list[str]:
    """Return what the backend asks for beyond build-system.requires."""
    system = _build_system(source)
    copied, env, result = scratch / "source", scratch / "env", scratch / "requires.json"
    shutil.copytree(source, copied, symlinks=True)
    uv.run(["venv", "--quiet", "--python", sys.executable, str(env)], environ=environ, cwd=scratch)
    if locked:
        pins = scratch / "locked.txt"
        pins.write_text(locked, encoding="utf-8")
        install = ["pip", "install", "--quiet", "--python", str(env), "--require-hashes", "--no-deps"]
        install += ["-r", str(pins), "--only-binary", ":all:", *config.uv_arguments(environ, folder=source)]
        uv.run([*install, *(["--offline"] if offline else [])], environ=environ, cwd=scratch, where=_WHERE)
    folders = [str(copied / folder) for folder in system.get("backend-path", [])]
    backend = system.get("build-backend", "setuptools.build_meta:__legacy__")
    question = json.dumps([folders, backend, str(result)])
    python = env / "bin" / "python"
    code, out, said = uv.execute([str(python), "-P", "-c", _HOOK, question], environ, copied)
    if code != 0:
        raise _failure(out + said, source, code)
    return [str(line) for line in json.loads(result.read_text(encoding="utf-8"))]


def _build_system(source: Path) -> dict[str, Any]:
    file = source / "pyproject.toml"
    try:
        system = tomllib.loads(file.read_text(encoding="utf-8")).get("build-system", {})
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise InputError("cannot be read as TOML", where=str(file)) from error
    return system if isinstance(system, dict) else {}


def _environment(environ: Mapping[str, str], source: Path | None, *, epoch: int) -> dict[str, str]:
    made = {
        name: value
        for name, value in config.uv_environment(environ, folder=source).items()
        if name not in _DROPPED and not name.startswith("PYTHON")
    }
    fixed = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}
    return made | fixed | {"SOURCE_DATE_EPOCH": str(epoch), "NO_COLOR": "1"}


def _failure(said: str, source: Path, code: int) -> BareboatError:
    """Return the error for a failed build: the backend's last words, the rest as a hint."""
    if "Failed to resolve requirements" in said or "Failed to install requirements" in said:
        return complaint.read(said, code=code, where=_WHERE)
    lines = complaint.backend_words(said)
    words = lines[0] if lines else f"exit code {code}"
    hint = "\n".join(["mend the project, or try `uv build --wheel` in it", *lines[1:]])
    if any(sign in said for sign in ("setuptools_scm", "setuptools-scm", "hatch_vcs", "vcs_versioning")):
        hint += "\nthe version comes from git here: set SETUPTOOLS_SCM_PRETEND_VERSION, or write it down"
    return BuildError(f"the build backend failed: {words}", where=source.name, hint=hint)


def _demand_pure(wheel: Path) -> None:
    hint = "compiled projects come with source distributions, in a later release"
    try:
        tags = parse_wheel_filename(wheel.name)[3]
    except InvalidWheelFilename as error:
        raise BuildError("the backend made a wheel with a malformed name", where=wheel.name) from error
    if any(tag.platform != "any" or tag.abi != "none" for tag in tags):
        raise BuildError("the project's wheel holds compiled code", where=wheel.name, hint=hint)
    try:
        with zipfile.ZipFile(wheel) as archive:
            name = next(part for part in archive.namelist() if part.endswith(".dist-info/WHEEL"))
            with archive.open(name) as file:
                said = file.read(1 << 16).decode("utf-8", "replace")
    except (zipfile.BadZipFile, StopIteration, OSError, NotImplementedError, RuntimeError) as error:
        raise BuildError("the backend's wheel cannot be read", where=wheel.name) from error
    if "root-is-purelib: true" not in said.lower():
        raise BuildError("the project's wheel is not for any platform", where=wheel.name, hint=hint)
