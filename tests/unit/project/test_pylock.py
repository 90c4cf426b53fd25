from pathlib import Path
from typing import Any

import pytest

from bareboat.errors import InputError, IntegrityError, ResolveError
from bareboat.lock import Folder, Lock, Repository, Sdist
from bareboat.project import pylock
from folders import DIGEST, TARGET, choose

HEAD = 'lock-version = "1.0"\ncreated-by = "test"\n'
OTHER = "cd" * 32

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def package(name: str, more: str = "", wheels: str | None = None) -> str:
    url = f"https://host/{name}-1-py3-none-any.whl"
    held = wheels or f'{{ url = "{url}", size = 7, hashes = {{ sha256 = "{DIGEST}" }} }}'
    return f'[[packages]]\nname = "{name}"\nversion = "1"\n{more}\nwheels = [{held}]\n'


def read(text: str, head: str = HEAD, **how: Any) -> Lock:
    arguments = {"folder": Path("/p"), **how}
    return pylock.read(head + text, where="pylock.toml", target=TARGET, choose=choose, **arguments)


def names(text: str, head: str = HEAD, **how: Any) -> list[str]:
    return [found.name for found in read(text, head, **how).packages]


def test_packages_are_read_sorted() -> None:
    held = read(package("b", 'dependencies = [{ name = "a" }]') + package("a"))
    assert [found.name for found in held.packages] == ["a", "b"]
    second = held.packages[1]
    assert (second.version, second.requires, second.because) == ("1", ("a",), "pylock.toml")
    assert (second.artifact.url, second.artifact.size) == ("https://host/b-1-py3-none-any.whl", 7)
    assert read(package("a"), origin="resolved").origin == "resolved"


def test_markers_choose_for_the_target() -> None:
    text = package("a", "marker = \"sys_platform == 'linux'\"") + package("b", "marker = \"os_name == 'nt'\"")
    assert names(text) == ["a"]


def test_extras_and_groups_are_asked_for() -> None:
    head = HEAD + 'extras = ["pg"]\ndependency-groups = ["dev", "web"]\ndefault-groups = ["web"]\n'
    text = (
        package("a")
        + package("b", "marker = \"'pg' in extras\"")
        + package("c", "marker = \"'dev' in dependency_groups\"")
        + package("d", "marker = \"'web' in dependency_groups\"")
    )
    assert names(text, head) == ["a", "d"]
    assert names(text, head, extras=["pg"], groups=["dev"]) == ["a", "b", "c", "d"]
    with pytest.raises(InputError, match=r"no extra 'x' \(it has: pg\)"):
        names(text, head, extras=["x"])
    with pytest.raises(InputError, match=r"no group 'x' \(it has: none\)"):
        names(text, groups=["x"])


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (HEAD + "requires-python = '>=3.14'\n", ""),
        (HEAD + "environments = [\"sys_platform == 'win32'\"]\n", ""),
        (HEAD, package("a", "requires-python = '<3'")),
        (HEAD, package("a") + package("a")),
    ],
)
def test_a_lock_that_does_not_fit_is_refused(head: str, text: str) -> None:
    with pytest.raises(ResolveError, match="the lock does not fit the target"):
        read(text + "" if text else "packages = []\n", head)


@pytest.mark.parametrize(
    "text",
    [
        'lock-version = "2.0"\ncreated-by = "x"\npackages = []',
        'created-by = "x"\npackages = []',
        HEAD,
        HEAD + '[[packages]]\nname = "Not Normal"\n',
        HEAD
        + package(
            "a", wheels=f'{{ url = "https://host/b-1-py3-none-any.whl", hashes = {{ sha256 = "{DIGEST}" }} }}'
        ),
        HEAD + package("a", wheels='{ url = "https://host/a-1-py3-none-any.whl", hashes = {} }'),
    ],
)
def test_what_breaks_the_specification_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"^pylock\.toml: not a valid pylock\.toml"):
        read(text, "")


def test_wheels_by_path_and_archives_that_are_wheels() -> None:
    text = package("a", wheels=f'{{ path = "w/a-1-py3-none-any.whl", hashes = {{ sha256 = "{DIGEST}" }} }}')
    archive = f'{{ path = "w/b-2-py3-none-any.whl", hashes = {{ sha256 = "{DIGEST}" }} }}'
    text += f'[[packages]]\nname = "b"\narchive = {archive}\n'
    first, second = read(text).packages
    assert first.artifact.url == "file:///p/w/a-1-py3-none-any.whl"
    assert (second.version, second.artifact.url) == ("2", "file:///p/w/b-2-py3-none-any.whl")
    bad = f'[[packages]]\nname = "b"\narchive = {{ path = "b.whl", hashes = {{ sha256 = "{DIGEST}" }} }}\n'
    with pytest.raises(InputError, match=r"'b\.whl' is no wheel file name"):
        read(bad)


@pytest.mark.parametrize(
    "source",
    [
        'sdist = { url = "https://host/a-1.tar.gz", hashes = { md5 = "0" } }',
        'vcs = { type = "hg", url = "https://host/a", commit-id = "abc" }',
    ],
)
def test_what_would_have_to_be_built_is_refused_by_name(source: str) -> None:
    with pytest.raises(ResolveError, match=r"a (1|is a repository of hg)"):
        read(f'[[packages]]\nname = "a"\nversion = "1"\n{source}\n')


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ('sdist = { url = "https://host/a-1.tar.gz", %s }', "https://host/a-1.tar.gz"),
        ('sdist = { path = "s/a-1.tar.gz", %s }', "file:///p/s/a-1.tar.gz"),
        ('archive = { url = "https://host/a-1.zip", %s }', "https://host/a-1.zip"),
    ],
)
def test_sources_stand_where_no_wheel_does(source: str, url: str) -> None:
    held = source % f'size = 7, hashes = {{ sha256 = "{DIGEST}" }}'
    (found,) = read(f'[[packages]]\nname = "a"\nversion = "1"\n{held}\n').packages
    assert found.wheel is None
    assert found.sdist == Sdist(url.rpartition("/")[2], url, DIGEST, 7)


