import pytest

from bareboat.dockerfile.check import check
from bareboat.dockerfile.parse import parse


def said(text: str, **arguments: str) -> list[str]:
    return [str(error) for error in check(parse(text.encode()).file, where="D", arguments=arguments)]


def test_a_good_file() -> None:
    assert said("ARG A=1\nFROM scratch AS a\nCOPY . /\nFROM a\nCOPY --from=a / /x\n") == []


def test_everything_is_told_by_line() -> None:
    assert said("FROM scratch\nFOO\nUSER\nCOPY --x a b\n") == [
        "D:2: FOO is no instruction",
        "D:3: USER has no argument",
        "D:4: COPY has no flag --x",
    ]


def test_no_stage() -> None:
    assert said("ARG A\n") == ["D: the file has no stage"]
    assert said("ARG A\nRUN a\nUSER b\nFOO") == [
        "D:2: RUN stands before the first FROM",
        "D:4: FOO is no instruction",
        "D: the file has no stage",
    ]
    assert said("RUN a\nFROM scratch") == ["D:1: RUN stands before the first FROM"]


@pytest.mark.parametrize(("given", "expected"), [({}, 1), ({"A": "scratch"}, 0)])
def test_arguments_of_the_build(given: dict[str, str], expected: int) -> None:
    assert len(said("ARG A\nFROM $A", **given)) == expected
