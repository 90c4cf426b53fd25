"""A project on disk as a pipeline: what is found in its folder, what is refused."""

import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
from bareboat import __version__
from bareboat.errors import InputError
from bareboat.forms.pipeline import Builder, Scan
from bareboat.jobs.ci import Forge, Wish, ci, pipeline
from bareboat.target import PythonVersion

HASH = "--hash=sha256:" + "0" * 64
GITHUB = Wish(Forge.GITHUB)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "repo" / "apps" / "shop"
    made.mkdir(parents=True)
    (made / "wsgi.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    (made / "requirements.txt").write_text(f"flask==3.1 {HASH}\ngunicorn==23 {HASH}\n")
    return made


def test_what_is_found(folder: Path) -> None:
    context = replace(smallbase.world().context(), offline=True)
    made = pipeline(folder, {}, context, GITHUB)
    assert (made.folder, made.beside, made.has_tests, made.is_locked) == ("", (), False, False)
    assert (made.version, made.blueprint.dependencies.main) == (__version__, "requirements.txt")
    subprocess.run(["git", "init", "-q", str(folder.parent.parent)], check=True)
    (folder / "tests").mkdir()
    (folder / "requirements-dev.txt").touch()
    (folder / "bareboat.lock").touch()
    made = pipeline(folder, {}, context, GITHUB)
    assert (made.folder, made.beside) == ("apps/shop", ("requirements-dev.txt",))
    assert (made.has_tests, made.is_locked) == (True, True)
    assert pipeline(folder, {"python": "3.12"}, context, GITHUB).blueprint.python == PythonVersion(3, 12)


def test_a_repository_s_own_folder_is_its_root(folder: Path) -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    assert pipeline(folder, {}, smallbase.world().context(), GITHUB).folder == ""


def test_both_forges(folder: Path) -> None:
    context = smallbase.world().context()
    assert "runs-on: ubuntu-24.04" in ci(folder, {}, context, GITHUB)
    wish = Wish(Forge.GITLAB, scan=Scan.GRYPE)
    assert "anchore/grype" in ci(folder, {}, context, wish)
    assert (GITHUB.place, wish.place) == (".github/workflows/image.yml", ".gitlab-ci.yml")


def test_docker_wants_a_dockerfile(folder: Path) -> None:
    wish = Wish(Forge.GITHUB, Builder.DOCKER)
    with pytest.raises(InputError, match="there is no Dockerfile to build") as caught:
        ci(folder, {}, smallbase.world().context(), wish)
    assert "bareboat dockerfile" in caught.value.hint
    (folder / "Dockerfile").write_text("FROM scratch\n")
    assert "file: Dockerfile" in ci(folder, {}, smallbase.world().context(), wish)


@pytest.mark.parametrize("branch", ["a b", "${{ x }}", "$(id)", "-x", "a'", "a\nb"])
def test_a_branch_that_means_something_else_is_refused(folder: Path, branch: str) -> None:
    with pytest.raises(InputError, match="letters, digits"):
        ci(folder, {}, smallbase.world().context(), replace(GITHUB, branch=branch))


def test_a_folder_that_means_something_else_is_refused(folder: Path) -> None:
    odd = folder.parent / "$(id)"
    folder.rename(odd)
    subprocess.run(["git", "init", "-q", str(odd.parent.parent)], check=True)
    with pytest.raises(InputError, match=r"seen 'apps/\$\(id\)'"):
        ci(odd, {}, smallbase.world().context(), GITHUB)