def test_repositories_and_folders_are_built(tmp_path: Path) -> None:
    vcs = 'vcs = { type = "git", url = "https://me:secret@host/a", requested-revision = "v1", %s }'
    held = vcs % f'commit-id = "{COMMIT}", subdirectory = "x"'
    (found,) = read(f'[[packages]]\nname = "a"\n{held}\n').packages
    assert found.repository == Repository("https://host/a", COMMIT, "x", "v1")
    (tmp_path / "lib" / "a").mkdir(parents=True)
    held = 'directory = { path = "lib", editable = true, subdirectory = "a" }'
    (found,) = read(f'[[packages]]\nname = "a"\nversion = "1"\n{held}\n', folder=tmp_path).packages
    assert found.folder == Folder(str(tmp_path / "lib" / "a"), str(tmp_path))
    short = vcs % 'commit-id = "abc"'
    with pytest.raises(InputError, match="'abc', no whole commit"):
        read(f'[[packages]]\nname = "a"\n{short}\n')


def test_the_version_of_an_archive_may_be_unknown_until_it_is_built() -> None:
    hashed = f'hashes = {{ sha256 = "{DIGEST}" }}, subdirectory = "x"'
    held = f'archive = {{ url = "https://host/a-1.zip", {hashed} }}'
    (found,) = read(f'[[packages]]\nname = "a"\n{held}\n').packages
    assert (found.version, found.sdist) == (
        "",
        Sdist("a-1.zip", "https://host/a-1.zip", DIGEST, subdirectory="x"),
    )


def test_the_project_itself_is_left_out() -> None:
    assert names(package("a") + '[[packages]]\nname = "shop"\ndirectory = { path = "." }\n', root="Shop") == [
        "a"
    ]
    assert names(package("a"), root="a") == ["a"]


def test_hashes_of_another_kind_are_refused() -> None:
    text = package("a", wheels='{ url = "https://host/a-1-py3-none-any.whl", hashes = { md5 = "aa" } }')
    with pytest.raises(InputError, match="no sha256 hash"):
        read(text)


def test_only_wheels_that_the_hashed_file_knows_are_chosen() -> None:
    native = f'{{ url = "https://host/a-1-cp313-cp313-linux_x86_64.whl", hashes = {{ sha256 = "{OTHER}" }} }}'
    pure = f'{{ url = "https://host/a-1-py3-none-any.whl", hashes = {{ sha256 = "{DIGEST}" }} }}'
    text = package("a", wheels=f"{native}, {pure}")
    assert read(text).packages[0].artifact.sha256 == OTHER
    assert read(text, allowed={"a": (DIGEST,)}).packages[0].artifact.sha256 == DIGEST
    with pytest.raises(IntegrityError, match=r"^r\.txt: a 1: none of the index's files"):
        read(text, allowed={"a": ("ef" * 32,)}, origin="r.txt")
    with pytest.raises(IntegrityError, match="a is needed, but not in the hashed file"):
        read(text, allowed={})


def test_who_asked_is_told_where_the_lock_has_edges() -> None:
    edges = 'dependencies = [{ name = "b" }]'
    lock = read(package("a", edges) + package("b") + package("c"))
    assert [(one.name, one.because) for one in lock.packages] == [
        ("a", "pylock.toml"),
        ("b", "a"),
        ("c", "pylock.toml"),
    ]


LISTS = 'lock-version = "1.0"\ncreated-by = "test"\nextras = ["http"]\npackages = []\n'


def test_a_lock_that_lists_extras_leaves_them_open() -> None:
    assert pylock.open_to(LISTS, where="pylock.toml", extras=["HTTP"], groups=[]) == (("HTTP",), ())
    groups = LISTS.replace("extras", "default-groups")
    assert pylock.open_to(groups, where="pylock.toml", extras=[], groups=["http"]) == ((), ("http",))


def test_a_lock_that_lists_none_must_have_been_made_for_them() -> None:
    text = 'lock-version = "1.0"\ncreated-by = "test"\n\n[[packages]]\nname = "a"\nversion = "1"\n'
    with pytest.raises(InputError, match=r"the lock has no extra 'http' \(none are listed\)") as caught:
        pylock.open_to(text, where="pylock.toml", extras=["http"], groups=[])
    assert caught.value.hint == "lock again with it: `bareboat lock --upgrade --extra http`"
    made = pylock.made_for(text, extras=["http"], groups=["prod"])
    assert pylock.open_to(made, where="pylock.toml", extras=["Http"], groups=["prod"]) == ((), ())
    with pytest.raises(InputError, match=r"the lock has no group 'dev' \(made with prod\)"):
        pylock.open_to(made, where="pylock.toml", extras=[], groups=["prod", "dev"])
    assert '[tool.bareboat]\nextras = ["http"]\ndependency-groups = ["prod"]\n\n[[packages]]' in made
    assert pylock.made_for(text, extras=[], groups=[]) == text
    assert pylock.made_for("a = 1\n", extras=["x"], groups=[]) == 'a = 1\n\n[tool.bareboat]\nextras = ["x"]\n'
