"""A Dockerfile and the files beside it, made of a project; nothing of the user's is overwritten."""

import os
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bareboat.dockerfile.render import render
from bareboat.dockerfile.syntax import File, Instruction
from bareboat.errors import InputError
from bareboat.forms import bases, compose, envfile, ignorefile, registry
from bareboat.forms.form import Form
from bareboat.forms.options import Options
from bareboat.jobs.blueprint import Asked, blueprint
from bareboat.jobs.context import Context
from bareboat.plan.blueprint import Blueprint
from bareboat.project.command import Decision
from bareboat.project.toml import read_text

__all__ = ["Made", "Output", "State", "Wish", "images", "make", "write"]

_BASES = {"slim": "small, and takes every wheel"}

Resolve = Callable[[str], str]
"""Returns the digest of an image by its name."""


class State(StrEnum):
    """What writing an output does to the folder."""

    NEW = "new"
    SAME = "unchanged"
    CHANGED = "changed"
    KEPT = "kept"


class Wish(Struct, frozen=True):
    """What the caller asks for; empty texts leave the choice to the project.

    `out` is a folder or a file, None for the project's own folder. `resolve` gives digests for
    `--pin`, None leaves tags as they are.
    """

    form: str = ""
    installer: str = ""
    base: str = "slim"
    out: Path | None = None
    has_tests: bool = False
    has_scan: bool = False
    has_secrets: bool = False
    has_compose: bool = False
    resolve: Resolve | None = None


class Output(Struct, frozen=True):
    """One file to be: its place, its text, what is there now (None: nothing), what becomes of it."""

    path: Path
    text: str
    before: str | None
    state: State


class Made(Struct, frozen=True):
    """A Dockerfile as a value, and all files as texts; `fits` has the reason against each form.

    `folder` is the project's, absolute.
    """

    folder: Path
    blueprint: Blueprint
    form: Form
    file: File
    outputs: tuple[Output, ...]
    decisions: tuple[Decision, ...]
    fits: Mapping[str, str | None]

    @property
    def text(self) -> str:
        """The Dockerfile's text."""
        return self.outputs[0].text

    @property
    def root(self) -> Path:
        """The folder of the build context: the project's own, or the one above that its context needs."""
        inside = self.blueprint.context.count("/") + 1 if self.blueprint.context else 0
        return (self.folder, *self.folder.parents)[inside]


def make(folder: Path, flags: Mapping[str, Any], context: Context, wish: Wish) -> Made:
    """Return the files for the project in `folder`, none of them written yet.

    Raises InputError where the form does not fit the project, with the reason.
    """
    named = registry.find(wish.form) if wish.form else None
    tool = named.TOOL if named is not None else wish.installer
    found = blueprint(folder, flags, context, Asked(wish.base, tool))
    base = bases.find(wish.base, python=found.python, suite=found.suite)
    form, reason = _form(named, found, base, wish)
    options = Options(
        base,
        has_tests=wish.has_tests,
        has_scan=wish.has_scan,
        has_secrets=wish.has_secrets or found.has_private_index,
    )
    file = form.write(found, options)
    if wish.resolve is not None:
        pins = {image: wish.resolve(image) for image in images(file)}
        file = form.write(found, replace(options, base=replace(base, pins=pins)))
    return Made(
        folder.resolve(),
        found,
        form,
        file,
        _outputs(folder, found, render(file), wish),
        (
            Decision("form", form.NAME, reason),
            Decision("base", base.name, _BASES.get(base.name, "asked for")),
            *found.decisions,
        ),
        registry.fitting(found, base),
    )  # fmt: skip


def write(made: Made, *, force: bool = False) -> None:
    """Write what is new or changed.

    Raises InputError before anything is written where a file of the user's would change and
    `force` does not allow it. `.dockerignore` only ever grows.
    """
    for output in made.outputs:
        if output.state is State.CHANGED and not force and not _only_grows(output):
            raise InputError(
                "is there already and differs",
                where=str(output.path),
                hint="see the difference with --diff, replace it with --force, or write elsewhere with --out",
            )
    for output in made.outputs:
        if output.state in {State.NEW, State.CHANGED}:
            _put(output.path, output.text)


def images(file: File) -> tuple[str, ...]:
    """Return the images that a file builds from, its variables written out, in their order."""
    values: dict[str, str] = {}
    stages: set[str] = set()
    found: dict[str, None] = {}
    for item in file.items:
        if not isinstance(item, Instruction):
            continue
        if item.keyword == "ARG" and not stages:
            values |= {key: (value or "").strip('"') for key, value in item.pairs}
        if item.keyword == "FROM":
            name = item.arguments[0]
            for key, value in values.items():
                name = name.replace(f"${{{key}}}", value)
            if name not in stages and name != "scratch" and "@" not in name:
                found[name] = None
            stages.add(item.arguments[-1])
    return tuple(found)


def _form(named: Form | None, found: Blueprint, base: bases.Base, wish: Wish) -> tuple[Form, str]:
    if named is None:
        return registry.default(found, base, wish.installer)
    if wish.installer and wish.installer != named.TOOL:
        raise InputError(
            f"form {named.NAME} installs with {named.TOOL}, not with {wish.installer}",
            where="--installer",
            hint="give one of the two",
        )
    reason = named.fits(found, base)
    if reason is not None:
        others = [name for name, why in registry.fitting(found, base).items() if why is None]
        raise InputError(reason, where=f"form {named.NAME}", hint=f"what fits: {', '.join(others) or 'none'}")
    return named, "asked for"


def _outputs(folder: Path, found: Blueprint, text: str, wish: Wish) -> tuple[Output, ...]:
    """Return the files: beside the project, or where `out` says.

    A Dockerfile of another name or place has its own ignore file beside it, which BuildKit
    prefers; the same goes for a project inside a larger context.
    """
    folder = folder.resolve()
    place = (wish.out or folder).absolute()
    is_file = wish.out is not None and not place.is_dir() and not str(wish.out).endswith(os.sep)
    name = place if is_file else place / "Dockerfile"
    is_own = name == folder / "Dockerfile" and not found.context
    ignore = folder / ".dockerignore" if is_own else name.with_name(f"{name.name}.dockerignore")
    existing = _there(ignore)
    user = existing if is_own else existing or _there(folder / ".dockerignore")
    texts = [_output(name, text), _output(ignore, ignorefile.merged(found, user or ""))]
    example = envfile.example(found)
    if example and not is_file:
        beside = _output(name.with_name("env.example"), example)
        kept = beside.state is State.CHANGED
        texts.append(replace(beside, state=State.KEPT) if kept else beside)
    if wish.has_compose:
        texts.append(_output(name.with_name("compose.yaml"), compose.compose(found, dockerfile=name.name)))
    return tuple(texts)


def _output(path: Path, text: str) -> Output:
    before = _there(path)
    state = State.NEW if before is None else State.SAME if before == text else State.CHANGED
    return Output(path, text, before, state)


def _there(path: Path) -> str | None:
    return read_text(path, where=str(path)) if path.is_file() else None


def _only_grows(output: Output) -> bool:
    is_ignore = output.path.name.endswith(".dockerignore")
    return is_ignore and output.text.startswith((output.before or "").rstrip("\n"))


def _put(path: Path, text: str) -> None:
    """Write beside and rename, so that a file is never half there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.bareboat-new")
        beside.write_text(text, encoding="utf-8", newline="")
        beside.replace(path)
    except OSError as error:
        raise InputError(
            f"cannot be written: {(error.strerror or str(error)).lower()}", where=str(path)
        ) from error
