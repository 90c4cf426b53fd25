"""What a failed build was looking for, read from its words."""

import pytest

from bareboat.build.diagnosis import Missing, missing, tail


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("a.c:3:10: fatal error: libpq-fe.h: No such file or directory", Missing("header", "libpq-fe.h")),
        ("x.cc:1:9: fatal error: 'openssl/ssl.h' file not found", Missing("header", "openssl/ssl.h")),
        ("Error: pg_config executable not found.", Missing("program", "pg_config")),
        ("/bin/sh: 1: mysql_config: not found", Missing("program", "mysql_config")),
        ("sh: line 1: cmake: command not found", Missing("program", "cmake")),
        ("Package libffi was not found in the pkg-config search path.", Missing("pkg-config file", "libffi")),
        ("No package 'cairo' found", Missing("pkg-config file", "cairo")),
        ("/usr/bin/ld: cannot find -lssl: No such file or directory", Missing("library", "ssl")),
        (
            "FileNotFoundError: [Errno 2] No such file or directory: 'xml2-config'",
            Missing("program", "xml2-config"),
        ),
        ("error: linker `cc` not found", Missing("program", "cc")),
    ],
)
def test_what_is_missing_is_read_from_the_words(said: str, expected: Missing) -> None:
    assert missing(f"compiling\n{said}\nfailed") == (expected,)


def test_nothing_is_made_up() -> None:
    assert missing("error: use of undeclared identifier\nexit status 1") == ()


def test_each_is_named_once_and_a_few_only() -> None:
    said = "\n".join(f"fatal error: a{number % 6}.h: No such file" for number in range(12))
    assert [one.name for one in missing(said)] == ["a0.h", "a1.h", "a2.h", "a3.h"]


def test_the_tail_has_thirty_lines_that_say_something() -> None:
    assert tail("\n\n".join(map(str, range(50)))).splitlines() == [str(number) for number in range(20, 50)]
