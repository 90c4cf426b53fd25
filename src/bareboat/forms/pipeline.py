"""What a pipeline does, whoever runs it: the commands that test, build and audit a project.

Commands are lines for a POSIX shell that start in the project's folder.
"""

import shlex
from enum import StrEnum

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.forms.versions import AUDIT, POETRY, POETRY_EXPORT
from bareboat.plan.blueprint import Blueprint, Dependencies, Origin

__all__ = ["ARCHIVE", "Builder", "Pipeline", "Scan", "audit", "build", "locks", "trials"]

ARCHIVE = "image.tar"
_AUDITED = "audited-requirements.txt"


class Builder(StrEnum):
    """What makes the image."""

    NATIVE = "native"
    DOCKER = "docker"


class Scan(StrEnum):
    """What looks for known vulnerabilities: in the image, or in the locked Python packages."""

    TRIVY = "trivy"
    GRYPE = "grype"
    PIP_AUDIT = "pip-audit"


class Pipeline(Struct, frozen=True):
    """What a workflow is written from.

    `folder` is the project's place in the repository, empty for its root. `version` is the release
    of bareboat that builds. `beside` are test requirements files beside the locked one;
    `has_tests` and `is_locked` (bareboat.lock) say what the folder has.
    """

    blueprint: Blueprint
    version: str
    builder: Builder = Builder.NATIVE
    scan: Scan = Scan.TRIVY
    branch: str = "main"
    folder: str = ""
    beside: tuple[str, ...] = ()
    has_tests: bool = True
    is_locked: bool = False

    @property
    def context(self) -> str:
        """The build context's place in the repository: where the lock lies; empty for its root."""
        inside = self.blueprint.context
        return self.folder.removesuffix(inside).rstrip("/") if inside else self.folder

    def path(self, name: str) -> str:
        """Return a file of the project as a path in the repository."""
        return f"{self.folder}/{name}" if self.folder else name


def trials(pipeline: Pipeline) -> tuple[str, ...]:
    """Return the commands that run pytest on the locked packages; none where there are no tests."""
    if not pipeline.has_tests:
        return ()
    found = pipeline.blueprint
    held, wanted = found.dependencies, found.tests
    chosen = [f"--{wanted.kind}", wanted.name] if wanted.kind else []
    names = {one.partition("[")[0].strip().lower() for one in wanted.requirements}
    added = [] if any(name.startswith("pytest") for name in names) else ["--with", "pytest"]
    match held.origin:
        case Origin.UV_LOCK:
            return (_said("uv", "run", "--locked", *chosen, *added, "pytest"),)
        case Origin.PYPROJECT | Origin.NONE if held.pyproject and held.is_standard:
            return (_said("uv", "run", *chosen, *added, "pytest"),)
        case Origin.POETRY_LOCK:
            poetry = _said("uvx", f"poetry=={POETRY[held.generation]}")
            return (f"{poetry} install --all-extras", f"{poetry} run python -m pytest")
    return _in_environment(pipeline, chosen)


def _in_environment(pipeline: Pipeline, chosen: list[str]) -> tuple[str, ...]:
    """Return commands for what uv does not manage by itself: an environment filled file by file."""
    found = pipeline.blueprint
    # UV_PYTHON, which chooses the version, would lead `uv pip` past the environment.
    install = ("uv", "pip", "install", "--python", ".venv")
    files = (*found.dependencies.files[:1], *pipeline.beside)
    listed = [word for name in files for word in ("-r", name)]
    lines = ["uv venv", _said(*install, *listed, "pytest")]
    if found.is_package:
        extra = f"[{chosen[1]}]" if chosen[:1] == ["--extra"] else ""
        lines.append(_said(*install, "-e", f".{extra}"))
    if chosen[:1] == ["--group"]:
        lines.append(_said(*install, *chosen))
    return (*lines, ".venv/bin/python -m pytest")


def build(pipeline: Pipeline, *, out: str) -> str:
    """Return the command that builds the image with bareboat into an archive."""
    locked = ["--locked"] if pipeline.is_locked and pipeline.blueprint.dependencies.origin in _LOCKED else []
    folder = pipeline.folder or "."
    return _said("uvx", f"bareboat=={pipeline.version}", "build", folder, "--output", out, *locked)


_LOCKED = {Origin.UV_LOCK, Origin.PYLOCK, Origin.HASHED}


def locks(pipeline: Pipeline) -> tuple[str, ...]:
    """Return the files, as paths in the repository, whose change makes an old cache less useful."""
    held = pipeline.blueprint.dependencies
    first = held.main or held.pyproject
    base = pipeline.context
    named = [f"{base}/{first}" if base else first] if first else []
    return (*named, *([pipeline.path("bareboat.lock")] if pipeline.is_locked else []))


def audit(pipeline: Pipeline) -> tuple[str, ...]:
    """Return the commands that look the locked packages up with pip-audit.

    Raises InputError for a project without packages.
    """
    held = pipeline.blueprint.dependencies
    program = f"uvx pip-audit=={AUDIT}"
    match held.origin:
        case Origin.NONE:
            raise InputError(
                "the project names no packages to look up",
                where="--scan pip-audit",
                hint="use trivy or grype, which look at the image",
            )
        case Origin.PYLOCK:
            return (f"{program} --locked .",)
        case Origin.HASHED:
            return (f"{program} --require-hashes --disable-pip {_said('-r', held.main)}",)
    return (_exported(held), f"{program} --require-hashes --disable-pip -r {_AUDITED}")


def _exported(held: Dependencies) -> str:
    """Return the command that writes every package with its hashes."""
    match held.origin:
        case Origin.UV_LOCK:
            words = ["uv", "export", "--quiet", "--locked", "--no-default-groups", "--no-emit-workspace"]
            return _said(*words, *_chosen(held), "--output-file", _AUDITED)
        case Origin.POETRY_LOCK:
            plugin = f"poetry-plugin-export=={POETRY_EXPORT[held.generation]}"
            words = ["uvx", "--with", plugin, f"poetry=={POETRY[held.generation]}", "export"]
            return _said(*words, "--output", _AUDITED)
    words = ["uv", "pip", "compile", "--quiet", "--generate-hashes", held.main or held.pyproject]
    return _said(*words, *_chosen(held), "--output-file", _AUDITED)


def _chosen(held: Dependencies) -> list[str]:
    extras = [word for name in held.extras for word in ("--extra", name)]
    return [*extras, *(word for name in held.groups for word in ("--group", name))]


def _said(*words: str) -> str:
    return shlex.join(words)
