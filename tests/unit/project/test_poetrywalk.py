"""The graph of an old poetry.lock."""

from typing import Any

import pytest

from bareboat.errors import InputError
from bareboat.project.poetrylock import decode
from bareboat.project.poetrywalk import walk
from lockfixtures import AMD64

LOCK = """
[[package]]
name = "web"
version = "1.0"
category = "main"
optional = false
python-versions = "*"
[package.dependencies]
setuptools = "*"
shop = "*"
fast = {version = ">=1", optional = true}
win = {version = "*", markers = "sys_platform == 'win32'"}
loop = {version = "*", optional = true, markers = "extra == 'all'"}
[package.extras]
all = ["fast (>=1)", "loop"]
[[package]]
name = "fast"
version = "1.5"
python-versions = "*"
[package.dependencies]
web = ">=0.9"
[[package]]
name = "loop"
version = "2"
python-versions = "*"
[[package]]
name = "num"
version = "1.0"
python-versions = "<3.12"
[[package]]
name = "num"
version = "2.0"
python-versions = ">=3.10"
[[package]]
name = "num"
version = "3.0"
python-versions = ">=3.10"
[[package]]
name = "lib"
version = "0.1"
python-versions = "*"
[package.source]
type = "git"
url = "https://example.invalid/lib"
[metadata]
lock-version = "1.1"
python-versions = "*"
"""


def names(dependencies: dict[str, Any], **more: Any) -> list[str]:
    tool = {"name": "Shop", "dependencies": dependencies, **more.pop("tool", {})}
    extras, groups = more.get("extras", ()), ("main", *more.get("groups", ()))
    lock = decode(LOCK, where="poetry.lock")
    found = walk(lock, where="poetry.lock", target=AMD64, tool=tool, extras=extras, groups=groups)
    return [f"{one.name}=={one.version}" for one in found]


def test_extras_are_followed_where_they_are_asked_for() -> None:
    assert names({"web": "^1"}) == ["web==1.0"]
    assert names({"web": {"version": "^1", "extras": ["all"]}}) == ["fast==1.5", "loop==2", "web==1.0"]


def test_an_extra_asked_for_later_counts_too() -> None:
    found = names(
        {"web": "*"}, tool={"dev-dependencies": {"web": {"version": "*", "extras": ["all"]}}}, groups=("dev",)
    )
    assert found == ["fast==1.5", "loop==2", "web==1.0"]


def test_extras_of_the_project() -> None:
    held = {"web": {"version": "*", "optional": True}}
    assert names(held) == []
    assert names(held, tool={"extras": {"site": ["web"]}}, extras=("site",)) == ["web==1.0"]


def test_of_several_versions_the_highest_that_fits() -> None:
    assert names({"num": "*"}) == ["num==3.0"]
    assert names({"num": "<3"}) == ["num==2.0"]
    assert names(
        {"num": [{"version": "1.0", "python": "<3.12"}, {"version": "2.0", "python": ">=3.12"}]}
    ) == ["num==2.0"]


def test_a_source_of_its_own() -> None:
    assert names({"lib": {"git": "https://example.invalid/lib"}}) == ["lib==0.1"]


def test_what_is_missing_or_contradicts() -> None:
    with pytest.raises(InputError, match=r"poetry.lock: gone \* is not in the lock"):
        names({"gone": "*"})
    with pytest.raises(InputError, match=r"num is locked at both 3.0 and 2.0"):
        names({"num": "*"}, tool={"group": {"b": {"dependencies": {"num": "2.0"}}}}, groups=("b",))
