"""The table of what well-known packages are compiled with."""

from packaging.utils import canonicalize_name

from bareboat.facts.needs import table


def test_names_are_normalised_and_sorted() -> None:
    names = list(table())
    assert names == sorted(names)
    assert all(name == canonicalize_name(name) for name in names)


def test_psycopg2_is_compiled_with_the_headers_of_libpq() -> None:
    need = table()["psycopg2"]
    assert need.debian == ("libpq-dev",)
    assert need.always
    assert not table()["lxml"].always
