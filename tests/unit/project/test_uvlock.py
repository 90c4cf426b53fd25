from pathlib import Path
from typing import Any

import pytest

from bareboat.errors import InputError, ResolveError
from bareboat.lock import Lock, Sdist
from bareboat.project import uvlock
from folders import DIGEST, TARGET, choose

HOST = "https://host"

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def package(name: str, more: str = "", *, version: str = "1", wheels: str | None = None) -> str:
    wheel = f'{{ url = "{HOST}/{name}-{version}-py3-none-any.whl", hash = "sha256:{DIGEST}", size = 7 }}'
    held = wheel if wheels is None else wheels
    return f"""
[[package]]
name = "{name}"
version = "{version}"
source = {{ registry = "{HOST}/simple" }}
{more}
wheels = [{held}]
"""


def root(dependencies: str, more: str = "") -> str:
    return f"""
[[package]]
name = "shop"
version = "0.1"
source = {{ virtual = "." }}
dependencies = [{dependencies}]
{more}
"""


def read(text: str, head: str = "version = 1\n", **how: Any) -> Lock:
    arguments = {"root": "Shop", "folder": Path("/p"), **how}
    return uvlock.read(head + text, where="uv.lock", target=TARGET, choose=choose, **arguments)


def names(text: str, **how: Any) -> list[str]:
    return [found.name for found in read(text, **how).packages]


def test_the_graph_is_walked_from_the_project() -> None:
    text = (
        root('{ name = "a" }')
        + package("a", 'dependencies = [{ name = "b" }, { name = "shop" }]')
        + package("b", 'dependencies = [{ name = "a" }]')
        + package("unused")
    )
    held = read(text)
    assert [found.name for found in held.packages] == ["a", "b"]
    first, second = held.packages
    assert (first.because, second.because) == ("pyproject.toml", "a")
    assert (first.requires, second.requires) == (("b",), ("a",))
    assert first.artifact.url == f"{HOST}/a-1-py3-none-any.whl"
    assert (first.artifact.sha256, first.artifact.size, held.origin) == (DIGEST, 7, "uv.lock")


def test_markers_and_extras_are_evaluated_for_the_target() -> None:
    a = f"""
[[package]]
name = "a"
version = "1"
source = {{ registry = "x" }}
wheels = [{{ url = "{HOST}/a-1-py3-none-any.whl", hash = "sha256:{DIGEST}" }}]
[package.optional-dependencies]
fast = [{{ name = "b" }}]
slow = [{{ name = "c" }}]
"""
    text = root('{ name = "a", extra = ["fast"] }, { name = "w", marker = "sys_platform == \'win32\'" }') + a
    assert names(text + package("b") + package("c") + package("w")) == ["a", "b"]


EXTRAS = """
[package.optional-dependencies]
pg = [{ name = "b" }]
[package.dev-dependencies]
dev = [{ name = "c" }]
[package.metadata]
provides-extras = ["pg", "none"]
[package.metadata.requires-dev]
empty = []
"""
OLD = f'{{ url = "{HOST}/a-1-cp39-cp39-win32.whl", hash = "sha256:{DIGEST}" }}'
BARE = f'{{ url = "{HOST}/a-1-py3-none-any.whl" }}'


def either(first: str, second: str) -> str:
    """Return two dependencies on `a`, version 1 and 2, each behind a marker."""
    return ", ".join(
        f'{{ name = "a", version = "{version}", marker = "{marker}" }}'
        for version, marker in (("1", first), ("2", second))
    )


def test_extras_and_groups_of_the_project_are_asked_for() -> None:
    text = root('{ name = "a" }', EXTRAS) + package("a") + package("b") + package("c")
    assert names(text) == ["a"]
    assert names(text, extras=["PG"]) == ["a", "b"]
    assert names(text, groups=["dev"]) == ["a", "c"]
    assert names(text, groups=["dev"], project=False) == ["c"]
    assert names(text, extras=["none"], groups=["empty"]) == ["a"]
    with pytest.raises(InputError, match=r"shop has no extra 'x' \(it has: none, pg\)"):
        names(text, extras=["x"])
    with pytest.raises(InputError, match=r"shop has no group 'x' \(it has: dev, empty\)"):
        names(text, groups=["x"])


def test_forks_take_the_version_of_the_target() -> None:
    text = (
        root(either("python_full_version < '3.12'", "python_full_version >= '3.12'"))
        + package("a", "resolution-markers = [\"python_full_version < '3.12'\"]")
        + package("a", "resolution-markers = [\"python_full_version >= '3.12'\"]", version="2")
    )  # fmt: skip
    assert [(found.name, found.version) for found in read(text).packages] == [("a", "2")]
    plain = root('{ name = "a" }') + text[text.index('\n[[package]]\nname = "a"') :]
    assert read(plain).packages[0].version == "2"


def test_conflicting_extras_are_markers() -> None:
    text = (
        root(
            either("extra == 'extra-4-shop-old'", "extra != 'extra-4-shop-old'"),
            '[package.optional-dependencies]\nold = [{ name = "b" }]',
        )
        + package("a")
        + package("a", version="2")
        + package("b")
    )
    assert [found.version for found in read(text).packages] == ["2"]
    assert [found.version for found in read(text, extras=["old"]).packages] == ["1", "1"]
    assert [found.name for found in read(text, extras=["old"]).packages] == ["a", "b"]


def test_what_an_edge_switches_on_counts_for_its_own_marker() -> None:
    edge = '{ name = "a", extra = ["x"], marker = "extra == \'extra-1-a-x\'" }'
    text = (
        root(edge) + package("a") + '[package.optional-dependencies]\nx = [{ name = "b" }]\n' + package("b")
    )
    assert names(text) == ["a", "b"]
    assert names(text.replace("extra-1-a-x", "extra-1-a-y")) == []


