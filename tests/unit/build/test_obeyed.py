"""Whether a pinned base still is what is asked for."""

import pytest
from msgspec.structs import replace
from packaging.specifiers import SpecifierSet

from bareboat.build.obeyed import check
from bareboat.build.wishes import Wish, Wishes
from bareboat.errors import InputError
from bareboat.lock import STANDALONE, BaseLock, DebianPackage
from bareboat.plan.settings import Settings

LIBC = DebianPackage("libc6", "2.41-1", "amd64", "0" * 64, "pool/libc6.deb", 1)
BUILD = DebianPackage("python3.12-standalone", "3.12.4", "amd64", "1" * 64, "2026/x.tar.gz", 1, STANDALONE)
DEBIAN = BaseLock("trixie", "amd64", "3.13.5", (LIBC,), ("libc6",), 0)
OTHER = replace(DEBIAN, python="3.12.4", packages=(LIBC, BUILD))


def wishes(python: str = "", allowed: str = "") -> Wishes:
    exact = Wish(python, "python setting") if python else None
    return Wishes(SpecifierSet(allowed), "pyproject.toml", exact, (), ("trixie",))


@pytest.mark.parametrize(
    ("lock", "asked", "settings"),
    [
        (DEBIAN, wishes(), Settings()),
        (DEBIAN, wishes("3.13.1", ">=3.11"), Settings(interpreter="any", packages=("libc6",))),
        (OTHER, wishes("3.12.4"), Settings(interpreter="standalone")),
        (OTHER, wishes("3.12"), Settings(interpreter="any")),
        (OTHER, wishes(), Settings()),
    ],
)
def test_what_agrees(lock: BaseLock, asked: Wishes, settings: Settings) -> None:
    check(lock, asked, settings, where="bareboat.lock")


@pytest.mark.parametrize(
    ("lock", "asked", "settings", "said"),
    [
        (DEBIAN, wishes("3.11"), Settings(), r"pins Python 3\.13, but 3\.11 is asked for"),
        (DEBIAN, wishes(allowed="<3.13"), Settings(), r"pins Python 3\.13\.5, but requires-python is <3\.13"),
        (DEBIAN, wishes(), Settings(interpreter="standalone"), "pins a Python of debian, but standalone"),
        (OTHER, wishes(), Settings(interpreter="debian"), "pins a Python of standalone, but debian"),
        (OTHER, wishes("3.12.9"), Settings(), r"pins Python 3\.12\.4, but 3\.12\.9 is asked for"),
        (
            DEBIAN,
            wishes(),
            Settings(packages=("libb", "liba")),
            "does not pin liba, libb, which the packages",
        ),
    ],
)
def test_what_does_not(lock: BaseLock, asked: Wishes, settings: Settings, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        check(lock, asked, settings, where="bareboat.lock")
    assert (caught.value.where, caught.value.hint) == (
        "bareboat.lock",
        "renew it with `bareboat lock --upgrade`",
    )
