import json
import os
import shutil
from pathlib import Path

import pytest

from bareboat.engine.find import Absent, Engine, Kind, choose, find, look
from bareboat.errors import InputError

DOCKER = {
    "ServerVersion": "28.5.2",
    "Architecture": "x86_64",
    "SecurityOptions": ["name=seccomp,profile=builtin", "name=rootless"],
    "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]],
}
PODMAN = {"version": {"Version": "5.4.0"}, "host": {"arch": "amd64", "security": {"rootless": True}}}


def program(folder: Path, name: str, answer: object, *, words: str = "", code: int = 0) -> dict[str, str]:
    """Put a program on a PATH of its own that answers as the engine would."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    (folder / f"{name}.out").write_text(text)
    (folder / f"{name}.err").write_text(words)
    script = f'#!/bin/sh\nd={folder}\ncat "$d/{name}.out"; cat "$d/{name}.err" >&2; exit {code}\n'
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"} if name else {}


def only(environ: dict[str, str], kind: Kind) -> Engine | Absent:
    return next(engine for engine in look(environ) if engine.kind is kind)


def test_docker_says_what_it_is(tmp_path: Path) -> None:
    engine = only(program(tmp_path, "docker", DOCKER), Kind.DOCKER)
    assert isinstance(engine, Engine)
    assert (engine.version, engine.architecture) == ("28.5.2", "amd64")
    assert engine.is_rootless
    assert engine.has_containerd_store
    assert str(engine) == "docker 28.5.2 (rootless, containerd image store)"


def test_a_classic_store_is_told_apart(tmp_path: Path) -> None:
    facts = {**DOCKER, "DriverStatus": [["Backing Filesystem", "extfs"]], "SecurityOptions": []}
    engine = only(program(tmp_path, "docker", facts), Kind.DOCKER)
    assert isinstance(engine, Engine)
    assert not engine.has_containerd_store
    assert str(engine) == "docker 28.5.2"


def test_podman_says_what_it_is(tmp_path: Path) -> None:
    engine = only(program(tmp_path, "podman", PODMAN), Kind.PODMAN)
    assert isinstance(engine, Engine)
    assert (engine.version, engine.architecture, engine.is_rootless) == ("5.4.0", "amd64", True)


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    assert find({"PATH": str(tmp_path)}) == ()
    assert [str(engine.kind) for engine in look({"PATH": str(tmp_path)})] == ["docker", "podman"]
    assert only({"PATH": str(tmp_path)}, Kind.DOCKER) == Absent(
        Kind.DOCKER, "not on the PATH", "install docker"
    )


@pytest.mark.parametrize(
    ("answer", "words", "code", "reason"),
    [
        (
            {"ServerErrors": ["Cannot connect to the Docker daemon at unix:///x."]},
            "",
            0,
            "its daemon does not answer",
        ),
        ({}, "permission denied while trying to connect", 1, "permission denied"),
        (PODMAN, "", 0, "its daemon does not answer"),
        ("<html>", "", 0, "its daemon does not answer"),
        ("[]", "something else.", 1, "something else"),
    ],
)
def test_an_engine_that_does_not_answer(
    tmp_path: Path, answer: object, words: str, code: int, reason: str
) -> None:
    engine = only(program(tmp_path, "docker", answer, words=words, code=code), Kind.DOCKER)
    assert isinstance(engine, Absent)
    assert engine.reason == reason
    assert engine.hint


def test_podman_without_a_version(tmp_path: Path) -> None:
    assert isinstance(only(program(tmp_path, "podman", {"host": {}}), Kind.PODMAN), Absent)


def test_a_program_that_cannot_be_executed(tmp_path: Path) -> None:
    (tmp_path / "docker").write_text("#!/no/such/interpreter\n")
    (tmp_path / "docker").chmod(0o755)
    engine = only({"PATH": str(tmp_path)}, Kind.DOCKER)
    assert isinstance(engine, Absent)
    assert "No such file" in engine.reason


def test_the_environment_reaches_the_program(tmp_path: Path) -> None:
    script = '#!/bin/sh\nprintf \'{"ServerVersion": "%s"}\' "$DOCKER_HOST"\n'
    (tmp_path / "docker").write_text(script)
    (tmp_path / "docker").chmod(0o755)
    engine = only({"PATH": str(tmp_path), "DOCKER_HOST": "unix:///there"}, Kind.DOCKER)
    assert isinstance(engine, Engine)
    assert engine.version == "unix:///there"
    assert dict(engine.environ)["DOCKER_HOST"] == "unix:///there"


def test_the_first_that_answers_is_chosen(tmp_path: Path) -> None:
    sh = shutil.which("sh")
    assert sh
    (tmp_path / "sh").symlink_to(sh)
    program(tmp_path, "docker", {})
    environ = program(tmp_path, "podman", PODMAN)
    assert choose(environ).kind is Kind.PODMAN
    with pytest.raises(InputError, match="docker: its daemon does not answer") as caught:
        choose(environ, "docker")
    assert "systemctl" in caught.value.hint


def test_none_answers(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="docker: not on the PATH; podman: not on the PATH") as caught:
        choose({"PATH": str(tmp_path)})
    assert "-o app.tar" in caught.value.hint


def test_an_unknown_engine() -> None:
    with pytest.raises(InputError, match="no such engine: 'nerdctl'"):
        choose({}, "nerdctl")