def test_forks_may_depend_on_what_is_switched_on() -> None:
    text = (
        root('{ name = "a" }', "[package.optional-dependencies]\nold = []")
        + package("a", "resolution-markers = [\"extra == 'extra-4-shop-old'\"]")
        + package("a", "resolution-markers = [\"extra != 'extra-4-shop-old'\"]", version="2")
    )
    assert read(text).packages[0].version == "2"
    assert read(text, extras=["old"]).packages[0].version == "1"


def test_an_extra_reached_on_the_way_counts_for_markers() -> None:
    a = f"""
[[package]]
name = "a"
version = "1"
source = {{ registry = "x" }}
dependencies = [{{ name = "b", marker = "extra == 'extra-1-a-x'" }}]
wheels = [{{ url = "{HOST}/a-1-py3-none-any.whl", hash = "sha256:{DIGEST}" }}]
[package.optional-dependencies]
x = []
"""
    assert names(root('{ name = "a", extra = ["x"] }') + a + package("b")) == ["a", "b"]
    assert names(root('{ name = "a" }') + a + package("b")) == ["a"]


def test_wheels_by_path_are_relative_to_the_lock() -> None:
    text = (
        root('{ name = "a" }, { name = "b" }')
        + f"""
[[package]]
name = "a"
version = "1"
source = {{ path = "w/a-1-py3-none-any.whl" }}
wheels = [{{ filename = "a-1-py3-none-any.whl", hash = "sha256:{DIGEST}" }}]
[[package]]
name = "b"
version = "1"
source = {{ registry = "flat" }}
wheels = [{{ path = "b-1-py3-none-any.whl", hash = "sha256:{DIGEST}" }}]
"""
    )
    urls = [found.artifact.url for found in read(text).packages]
    assert urls == ["file:///p/w/a-1-py3-none-any.whl", "file:///p/flat/b-1-py3-none-any.whl"]


def member(source: str) -> str:
    return root('{ name = "lib" }') + f'[[package]]\nname = "lib"\nversion = "1"\nsource = {{ {source} }}\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (root('{ name = "a" }') + package("a", wheels=""), "a 1 has no wheel, only sources"),
        (
            root('{ name = "a" }')
            + package("a", 'sdist = { url = "x", hash = "sha256:1" }', wheels=OLD),
            r"a 1 has no wheel for CPython 3\.13",
        ),
    ],
)  # fmt: skip
def test_what_would_have_to_be_built_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(ResolveError, match=message):
        read(text)


def test_sources_stand_where_no_wheel_fits() -> None:
    sdist = f'sdist = {{ url = "{HOST}/a-1.tar.gz", hash = "sha256:{DIGEST}", size = 9 }}'
    (found,) = read(root('{ name = "a" }') + package("a", sdist, wheels=OLD)).packages
    assert found.wheel is None
    others = ("a-1-cp39-cp39-win32.whl",)
    assert found.sdist == Sdist("a-1.tar.gz", f"{HOST}/a-1.tar.gz", DIGEST, 9, others)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (root('{ name = "gone" }'), "gone is not in the lock"),
        (root('{ name = "a" }') + package("a") + package("a", version="2"), "not in the lock|more than once"),
        (
            root(either("", "")) + package("a") + package("a", version="2"),
            "a is locked at both 1 and 2",
        ),
        (root('{ name = "a" }') + package("a", wheels=BARE), "no sha256"),
        (root('{ name = "a", marker = "nonsense" }') + package("a"), "bad marker 'nonsense'"),
        (package("a"), "the project 'shop' is not in the lock"),
        (root("5"), "expected `object`, got `int`"),
    ],
)  # fmt: skip
def test_a_lock_that_contradicts_itself_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read(text)
    assert caught.value.where == "uv.lock"


@pytest.mark.parametrize("head", ["version = 2\n", "version = '1'\n", ""])
def test_another_format_version_is_refused(head: str) -> None:
    with pytest.raises(InputError, match=r"lock format version .* is not known"):
        read("", head)


def test_the_target_must_be_one_that_the_lock_is_for() -> None:
    with pytest.raises(ResolveError, match=r"the lock is for Python >=3\.14"):
        read(root(""), "version = 1\nrequires-python = '>=3.14'\n")
    with pytest.raises(InputError, match="bad requires-python"):
        read(root(""), "version = 1\nrequires-python = 'three'\n")
    with pytest.raises(ResolveError, match="leaves out Linux on amd64"):
        read(root(""), "version = 1\nsupported-markers = [\"sys_platform == 'darwin'\"]\n")
    head = "version = 1\nrequires-python = '>=3.11'\nsupported-markers = [\"sys_platform == 'linux'\"]\n"
    assert read(root(""), head).packages == ()


def test_a_virtual_member_brings_what_it_needs_not_itself() -> None:
    text = """
version = 1
[[package]]
name = "shop"
source = { editable = "." }
dependencies = [{ name = "common" }]
[[package]]
name = "common"
version = "1"
source = { virtual = "common" }
dependencies = [{ name = "click" }]
[[package]]
name = "click"
version = "8.0"
source = { registry = "https://index.invalid/simple" }
wheels = [{ url = "https://index.invalid/click-8.0-py3-none-any.whl", hash = "sha256:%s" }]
""" % ("0" * 64)
    held = uvlock.read(text, where="uv.lock", target=TARGET, choose=choose, root="shop", folder=Path("/p"))
    assert [(one.name, one.because) for one in held.packages] == [("click", "common")]
