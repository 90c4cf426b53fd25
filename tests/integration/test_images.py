"""The examples as images: taken by tools nobody here wrote, run by every engine, as small as promised.

The core set has each engine and each checker once; the long matrix has each with every example and
with both compressions.
"""

import json
import os
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import pytest
from msgspec.structs import replace

import sources
from bareboat.engine import health
from bareboat.engine import run as containers
from bareboat.engine.call import call
from bareboat.engine.find import Engine
from bareboat.engine.load import load, remove
from bareboat.engine.run import Container, Options
from bareboat.errors import BuildError
from bareboat.oci.validate import validate_blobs
from bareboat.tree import compress
from built import EXAMPLES, Made, Session, run

pytestmark = pytest.mark.network

Tool = Callable[[str], str]

PROBE = (sources.ROOT / "tests" / "inside.py").read_text()
PYTHON = "/opt/venv/bin/python"

# What cannot be imported, and why that is right; NAME.* stands for all below NAME too.
STANDARD = {"dbm.gnu": "its library is Debian's package python3-gdbm; dbm falls back on dbm.sqlite3"}
PACKAGES = {
    "fastapi": {
        "alembic.templates.*": "copied into projects, run there by Alembic",
        "alembic.testing.suite.*": "Alembic's tests for dialects: want requirements that a dialect sets",
        "anyio._backends._trio": "for those who have trio",
        "anyio.pytest_plugin": "for those who have pytest",
        "click._winconsole": "for Windows",
        "dotenv.ipython": "for those who have IPython",
        "fastapi.templating": "for those who have Jinja2",
        "fastapi.testclient": "for those who have httpx2",
        "mako.ext.*": "for those who have Babel, lingua or Pygments",
        "mako.testing.*": "Mako's own tests: want its setup.cfg and pytest",
        "pydantic.mypy": "for those who have mypy",
        "pydantic.v1._hypothesis_plugin": "for those who have Hypothesis",
        "pydantic.v1.mypy": "for those who have mypy",
        "sqlalchemy.ext.asyncio.*": "for those who have greenlet, an extra of SQLAlchemy",
        "sqlalchemy.testing.plugin.*": "for those who have pytest",
        "starlette.middleware.sessions": "for those who have itsdangerous",
        "starlette.templating": "for those who have Jinja2",
        "starlette.testclient": "for those who have httpx2",
        "uvicorn.loops.zuvloop": "for those who have zuvloop",
        "uvicorn.protocols.http.auto_zttp_impl": "for those who have zttp",
        "uvicorn.protocols.http.zttp_h2_impl": "for those who have zttp",
        "uvicorn.protocols.http.zttp_impl": "for those who have zttp",
        "uvicorn.protocols.websockets.wsproto_impl": "for those who have wsproto",
        "uvicorn.workers": "for those who have gunicorn",
        "websockets.trio.*": "for those who have trio",
    },
    "flask": {
        "click._winconsole": "for Windows",
        "gunicorn.app.pasterapp": "for those who have Paste",
        "gunicorn.workers.ggevent": "for those who have gevent",
        "gunicorn.workers.gtornado": "for those who have Tornado",
    },
    "package": {"click._winconsole": "for Windows"},
}

CORE = {("docker_classic", "fastapi"), ("docker_containerd", "flask"), ("podman", "package")}
NAMES = [
    pytest.param(name, marks=pytest.mark.core if name == "fastapi" else pytest.mark.full) for name in EXAMPLES
]
MATRIX = [
    pytest.param(
        engine,
        name,
        how,
        marks=pytest.mark.core if (engine, name) in CORE and how == "gzip" else pytest.mark.full,
    )
    for engine in ("docker_classic", "docker_containerd", "podman")
    for name in EXAMPLES
    for how in ("gzip", "zstd")
]


@pytest.mark.core
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_oracle_finds_nothing(name: str, images_made: Session) -> None:
    made = images_made.image(name)
    assert validate_blobs(made.root, made.find) == ()


@pytest.mark.full
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_oracle_finds_nothing_in_zstd_layers(name: str, images_made: Session) -> None:
    made = images_made.image(name, "zstd")
    assert {layer["mediaType"].rpartition("+")[2] for layer in made.manifest["layers"]} == {"zstd"}
    assert validate_blobs(made.root, made.find) == ()


