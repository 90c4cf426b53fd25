"""Packages by the files in them, from Contents indexes in pieces of any size."""

import pytest

from bareboat.debian.contents import HEADER, scan
from bareboat.errors import IntegrityError

LIB = "usr/lib/x86_64-linux-gnu"
INDEX = f"""usr/bin/pg_config                       database/libpq-dev,database/postgresql-common
bin/tool utils/tool
usr/games/fortune games/fortune-mod
usr/include/libpq-fe.h\tlibdevel/other-dev
usr/include/postgresql/libpq-fe.h                       libdevel/libpq-dev
usr/include/postgresql/libpq-fe.h.bak                   libdevel/wrong-dev
usr/share/doc/usr/bin/pg_config                         doc/wrong
{LIB}/libz.so.1                                  libs/zlib1g
{LIB}/libz.so.1.3.1 libs/zlib1g
{LIB}/libz.so libdevel/zlib1g-dev
{LIB}/blas/libblas.so.3\tlibs/libblas3,math/libatlas3,plain
{LIB}/pkgconfig/libpq.pc libdevel/libpq-dev
usr/share/x86_64-linux-gnu/libno.so.1 libs/libno1
""".encode()


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_what_is_asked_for_is_found(size: int) -> None:
    near, headers, _ = scan(INDEX[at : at + size] for at in range(0, len(INDEX), size))
    assert near.holders("program", "pg_config") == {"libpq-dev", "postgresql-common"}
    assert near.holders("program", "tool") == {"tool"}
    assert near.holders("program", "fortune") == {"fortune-mod"}
    assert near.holders("program", "none") == near.holders("program", "config") == frozenset()
    assert near.holders("library", "z") == {"zlib1g-dev"}
    assert near.holders("pkg-config file", "libpq") == {"libpq-dev"}
    assert headers.holders(HEADER, "libpq-fe.h") == {"libpq-dev", "other-dev"}
    assert headers.holders(HEADER, "postgresql/libpq-fe.h") == {"libpq-dev"}


def test_libraries_are_found_by_soname_and_by_name() -> None:
    near, _, _ = scan([INDEX])
    assert near.libraries("libz.so.1") == ((f"{LIB}/libz.so.1".removeprefix("usr/"), "zlib1g"),)
    assert [package for _, package in near.libraries("libblas.so.3")] == ["libblas3", "libatlas3", "plain"]
    assert near.libraries("libno.so.1") == near.libraries("ibz.so.1") == ()
    assert near.versions("z", "lib/x86_64-linux-gnu") == (("1", "zlib1g"), ("1.3.1", "zlib1g"))
    assert near.versions("blas", "lib/x86_64-linux-gnu") == ()


SITE = "usr/lib/python3/dist-packages"
PYTHON = f"""\
{SITE}/yaml/__init__.py  python/python3-yaml
{SITE}/yaml/loader.py  python/python3-yaml
{SITE}/PyYAML-6.0.2.egg-info/PKG-INFO  python/python3-yaml
{SITE}/dotenv/__init__.py  python/python3-dotenv
{SITE}/python_dotenv-1.0.1.dist-info/METADATA  python/python3-dotenv
{SITE}/six.py  python/python3-six,python/python3-six-extra
{SITE}/six-1.17.0.dist-info/METADATA  python/python3-six
{SITE}/_cffi_backend.cpython-313-x86_64-linux-gnu.so  python/python3-cffi-backend
{SITE}/cffi-1.17.1.dist-info/METADATA  python/python3-cffi-backend
""".encode()


def test_the_distribution_of_a_module() -> None:
    *_, modules = scan([PYTHON])
    assert modules.distributions("yaml") == ("PyYAML",)
    assert modules.distributions("dotenv") == ("python_dotenv",)
    assert modules.distributions("six") == ("six",)
    assert modules.distributions("_cffi_backend") == ("cffi",)
    assert modules.distributions("loader") == modules.distributions("PyYAML") == ()


def test_a_last_line_may_lack_its_end() -> None:
    assert scan([b"usr/bin/x  main/x"])[0].holders("program", "x") == {"x"}


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(IntegrityError, match="a line of more than"):
        scan([b"x" * (1 << 20), b"x"])
