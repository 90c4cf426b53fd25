"""What is asked of a builder, and the argument lists that ask for it. Starts nothing."""

from pathlib import Path

from msgspec import Struct

from bareboat.engine.builders import Builder, Tool
from bareboat.errors import InputError

__all__ = ["BuildRequest", "bud", "buildx", "digest", "save"]


class BuildRequest(Struct, frozen=True):
    """A Dockerfile to build.

    `ignorefile` is what to leave out of the context; without one the engine looks for its own.
    `shown` names the Dockerfile in errors. `secrets` are texts of `--secret` (`id=NAME,src=FILE`).
    `network` is that of RUN, empty for the engine's default. An output that ends in `.tar` is an OCI
    archive, any other a layout; both must not be there yet. With outputs the image goes nowhere else
    unless `load`, but Podman and buildah always keep it.
    """

    context: Path
    dockerfile: Path
    ignorefile: Path | None = None
    shown: str = "Dockerfile"
    tags: tuple[str, ...] = ()
    target: str = ""
    build_args: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    network: str = ""
    no_cache: bool = False
    outputs: tuple[Path, ...] = ()
    load: bool = False


def buildx(
    builder: Builder, request: BuildRequest, iidfile: Path, metadata: Path, *, progress: str
) -> list[str]:
    """Return the command for BuildKit, Docker's own or one of buildx."""
    # The builder of a context is only found in that context.
    context = (
        ["--context", builder.name] if builder.tool is Tool.BUILDX and builder.driver == "docker" else []
    )
    command = [builder.program, *context, "buildx", "build", "--builder", builder.name]
    command += ["--progress", progress]
    command += [
        "--file",
        str(request.dockerfile),
        "--iidfile",
        str(iidfile),
        "--metadata-file",
        str(metadata),
    ]
    command += _common(request)
    if request.platforms:
        command += ["--platform", ",".join(request.platforms)]
    for output in request.outputs:
        fields = ["type=oci", f"dest={output}", *([] if output.suffix == ".tar" else ["tar=false"])]
        command += ["--output", ",".join(_quoted(field) for field in fields)]
    if request.load or not request.outputs:
        command.append("--load")
    return [*command, "--", str(request.context)]


def bud(builder: Builder, request: BuildRequest, iidfile: Path) -> list[str]:
    """Return the command for Podman or buildah.

    Docker's format keeps HEALTHCHECK and SHELL, which OCI's has no place for. Raises InputError for
    several platforms: these builders make one image a call.
    """
    if len(request.platforms) > 1:
        raise InputError(
            f"{builder.tool} builds one platform at a time, seen {', '.join(request.platforms)}",
            where="--platform",
            hint="build each by itself, or take --engine buildx:NAME",
        )
    command = [builder.program, "build", "--format", "docker", "--layers", "--force-rm"]
    command += ["--file", str(request.dockerfile), "--iidfile", str(iidfile)]
    if request.ignorefile is not None:
        command += ["--ignorefile", str(request.ignorefile)]
    command += _common(request)
    for platform in request.platforms:
        command += ["--platform", platform]
    return [*command, "--", str(request.context)]


def save(builder: Builder, image: str, output: Path, reference: str) -> list[str]:
    """Return the command that writes an image of Podman's or buildah's to a file or a folder."""
    is_archive = output.suffix == ".tar"
    if builder.tool is Tool.PODMAN:
        how = "oci-archive" if is_archive else "oci-dir"
        return [builder.program, "save", "--quiet", "--format", how, "--output", str(output), "--", image]
    transport = "oci-archive" if is_archive else "oci"
    target = f"{transport}:{output}" + (f":{reference}" if reference else "")
    return [builder.program, "push", "--quiet", "--format", "oci", "--", image, target]


def digest(builder: Builder, image: str) -> list[str]:
    """Return the command that prints the digest of an image's manifest."""
    if builder.tool is Tool.PODMAN:
        return [builder.program, "image", "inspect", "--format", "{{.Digest}}", "--", image]
    return [builder.program, "inspect", "--type", "image", "--format", "{{.FromImageDigest}}", "--", image]


def _common(request: BuildRequest) -> list[str]:
    command = [word for tag in request.tags for word in ("--tag", tag)]
    if request.target:
        command += ["--target", request.target]
    for key, value in request.build_args:
        command += ["--build-arg", f"{key}={value}"]
    for secret in request.secrets:
        command += ["--secret", secret]
    if request.network:
        command += ["--network", request.network]
    if request.no_cache:
        command.append("--no-cache")
    return command


def _quoted(field: str) -> str:
    """Return a field as CSV has it."""
    return '"' + field.replace('"', '""') + '"' if set(field) & set(',"\n') else field
