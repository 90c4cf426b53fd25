"""Which files are taken to change, and what a Dockerfile makes of that."""

from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.jobs.explain import Asked, Scenario, explained

DOCKERFILE = """\
FROM python:3.13-slim AS build
WORKDIR /src
COPY deps/base.txt .
RUN pip install -r base.txt
COPY app ./app
FROM build AS docs
COPY docs ./docs
FROM build AS final
ARG REVISION
RUN echo $REVISION > /revision
CMD ["python", "-m", "app"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "Dockerfile": DOCKERFILE,
        "app/main.py": "1",
        "docs/guide.md": "2",
        "deps/base.txt": "flask",
        "README.md": "3",
        ".git/config": "",
        ".venv/bin/tool.py": "",
        "secret/key.py": "",
        ".dockerignore": "secret\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def again(scenario: Scenario) -> list[int]:
    return [step.line for step in scenario.again]


def by_name(found: tuple[Scenario, ...]) -> dict[str, Scenario]:
    return {one.name: one for one in found}


def test_each_change_runs_what_depends_on_it(folder: Path) -> None:
    found = by_name(explained(folder))
    assert list(found) == ["source changed", "dependency changed", "base changed"]
    assert found["source changed"].paths == ("app/main.py", "docs/guide.md")
    assert again(found["source changed"]) == [5, 8, 10]
    assert found["dependency changed"].paths == ("deps/base.txt",), "named by pip install -r"
    assert again(found["dependency changed"]) == [3, 4, 5, 8, 10]
    assert again(found["base changed"]) == [1, 2, 3, 4, 5, 8, 10]


def test_the_target_and_files_of_ones_own(folder: Path) -> None:
    asked = Asked(target="docs", changed=("docs/guide.md",))
    found = by_name(explained(folder / "Dockerfile", asked))
    assert again(found["these files changed"]) == [7]


def test_the_dockerfiles_own_ignore_file_comes_first(folder: Path) -> None:
    (folder / "Dockerfile.dockerignore").write_text("app\n")
    found = by_name(explained(folder / "Dockerfile"))
    assert found["source changed"].paths == ("docs/guide.md", "secret/key.py")


def test_a_context_of_another_folder(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "app").mkdir(parents=True)
    (other / "app" / "new.py").write_text("")
    found = by_name(explained(folder / "Dockerfile", folder=other))
    assert found["source changed"].paths == ("app/new.py",)
    assert "dependency changed" not in found, "nothing there names one"


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file") as caught:
        explained(tmp_path)
    assert "bareboat dockerfile" in caught.value.hint
    (tmp_path / "Dockerfile").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        explained(tmp_path / "Dockerfile" / "..")
    (tmp_path / "empty").write_text("# nothing\n")
    with pytest.raises(InputError):
        explained(tmp_path / "empty")
    (tmp_path / "one").write_text("FROM scratch\n")
    with pytest.raises(InputError, match="nowhere"):
        explained(tmp_path / "one", Asked(target="nowhere"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("FROM a\nFOO b\n", r":2: .*FOO"),
        ("FROM a\nCOPY --form=b c d\n", ":2: "),
        ("# syntax=docker/dockerfile:1\nRUN true\n", "Dockerfile:2?: "),
    ],
)
def test_what_buildkit_refuses_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        explained(tmp_path)
    assert caught.value.hint


def test_the_language_of_another_frontend_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("# syntax=example.org/own:1\nFROM a\nFOO b\n")
    assert explained(tmp_path)[-1].name == "base changed"
