"""A Dockerfile handed to an engine: what it is asked for, where the results go. The engine is a script."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
import sources
from bareboat.errors import BuildError, InputError
from bareboat.jobs import engine
from bareboat.jobs.context import Context
from bareboat.jobs.dockerfile import Wish
from bareboat.jobs.engine import Request

# Keeps what it was given: the arguments, the Dockerfile and the ignore file.
BUILDAH = """#!/bin/sh
kept={kept}
case "$1" in
  --version) echo "buildah version 1.28.2"; exit ;;
  inspect) echo sha256:d1; exit ;;
  push) for word in "$@"; do :; done; d=${{word#oci-archive:}}; echo archive > "${{d%%:*}}"; exit ;;
esac
for word in "$@"; do
  echo "$word" >> $kept/arguments
  case "$previous" in
    --file) cp "$word" $kept/Dockerfile ;;
    --ignorefile) cp "$word" $kept/ignore ;;
    --iidfile) printf sha256:1d > "$word" ;;
  esac
  previous=$word
done
echo "STEP 1/1: FROM scratch"
[ ! -e $kept/fails ] || {{ echo oh; echo "Error: building at STEP \\"FROM scratch\\": no luck"; exit 1; }}
"""

Asked = Callable[[], list[str]]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder


@pytest.fixture
def heard() -> smallbase.Heard:
    return smallbase.Heard()


@pytest.fixture
def context(tmp_path: Path, kept: Path, heard: smallbase.Heard) -> Context:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "buildah").write_text(BUILDAH.format(kept=kept))
    (programs / "buildah").chmod(0o755)
    context = smallbase.world().context()
    environ = {**context.environ, "PATH": f"{programs}:/usr/bin:/bin", "HOME": str(tmp_path)}
    return replace(context, environ=environ, progress=heard)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(sources.ROOT / "examples" / "flask", tmp_path / "shop")


def asked(kept: Path) -> list[str]:
    return (kept / "arguments").read_text().splitlines()


def after(kept: Path, flag: str) -> list[str]:
    words = asked(kept)
    return [words[place + 1] for place, word in enumerate(words) if word == flag]


def build(request: Request, context: Context) -> engine.Built:
    return engine.build(engine.prepare(request, context), context)


def test_the_generated_file_is_built_and_the_project_stays_as_it_was(
    folder: Path, kept: Path, context: Context
) -> None:
    before = sorted(path.relative_to(folder) for path in folder.rglob("*"))
    built = build(Request(folder, "buildah", {"name": "shop"}, wish=Wish(form="pip-venv")), context)
    assert (built.reference, built.written) == ("shop:latest", ("in buildah as shop:latest",))
    assert asked(kept)[-1] == str(folder.resolve())
    assert "/opt/venv" in (kept / "Dockerfile").read_text()
    assert "**/.env\n" in (kept / "ignore").read_text()
    assert sorted(path.relative_to(folder) for path in folder.rglob("*")) == before


def test_the_users_ignore_file_and_dockerfile_are_heeded(folder: Path, kept: Path, context: Context) -> None:
    (folder / "Dockerfile").write_text("FROM nothing\n")
    (folder / ".dockerignore").write_text("private/\n")
    build(Request(folder, "buildah"), context)
    assert "FROM nothing" not in (kept / "Dockerfile").read_text()
    assert (kept / "ignore").read_text().startswith("private/\n")


def test_what_is_asked_goes_to_the_engine(folder: Path, kept: Path, context: Context) -> None:
    request = Request(
        folder,
        "buildah",
        {"name": "registry.example.com/team/shop:2"},
        build_args=(("A", "1"),),
        secrets=("id=token,src=/t",),
        network="host",
        target="builder",
        platforms=("linux/arm64",),
        no_cache=True,
    )
    build(request, context)
    assert after(kept, "--tag") == ["registry.example.com/team/shop:2"]
    assert after(kept, "--build-arg") == ["A=1"]
    assert after(kept, "--secret") == ["id=token,src=/t"]
    assert after(kept, "--network") == ["host"]
    assert after(kept, "--target") == ["builder"]
    assert after(kept, "--platform") == ["linux/arm64"]
    assert "--no-cache" in asked(kept)


def test_credentials_that_the_file_mounts_are_handed_over(
    folder: Path, kept: Path, context: Context, heard: smallbase.Heard, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").touch()
    (tmp_path / ".config" / "pip").mkdir(parents=True)
    (tmp_path / ".config" / "pip" / "pip.conf").touch()
    wish = Wish(form="pip-venv", has_secrets=True)
    build(Request(folder, "buildah", wish=wish, secrets=("id=netrc,src=/mine",)), context)
    assert after(kept, "--secret") == [
        "id=netrc,src=/mine",
        f"id=pip-conf,src={tmp_path}/.config/pip/pip.conf",
    ]
    assert f"secret pip-conf: {tmp_path}/.config/pip/pip.conf" in heard.notes


def test_a_file_without_mounts_gets_no_credentials(
    folder: Path, kept: Path, context: Context, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").touch()
    build(Request(folder, "buildah"), context)
    assert after(kept, "--secret") == []


def test_the_revision_is_that_of_git(folder: Path, kept: Path, context: Context) -> None:
    def git(*words: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["/usr/bin/git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "all")
    build(Request(folder, "buildah"), context)
    assert after(kept, "--build-arg") == [f"REVISION={git('rev-parse', 'HEAD')}"]
    (kept / "arguments").unlink()
    build(Request(folder, "buildah", build_args=(("REVISION", "mine"),)), context)
    assert after(kept, "--build-arg") == ["REVISION=mine"]


def test_a_file_of_the_users_is_built_as_it_is(folder: Path, kept: Path, context: Context) -> None:
    file = folder / "deploy" / "My.Dockerfile"
    file.parent.mkdir()
    file.write_text("FROM scratch\n")
    built = build(Request(folder, "buildah", file=file), context)
    assert (built.reference, built.document()["form"]) == ("shop:latest", "")
    assert after(kept, "--file") == [str(file)]
    assert after(kept, "--ignorefile") == []
    file.with_name("My.Dockerfile.dockerignore").write_text("*\n")
    build(Request(folder, "buildah", {"name": "till"}, file=file), context)
    assert after(kept, "--tag") == ["shop:latest", "till:latest"]
    assert (kept / "ignore").read_text() == "*\n"


def test_results_are_written(folder: Path, context: Context, tmp_path: Path) -> None:
    archive, iid, metadata = tmp_path / "x.tar", tmp_path / "iid", tmp_path / "made.json"
    request = Request(folder, "buildah", outputs=(archive,), iidfile=iid, metadata_file=metadata)
    built = build(request, context)
    assert archive.read_text() == "archive\n"
    assert built.written[0] == f"written to {archive}"
    assert iid.read_text() == "sha256:1d"
    told = json.loads(metadata.read_text())
    assert told["image.id"] == "sha256:1d"
    assert told["containerimage.digest"] == "sha256:d1"
    assert told["engine"] == "buildah 1.28.2"
    assert told["form"] == "pip-venv"
    assert told["steps"][0]["name"] == "STEP 1/1: FROM scratch"


def test_a_failure_names_the_line_and_tells_the_words(
    folder: Path, kept: Path, context: Context, heard: smallbase.Heard, tmp_path: Path
) -> None:
    (kept / "fails").touch()
    with pytest.raises(BuildError, match="no luck") as caught:
        build(Request(folder, "buildah", outputs=(tmp_path / "x.tar",), iidfile=tmp_path / "iid"), context)
    assert caught.value.where == "Dockerfile:5"
    assert caught.value.hint == f"`bareboat dockerfile {folder} --form pip-venv --out -` shows the file"
    assert heard.warnings == ["the step wrote last\noh"]
    assert not (tmp_path / "x.tar").exists()
    assert not (tmp_path / "iid").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"engine": "docker"}, "docker: not on the PATH"),
        ({"engine": "kaniko"}, "no such builder"),
        ({"file": Path("/nonexistent/Dockerfile")}, "no such file"),
        ({"file": Path("/dev/null"), "folder": Path("/nonexistent")}, "no such"),
        ({"wish": Wish(form="nothing")}, "nothing"),
        ({"wish": Wish(form="uv-sync")}, "uv.lock"),
        ({"outputs": (Path("/missing/x.tar"),)}, "the folder of the output is missing"),
        ({"iidfile": Path("/missing/iid")}, "missing"),
        ({"platforms": ("linux/amd64", "linux/arm64")}, "one platform at a time"),
    ],
)
def test_what_cannot_be_is_told_before_the_engine_works(
    folder: Path, kept: Path, context: Context, change: dict[str, object], said: str
) -> None:
    context = replace(context, environ={**context.environ, "PATH": context.environ["PATH"].split(":")[0]})
    with pytest.raises(InputError, match=said):
        build(replace(Request(folder, "buildah"), **change), context)
    assert not (kept / "arguments").exists()


def test_the_root_of_a_workspace_is_the_context(tmp_path: Path, kept: Path, context: Context) -> None:
    member = tmp_path / "work" / "services" / "api"
    member.mkdir(parents=True)
    found = engine._context(member, "services/api")
    assert found == tmp_path / "work"
    assert engine._context(member, "") == member
