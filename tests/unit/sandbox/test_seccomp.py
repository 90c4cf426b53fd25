"""The filter, run by an interpreter of its few instructions; test_confined shows the kernel's word."""

import struct

import pytest

from bareboat.sandbox.seccomp import program

_X86, _ARM = 0xC000003E, 0xC00000B7
_ALLOW = 0x7FFF0000


def judge(machine: str, architecture: int, number: int, argument: int = 0) -> int:
    """Return what the filter says of one call."""
    held = program(machine)
    lines = [struct.unpack_from("=HBBI", held, at) for at in range(0, len(held), 8)]
    data = {0: number, 4: architecture, 16: argument}
    accumulator = at = 0
    while True:
        code, if_true, if_false, value = lines[at]
        at += 1
        if code == 0x06:
            return int(value)
        if code == 0x20:
            accumulator = data[value]
            continue
        holds = {0x15: accumulator == value, 0x35: accumulator >= value, 0x45: bool(accumulator & value)}[
            code
        ]
        at += if_true if holds else if_false


@pytest.mark.parametrize("number", [101, 155, 165, 166, 250, 272, 308, 321, 425, 428])
def test_what_no_build_needs_is_refused(number: int) -> None:
    assert judge("x86_64", _X86, number) == 0x00050001


@pytest.mark.parametrize("number", [0, 1, 59, 231, 424, 436, 439, 999])
def test_everything_else_passes(number: int) -> None:
    assert judge("x86_64", _X86, number) == _ALLOW


def test_a_process_may_start_another_but_no_namespace() -> None:
    assert judge("x86_64", _X86, 56, 0x01200011) == _ALLOW
    assert judge("x86_64", _X86, 56, 0x10000000 | 17) == 0x00050001
    assert judge("x86_64", _X86, 435) == 0x00050000 | 38
    assert judge("aarch64", _ARM, 220, 17) == _ALLOW
    assert judge("aarch64", _ARM, 220, 0x40000000) == 0x00050001


@pytest.mark.parametrize(
    ("family", "is_allowed"), [(1, True), (2, True), (10, True), (16, True), (40, False), (38, False)]
)
def test_sockets_only_of_families_that_are_cut(family: int, *, is_allowed: bool) -> None:
    for machine, architecture, numbers in (("x86_64", _X86, (41, 53)), ("aarch64", _ARM, (198, 199))):
        for number in numbers:
            assert (judge(machine, architecture, number, family) == _ALLOW) is is_allowed


def test_other_tables_of_calls_are_refused_whole() -> None:
    assert judge("x86_64", 0x40000003, 1) == 0x00050000 | 38
    assert judge("x86_64", _X86, 0x40000001) == 0x00050000 | 38


def test_an_unknown_machine_has_no_filter() -> None:
    assert program("riscv64") == b""
