"""What to do about a RUN that failed for a reason of its own: what it missed, and a shell where it ran."""

import shlex
from collections.abc import Sequence
from pathlib import Path

from bareboat.build import diagnosis
from bareboat.engine.builders import Builder, Tool

__all__ = ["hint"]

_IMAGE = "look"


def hint(  # noqa: PLR0913 - what a build was called with
    builder: Builder,
    words: Sequence[str],
    line: int,
    *,
    show: str,
    context: Path,
    network: str = "",
    is_generated: bool = True,
) -> str:
    """Return the hint for the instruction on `line`, whose command wrote `words`.

    `show` is a command that writes the Dockerfile. What was built before the line is in the builder's
    cache, so a file that ends there is built at once.
    """
    build = f"{_building(builder)}{f' --network {network}' if network else ''}"
    run = "docker run" if builder.has_buildkit else "podman run"
    look = (
        f"{show} | head -n {line - 1} | {build} -f - -t {_IMAGE} {shlex.quote(str(context))}"
        f" && {run} --rm -it --user 0 --entrypoint sh {_IMAGE}"
    )
    missing = diagnosis.missing("\n".join(words))
    found = [f"the {one.kind} {one.name} is missing" for one in missing[:1]]
    if found and missing[0].kind != "module":
        found.append(
            'in pyproject.toml: [tool.bareboat.build] packages = ["…"], the Debian package that has it'
            if is_generated
            else "install the package that has it in a RUN before this one"
        )
    return "\n".join([*found, f"a shell where it ran: {look}"])


def _building(builder: Builder) -> str:
    match builder.tool:
        case Tool.BUILDX:
            return f"docker buildx build --builder {builder.name} --load"
        case Tool.BUILDAH:
            return "buildah bud"
    return f"{'docker' if builder.has_buildkit else 'podman'} build"
