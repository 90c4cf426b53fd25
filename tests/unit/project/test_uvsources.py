"""Where the packages of a uv.lock are: what is built from a repository or a folder."""

from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.lock import Folder, Lock, Repository
from bareboat.project import uvlock
from folders import TARGET, choose

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def read(text: str, folder: Path = Path("/p")) -> Lock:
    return uvlock.read(
        f"version = 1\n{text}", where="uv.lock", target=TARGET, choose=choose, root="shop", folder=folder
    )


def member(source: str) -> str:
    root = '[[package]]\nname = "shop"\nsource = { virtual = "." }\ndependencies = [{ name = "lib" }]\n'
    return f'{root}[[package]]\nname = "lib"\nversion = "1"\nsource = {{ {source} }}\n'


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?rev=v1", Repository("https://host/lib", COMMIT, reference="v1")),
        ("?subdirectory=a%2Fb&branch=main", Repository("https://host/lib", COMMIT, "a/b", "main")),
        (f"?rev={COMMIT}", Repository("https://host/lib", COMMIT)),
    ],
)
def test_a_repository_is_built_at_its_commit(query: str, found: Repository) -> None:
    (package,) = read(member(f'git = "https://me:secret@host/lib{query}#{COMMIT}"')).packages
    assert (package.version, package.wheel, package.repository) == ("1", None, found)


@pytest.mark.parametrize("kind", ["editable", "directory"])
def test_a_member_is_built_from_its_folder(tmp_path: Path, kind: str) -> None:
    (tmp_path / "libs" / "lib").mkdir(parents=True)
    (package,) = read(member(f'{kind} = "libs/lib"'), folder=tmp_path).packages
    assert package.folder == Folder(str(tmp_path / "libs" / "lib"), str(tmp_path))
    assert package.because == "pyproject.toml"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('git = "https://host/lib?rev=1#abc"', "lib is locked at 'abc', no commit"),
        ('editable = "../lib"', "lies outside of"),
        ('directory = "none"', "no folder 'none'"),
    ],
)
def test_sources_that_cannot_be_used(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(member(source), folder=tmp_path)
