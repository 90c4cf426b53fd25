"""Packages by the files in them, from Contents indexes in pieces of any size."""

import pytest

from bareboat.debian.contents import holders
from bareboat.errors import IntegrityError

INDEX = b"""usr/bin/pg_config                       database/libpq-dev,database/postgresql-common
usr/include/libpq-fe.h\tlibdevel/other-dev
usr/include/postgresql/libpq-fe.h                       libdevel/libpq-dev
usr/include/postgresql/libpq-fe.h.bak                   libdevel/wrong-dev
usr/share/doc/usr/bin/pg_config                         doc/wrong
"""


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_a_path_is_matched_whole(size: int) -> None:
    pieces = [INDEX[at : at + size] for at in range(0, len(INDEX), size)]
    assert holders(pieces, r"usr/bin/pg_config") == {"libpq-dev", "postgresql-common"}
    assert holders(pieces, r"usr/include/(?:[^\s]*/)?libpq\-fe\.h") == {"libpq-dev", "other-dev"}
    assert holders(pieces, r"usr/bin/none") == frozenset()


def test_a_last_line_may_lack_its_end() -> None:
    assert holders([b"usr/bin/x  main/x"], "usr/bin/x") == {"x"}


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(IntegrityError, match="a line of more than"):
        holders([b"x" * (1 << 20), b"x"], "usr/bin/x")