@pytest.mark.engine
@pytest.mark.parametrize("name", NAMES)
def test_crane_validates_the_archive(name: str, images_made: Session, tool: Tool) -> None:
    assert "PASS" in run(tool("crane"), "validate", "--tarball", images_made.image(name).archive)


@pytest.mark.engine
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("how", ["gzip", pytest.param("zstd", marks=pytest.mark.full)])
def test_skopeo_copies_the_layout(
    name: str, how: str, images_made: Session, tool: Tool, tmp_path: Path
) -> None:
    made = images_made.image(name, how)
    source = f"oci:{made.layout}:{how}"
    run(tool("skopeo"), "copy", source, f"dir:{tmp_path}/copy")
    held = json.loads((tmp_path / "copy" / "manifest.json").read_bytes())
    assert held == made.manifest
    if how == "zstd":
        return  # Docker's own format has no such layers: skopeo says so, and copies none
    run(tool("skopeo"), "copy", source, f"docker-archive:{tmp_path}/copy.tar:copied:1")
    with tarfile.open(tmp_path / "copy.tar") as archive:
        (entry,) = json.load(cast("IO[bytes]", archive.extractfile("manifest.json")))
    assert len(entry["Layers"]) == len(made.manifest["layers"])


@pytest.mark.engine
@pytest.mark.parametrize("name", NAMES)
def test_umoci_unpacks_the_layout(name: str, images_made: Session, tool: Tool, tmp_path: Path) -> None:
    made = images_made.image(name)
    rootless = [] if os.geteuid() == 0 else ["--rootless"]
    run(tool("umoci"), "unpack", *rootless, "--image", f"{made.layout}:gzip", tmp_path / "bundle")
    root = tmp_path / "bundle" / "rootfs"
    unpacked = {path.relative_to(root).as_posix() for path in root.rglob("*")}
    assert unpacked == {member.name for layer in layers(made) for member in layer}
    assert not any((root / folder / "sh").exists() for folder in ("bin", "usr/bin", "usr/local/bin"))


def layers(made: Made) -> Iterator[list[tarfile.TarInfo]]:
    """Yield what is in each layer, read by the standard library; the lowest first."""
    for layer in made.manifest["layers"]:
        how = compress.Compression(layer["mediaType"].rpartition("+")[2])
        plain = made.file(layer["digest"]).parent / f"{layer['digest'][7:19]}.{os.getpid()}.tar"
        try:
            with plain.open("wb") as target:
                target.writelines(compress.decompress([made.blob(layer["digest"])], how))
            with tarfile.open(plain) as archive:
                yield archive.getmembers()
        finally:
            plain.unlink()


@pytest.mark.engine
@pytest.mark.parametrize(("engine_name", "name", "how"), MATRIX)
def test_an_engine_runs_it(
    engine_name: str, name: str, how: str, images_made: Session, request: pytest.FixtureRequest
) -> None:
    engine = cast("Engine", request.getfixturevalue(engine_name))
    made = images_made.image(name, how)
    with loaded(engine, made) as reference:
        config = json.loads(call(engine, ["image", "inspect", reference]))[0]
        assert config["Config"]["User"] == "65532:65532"
        assert len(config["RootFS"]["Layers"]) == len(made.manifest["layers"])
        with started(engine, reference, strict(made)) as container:
            assert answered(container, made.health).status == 200
            health.wait_healthy(container)
            begun = time.monotonic()
        assert time.monotonic() - begun < 8, "the stop signal is not obeyed"
        with started(engine, reference, replace(strict(made), has_tmp=True)) as container:
            assert answered(container, made.health).status == 200
        assert cannot_run(engine, reference, "/bin/sh")
        assert cannot_run(engine, reference, "/usr/bin/apt")
        name = f"bareboat-never-{os.getpid()}-{name}-{how}"
        with pytest.raises(BuildError):
            containers.start(engine, reference, Options(entrypoint="/usr/bin/gone", name=name))
        assert not call(engine, ["ps", "--all", "--quiet", "--filter", f"name={name}"]).strip()
        check(probed(engine, reference, "top"), name, STANDARD, {})


@pytest.mark.engine
@pytest.mark.full
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_module_of_every_package_imports(
    name: str, images_made: Session, docker_classic: Engine
) -> None:
    with loaded(docker_classic, images_made.image(name)) as reference:
        check(probed(docker_classic, reference, "all"), name, STANDARD, PACKAGES[name])


