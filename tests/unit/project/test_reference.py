"""Paths and URLs as requirements: their names, what they name, what is refused."""

from pathlib import Path

import pytest

import folders
from bareboat.errors import InputError
from bareboat.project import reference
from bareboat.project.direct import Git

BASE = Path("/p/requirements")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("git+https://host/me/My_Lib.git@v1", "My_Lib @ git+https://host/me/My_Lib.git@v1"),
        ("git+https://host/x@main#egg=lib[all]", "lib[all] @ git+https://host/x@main#egg=lib"),
        ("git+ssh://git@host/me/lib", "lib @ git+ssh://git@host/me/lib"),
        ("https://host/a-b-1.0.tar.gz", "a-b @ https://host/a-b-1.0.tar.gz"),
        ("https://host/a_b-1.0-py3-none-any.whl", "a_b @ https://host/a_b-1.0-py3-none-any.whl"),
        ("./dist/x-2.zip ; os_name == 'nt'", "x @ file:///p/requirements/dist/x-2.zip ; os_name == 'nt'"),
        ("../lib[fast]", "lib[fast] @ file:///p/lib"),
        ("file:lib", "lib @ file:///p/requirements/lib"),
        ("file:///srv/lib#egg=other", "other @ file:///srv/lib#egg=other"),
        ("${PROJECT_ROOT}/lib", "lib @ file:///p/requirements/lib"),
        ("{root:uri}/lib", "lib @ file:///p/requirements/lib"),
        ("{root:parent:uri}/lib", "lib @ file:///p/lib"),
    ],
)
def test_lines(line: str, text: str) -> None:
    assert reference.is_place(line)
    assert reference.text(line, BASE, where="r.txt") == text


@pytest.mark.parametrize(
    "line", ["flask", "flask==1.0", "a @ https://host/a.zip", "a.b[c]>=1 ; os_name == 'nt'"]
)
def test_lines_with_a_name_of_their_own(line: str) -> None:
    assert not reference.is_place(line)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("git+https://host/x@v1#subdirectory=a", ("git", "", Git("https://host/x", "v1", "a"), "")),
        ("https://host/x.git", ("git", "", Git("https://host/x.git"), "")),
        ("https://host/x-1.tar.gz#subdirectory=a", ("sources", "https://host/x-1.tar.gz", None, "a")),
        ("https://host/x-1-py3-none-any.whl", ("wheel", "https://host/x-1-py3-none-any.whl", None, "")),
        ("./lib", ("folder", "file:///p/requirements/lib", None, "")),
    ],
)
def test_places(url: str, place: tuple[str, str, Git | None, str]) -> None:
    held = reference.place(url, BASE, where="r.txt")
    assert (held.kind, held.url, held.git, held.subdirectory) == place


def test_a_hash_in_the_fragment() -> None:
    assert reference.place("https://host/x.zip#sha256=aa", BASE, where="").sha256 == "aa"


@pytest.mark.parametrize("url", ["hg+https://host/x", "https://user:secret@host/page"])
def test_what_is_none(url: str) -> None:
    with pytest.raises(InputError) as caught:
        reference.place(url, BASE, where="r.txt")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ({"pyproject.toml": '[project]\nname = "One"\n'}, "One"),
        ({"pyproject.toml": '[tool.poetry]\nname = "two"\n'}, "two"),
        ({"setup.cfg": "[metadata]\nname = three\n"}, "three"),
        ({"setup.cfg": "no ini"}, "lib"),
        ({"pyproject.toml": "no toml"}, "lib"),
    ],
)
def test_the_name_of_a_folder(tmp_path: Path, texts: dict[str, str], name: str) -> None:
    assert reference.folder_name(folders.make(tmp_path / "lib", texts)) == name
