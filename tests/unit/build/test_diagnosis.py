"""What a failed build was looking for, read from its words."""

import re
from typing import Any

import pytest

from bareboat.build.diagnosis import (
    Missing,
    _last,
    _modules,
    failure,
    is_for_another_python,
    missing,
    tail,
)
from bareboat.sandbox.confined import Outcome


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
        ("error: can't find Rust compiler", Missing("program", "cargo")),
        ("Could NOT find Boost (missing: Boost_INCLUDE_DIR)", Missing("CMake package", "Boost")),
        ('package configuration file provided by "Eigen3" with', Missing("CMake package", "Eigen3")),
        ("error: no matching package named `pyo3` found", Missing("crate", "pyo3")),
        ("ModuleNotFoundError: No module named 'pkg_resources'", Missing("module", "pkg_resources")),
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


def test_a_line_without_end_loses_its_middle() -> None:
    held = tail("gcc " + "x.o " * 1000 + "-o y")
    assert len(held) < 410
    assert held.startswith("gcc x.o")
    assert held.endswith("x.o -o y")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (
            (
                "x.c: In function 'f':\nx.c:4:48: error: expected expression before ';' token\n"
                "x.c:4:51: error: implicit declaration\nerror: Command 'gcc' failed with exit code 1"
            ),
            "x.c:4:48: error: expected expression before ';' token",
        ),
        ("error[E0425]: no value `x`\nerror: could not compile `y`", "error[E0425]: no value `x`"),
        (
            "../meson.build:3:6: ERROR: Unknown option\nfull log at",
            "../meson.build:3:6: ERROR: Unknown option",
        ),
        ("Traceback\nValueError: no\nerror: Command x failed with exit code 1", "ValueError: no"),
        ("", "exit code 3"),
    ],
)
def test_the_line_that_says_most(said: str, line: str) -> None:
    assert _last(said, 3) == line


def test_a_module_that_is_missing_is_a_build_requirement_to_write() -> None:
    assert _modules("pkg_resources", "old-one 1.0") == (
        'in pyproject.toml: [tool.bareboat.build.requires] old-one = ["setuptools<81"]'
    )
    assert _modules("Cython", "fast 2").endswith('fast = ["cython"]')


def test_a_cause_that_is_not_known_has_the_way_out_first() -> None:
    """Nothing is looked up, so neither base nor lock is asked."""
    nothing: Any = None
    outcome = Outcome(1, "Traceback\nValueError: two packages", 0.1)
    error = failure(outcome, where="x", bases=nothing, lock=nothing, target=nothing, way_out="do this")
    assert (error.message, error.hint) == (
        "the build failed: ValueError: two packages",
        "do this\nTraceback\nValueError: two packages",
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("implicit declaration of function '_PyInterpreterState_Get'; did you mean", True),
        ("'_PyErr_StackItem' {aka 'struct _err_stackitem'} has no member named 'exc_type'", True),
        ("'PyFrameObject' has no member named 'f_lasti'", True),
        ("'PyThreadState' {aka 'struct _ts'} has no member named 'use_tracing'", True),
        ("'PyUnicode_GET_SIZE' was not declared in this scope", True),
        ("unknown type name '_PyCFunctionFastWithKeywords'", True),
        ("implicit declaration of function 'PQconnectdb'", False),
        ("PyYAML has no member of that name", False),
    ],
)
@pytest.mark.parametrize("quotes", ["''", "\u2018\u2019"])
def test_sources_for_another_python_are_told_by_the_compilers_words(
    said: str, quotes: str, *, expected: bool
) -> None:
    curly = re.sub(r"'([^']*)'", rf"{quotes[0]}\1{quotes[1]}", said)
    assert is_for_another_python(f"x\na.c:1:2: error: {curly}\ny") is expected