@pytest.mark.engine
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.core if name == "flask" else pytest.mark.full)
        for name in EXAMPLES
    ],
)
def test_namespaces_run_it(name: str, images_made: Session) -> None:
    made = images_made.image(name)
    arguments: list[str | Path] = [
        "--locked",
        "--offline",
        "--cache-dir",
        images_made.cache,
        "--engine",
        "namespaces",
    ]
    # A network of its own, so that the port is free: namespaces of ours share the host's.
    alone = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--user", "--map-current-user"])]
    script = 'ip link set lo up; exec "$@"'
    program = [sys.executable, "-m", "bareboat"]
    said = run(*alone, "sh", "-c", script, "sh", *program, "run", made.project, *arguments, "--check")
    assert said.strip()


@contextmanager
def loaded(engine: Engine, made: Made) -> Iterator[str]:
    found = load(engine, made.archive)
    try:
        assert made.reference in found.reference
        yield found.reference
    finally:
        remove(engine, found.reference)


@contextmanager
def started(engine: Engine, reference: str, options: Options) -> Iterator[Container]:
    container = containers.start(engine, reference, options)
    try:
        yield container
    finally:
        containers.stop(container)


def strict(made: Made) -> Options:
    """Nothing can be written anywhere but where engines always mount memory: /dev/shm."""
    check = made.config["config"]["Healthcheck"]["Test"]
    return Options(port=made.port, has_tmp=False, probe=check[1:])


def answered(container: Container, path: str) -> health.Answer:
    try:
        return health.wait_answer(
            container.port, path, timeout=60, is_alive=lambda: containers.state(container).is_running
        )
    except BuildError as error:
        pytest.fail(f"{error}\n{containers.logs(container)}")


def cannot_run(engine: Engine, reference: str, program: str) -> bool:
    """Say that the engine finds no such program in the image."""
    try:
        done = containers.once(engine, reference, Options(entrypoint=program, command=["--version"]))
    except BuildError as error:
        return program in str(error)
    return done.code == 127


def probed(engine: Engine, reference: str, what: str) -> dict[str, Any]:
    options = Options(entrypoint=PYTHON, command=["-c", PROBE, what], has_tmp=what == "all")
    done = containers.once(engine, reference, options, timeout=280)
    assert done.code == 0, done.errors
    found: dict[str, Any] = json.loads(done.output)
    return found


def check(told: dict[str, Any], name: str, standard: Mapping[str, str], packages: Mapping[str, str]) -> None:
    """Compare what an image says of itself with what is allowed; an exception unused is one too many."""
    assert told["user"] == [65532, 65532]
    assert told["writable"] == []
    assert told["programs"] == []
    assert told["standard"] > 500
    for failures, allowed in (
        (told["standard failures"], standard),
        (told["package failures"], packages),
    ):
        unexpected = {
            module: said
            for module, said in failures.items()
            if not any(covers(one, module) for one in allowed)
        }
        assert unexpected == {}, f"{name}: cannot be imported"
        unused = [one for one in allowed if not any(covers(one, module) for module in failures)]
        assert unused == [], f"{name}: can be imported now"


def covers(entry: str, module: str) -> bool:
    whole = entry.removesuffix(".*")
    return module == whole or (entry != whole and module.startswith(f"{whole}."))


@pytest.mark.core
def test_the_fastapi_image_is_as_small_as_promised(images_made: Session) -> None:
    said = images_made.image("fastapi").metadata
    assert said["uncompressed"] <= 108_000_000
    assert said["size"] <= 37_000_000


@pytest.mark.core
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_plan_says_where_each_byte_goes(name: str, images_made: Session) -> None:
    made = images_made.image(name)
    planned = [
        (layer["name"], sum(artifact["size"] for artifact in layer["artifacts"]))
        for layer in made.plan["layers"]
    ]
    held = [sum(member.size for member in layer if member.isreg()) for layer in layers(made)]
    assert [size for _, size in planned] == held
    assert [layer["size"] for layer in made.plan["layers"]] == held
    assert made.plan["size"] == sum(held)
    # The rest of the tars: a header of 512 bytes an entry, padding, and the end of each.
    assert sum(held) > 0.93 * made.metadata["uncompressed"]
    assert [layer["name"] for layer in made.metadata["layers"]] == [name for name, _ in planned]
    assert made.metadata["uncompressed"] == sum(layer["uncompressed"] for layer in made.metadata["layers"])
    assert made.metadata["size"] == sum(layer["size"] for layer in made.manifest["layers"])
