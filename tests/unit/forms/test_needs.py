"""What is compiled, and with what."""

import pytest

from bareboat.facts.needs import table
from bareboat.forms.needs import MUSL, UNKNOWN, find, has_musl
from bareboat.plan.blueprint import Distribution
from bareboat.target import PythonVersion

PYTHON = PythonVersion(3, 13)


def never(_: object) -> bool:
    return False


def test_the_table_is_in_builder_terms() -> None:
    for name, need in table().items():
        assert name == name.lower().replace("_", "-")
        for package in need.debian:
            assert package.endswith("-dev") or package in {"cargo", "cmake", "g++", "pkg-config", "swig"}


def test_no_wheel_means_compiling() -> None:
    found = find([Distribution("lxml", "5", ())], runs=never)
    assert found.compiled == ("lxml",)
    assert found.packages == ("gcc", "libc6-dev", "libxml2-dev", "libxslt1-dev")
    assert found.findings == ()
    assert find([Distribution("lxml", "5", ("x.whl",))], runs=lambda _: True).compiled == ()


def test_unknown_wheels_go_by_the_table() -> None:
    held = [Distribution("psycopg2"), Distribution("lxml"), Distribution("flask")]
    assert find(held, runs=never).compiled == ("psycopg2",)


def test_unknown_needs_are_said() -> None:
    found = find([Distribution("strange", "1", ())], runs=never)
    assert found.packages == ("build-essential",)
    assert [one.code for one in found.findings] == [UNKNOWN]
    both = find([Distribution("strange", "1", ()), Distribution("lxml", "5", ())], runs=never)
    assert both.packages == ("build-essential", "libxml2-dev", "libxslt1-dev")


def test_musl_is_warned_of() -> None:
    held = [
        Distribution("psycopg2-binary", "2", ("psycopg2_binary-2-cp313-cp313-manylinux_2_17_x86_64.whl",))
    ]
    found = find(held, runs=lambda names: has_musl(names, PYTHON), is_musl=True)
    assert found.packages == ("gcc", "libpq-dev", "musl-dev")
    assert [one.code for one in found.findings] == [MUSL]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a-1-py3-none-any.whl", True),
        ("a-1-cp313-cp313-musllinux_1_2_x86_64.whl", True),
        ("a-1-cp38-abi3-musllinux_1_1_aarch64.whl", True),
        ("a-1-cp312-cp312-musllinux_1_2_x86_64.whl", False),
        ("a-1-cp313-cp313-manylinux_2_17_x86_64.whl", False),
        ("a-1-pp310-pypy310_pp73-musllinux_1_2_x86_64.whl", False),
        ("nonsense.whl", False),
    ],
)
def test_wheels_for_musl(name: str, expected: bool) -> None:  # noqa: FBT001
    assert has_musl((name,), PYTHON) is expected
