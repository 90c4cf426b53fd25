"""Hashed requirements as pins."""

from pathlib import Path

import pytest

from bareboat.errors import InputError
from bareboat.project.hashed import pinned
from bareboat.project.requirements import read
from lockfixtures import AMD64

ONE, TWO = (f"--hash=sha256:{digit * 64}" for digit in "12")
URL = "https://a.invalid/num-1.0-py3-none-any.whl"


def pins(text: str) -> list[tuple[str, str, int, bool]]:
    held = read(Path("/p/r.txt"), folder=Path("/p"), environ={}, load=lambda _, __: text)
    found = pinned(held, AMD64, where="r.txt", folder=Path("/p"))
    return [(pin.name, pin.version, len(pin.sha256), pin.wheel is not None) for pin in found.pins]


def test_markers_hashes_and_urls() -> None:
    text = f"b==1 {ONE} {TWO}\na===1.0 ; os_name == 'posix' {ONE}\n"
    text += f"c==1 ; os_name == 'nt' {ONE}\nnum @ {URL} {ONE}\n"
    assert pins(text) == [("a", "1.0", 1, False), ("b", "1", 2, False), ("num", "1.0", 1, True)]
    assert pins(f"a==1 {ONE}\nA==1 {ONE}\n") == [("a", "1", 1, False)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"a==1 {ONE}\na==2 {ONE}", r"r.txt:2: a is asked for at both 1 and 2"),
        (f"a==1 {ONE}\na==1 {TWO}", "a is listed twice with other hashes"),
        (f"num @ {URL} {ONE} {TWO}", "needs exactly one sha256 hash, it has 2"),
        (f"other @ {URL} {ONE}", "is offered as a wheel of other"),
    ],
)
def test_contradictions_are_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        pins(text)
