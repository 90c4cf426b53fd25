"""A whole file put together: what a form brings, and around it the stages that all forms share."""

from collections.abc import Sequence

from msgspec.structs import replace

from bareboat.dockerfile.make import arg, comment, file, frm, run
from bareboat.dockerfile.syntax import File, Instruction, Item
from bareboat.forms import checks, final, mounts, source, system
from bareboat.forms.final import Installed
from bareboat.forms.options import Options
from bareboat.forms.versions import UV
from bareboat.plan.blueprint import Blueprint

__all__ = ["MARK", "assemble", "head", "only"]

MARK = "Written by `bareboat dockerfile`"


def assemble(  # noqa: PLR0913 - a form's parts and its name
    blueprint: Blueprint,
    options: Options,
    stages: Sequence[Item],
    installed: Installed,
    *,
    name: str,
    title: str,
) -> File:
    """Return the file: the form's `stages`, then application, static files, checks, the final stage.

    `name` and `title` are the form's.
    """
    own = [*stages, *source.application(blueprint, options.base)]
    if blueprint.entries:
        own += source.statics(blueprint, stage=installed.running, bin=installed.bin)
    checked, names = checks.stages(blueprint, options, installed)
    last, fitted = _fitted(blueprint, options, installed)
    closing = final.stage(blueprint, options, fitted, waits_for=names)
    whole = (*own, *checked, *last, *closing)
    return file(*head(blueprint, options, whole, form=f"{name}: {title}"), *whole)


def only(blueprint: Blueprint, options: Options, items: Sequence[Item], *, name: str, title: str) -> File:
    """Return a file of one stage, under the same head."""
    return file(*head(blueprint, options, items, form=f"{name}: {title}"), *items)


def head(blueprint: Blueprint, options: Options, items: Sequence[Item], *, form: str) -> tuple[Item, ...]:
    """Return what stands above the first stage: what this is, how to build it, versions."""
    name = blueprint.path("Dockerfile")
    found: list[Item] = [
        comment(f"{MARK}, form {form}."),
        comment(
            f"Build it with: docker build {f'-f {name} ' if blueprint.context else ''}-t {blueprint.name} ."
        ),
    ]
    if options.has_secrets:
        named = {secret for secret, _ in mounts.SECRETS.values()} & set(_secrets(items))
        said = " ".join(f"--secret id={one},src=FILE" for one in sorted({*named, "netrc"}))
        found.append(comment(f"Credentials of the package index: {said}"))
    grouped: dict[tuple[str, str], list[str]] = {}
    for one in blueprint.findings:
        grouped.setdefault((one.severity, one.message), []).append(one.where)
    found += [
        comment(f"{severity}: {', '.join(wheres)}: {message}")
        for (severity, message), wheres in grouped.items()
    ]
    images = [item.arguments[0] for item in items if isinstance(item, Instruction) and item.keyword == "FROM"]
    for variable, value in (("PYTHON_VERSION", str(blueprint.python)), ("UV_VERSION", UV)):
        if any(f"${{{variable}}}" in image for image in images):
            found.append(arg(variable, value))
    return tuple(found)


def _secrets(items: Sequence[Item]) -> list[str]:
    held = [item for item in items if isinstance(item, Instruction)]
    texts = [text for item in held for text in item.values("mount") if text.startswith("type=secret")]
    return [text.partition("id=")[2].partition(",")[0] for text in texts]


def _fitted(
    blueprint: Blueprint, options: Options, installed: Installed
) -> tuple[tuple[Item, ...], Installed]:
    """Return a last stage where the final image needs what was installed in another shape."""
    base = options.base
    folder = installed.bin.removesuffix("/bin")
    found: list[Item] = list(system.collect(blueprint, base, folder=installed.copies[0][0]))
    if base.interpreter:
        found.insert(
            0,
            run(
                f"ln -sfn {base.interpreter} {installed.bin}/python",
                f"sed -i 's|^home = .*|home = {base.interpreter.rpartition('/')[0]}|' {folder}/pyvenv.cfg",
            ),
        )
    if not found:
        return (), installed
    said = comment("What the final image needs otherwise than the image it was built in.")
    return (said, frm(installed.stage, "fitted"), *found), replace(installed, stage="fitted")
