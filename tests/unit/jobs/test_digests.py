"""Digests, asked for with programs of the test's own."""

import stat
from pathlib import Path

import pytest

from bareboat.errors import InputError, NetworkError
from bareboat.jobs.digests import resolver

DIGEST = "sha256:" + "c" * 64


def program(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_the_first_program_that_answers(tmp_path: Path) -> None:
    program(tmp_path, "crane", "echo 'no such host' >&2; exit 1")
    program(tmp_path, "docker", f'test "$5" = "{{{{.Manifest.Digest}}}}" && test "$6" = a:1 && echo {DIGEST}')
    assert resolver({"PATH": str(tmp_path)})("a:1") == DIGEST


def test_no_program(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="crane, docker buildx or skopeo"):
        resolver({"PATH": str(tmp_path)})


def test_no_answer(tmp_path: Path) -> None:
    program(tmp_path, "crane", "echo 'no such host' >&2; exit 1")
    program(tmp_path, "skopeo", "echo nothing")
    with pytest.raises(NetworkError, match="no such host"):
        resolver({"PATH": str(tmp_path)})("a:1")
