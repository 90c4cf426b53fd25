"""What a refusal says, and what it exits with."""

import pickle

import pytest

from bareboat.errors import (
    BareboatError,
    BuildError,
    InputError,
    IntegrityError,
    NetworkError,
    ResolveError,
)


def test_where_comes_before_the_message() -> None:
    error = InputError("no [project] table", where="pyproject.toml", hint="add one")
    assert (str(error), error.message, error.hint) == (
        "pyproject.toml: no [project] table",
        "no [project] table",
        "add one",
    )
    assert str(BuildError("out of paper")) == "out of paper"


@pytest.mark.parametrize(
    ("family", "code"),
    [
        (BareboatError, 70),
        (InputError, 2),
        (ResolveError, 3),
        (NetworkError, 4),
        (IntegrityError, 6),
        (BuildError, 7),
    ],
)
def test_each_family_exits_as_documented(family: type[BareboatError], code: int) -> None:
    assert family.exit_code == code
    with pytest.raises(BareboatError):
        raise family("x")


def test_a_network_error_keeps_the_status() -> None:
    assert NetworkError("gone", status=410).status == 410
    assert NetworkError("no route").status == 0


def test_an_error_survives_a_process_boundary_by_its_words() -> None:
    error = IntegrityError("other bytes", where="x.whl")
    assert pickle.loads(pickle.dumps(error)).args == ("other bytes",)  # noqa: S301
