import pytest

from bareboat.debian.parts import Part, part, split
from bareboat.lock import DebianPackage


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("libc6", Part.BASE),
        ("gcc-14-base", Part.BASE),
        ("libssl3t64", Part.BASE),
        ("libssl3", Part.BASE),
        ("tzdata-legacy", Part.BASE),
        ("python3.13-minimal", Part.INTERPRETER),
        ("libpython3.11-stdlib", Part.INTERPRETER),
        ("libreadline8t64", Part.INTERPRETER),
        ("libffi8", Part.INTERPRETER),
        ("libstdc++6", Part.NATIVE),
        ("libc6-dev", Part.NATIVE),
        ("python3-tk", Part.NATIVE),
    ],
)
def test_part(name: str, expected: Part) -> None:
    assert part(name) is expected


def test_split_orders_by_name_and_has_every_part() -> None:
    held = [DebianPackage(name, "1", "all", "0" * 64, "p", 1) for name in ("zlib1g", "libc6", "libxml2")]
    found = split(held)
    assert list(found) == [Part.BASE, Part.INTERPRETER, Part.NATIVE]
    assert [package.name for package in found[Part.BASE]] == ["libc6", "zlib1g"]
    assert found[Part.INTERPRETER] == ()
    assert [package.name for package in found[Part.NATIVE]] == ["libxml2"]
