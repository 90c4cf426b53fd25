"""The images behind the word of --base."""

import pytest

from bareboat.errors import InputError
from bareboat.forms.bases import Family, find
from bareboat.target import PythonVersion

PYTHON = PythonVersion(3, 13)


def test_the_suite_is_in_the_tag() -> None:
    base = find("slim", python=PYTHON, suite="bookworm")
    assert base.builder == base.final == "python:${PYTHON_VERSION}-slim-bookworm"
    assert find("full", python=PYTHON, suite="trixie").final == "python:${PYTHON_VERSION}-trixie"
    assert find("alpine", python=PYTHON, suite="sid").family is Family.ALPINE


def test_distroless_has_debians_own_python_only() -> None:
    base = find("distroless", python=PYTHON, suite="trixie")
    assert (base.final, base.interpreter, base.has_shell) == (
        *("gcr.io/distroless/python3-debian13:nonroot", "/usr/bin/python3.13"),
        False,
    )
    with pytest.raises(InputError, match=r"3\.13 \(trixie\), 3\.11 \(bookworm\), not 3\.12"):
        find("distroless", python=PythonVersion(3, 12), suite="trixie")


def test_an_image_of_ones_own() -> None:
    assert find("registry.example/py:1", python=PYTHON, suite="trixie").final == "registry.example/py:1"
    assert find("registry.example/alpine-py:1", python=PYTHON, suite="trixie").family is Family.ALPINE
    with pytest.raises(InputError):
        find("NOT AN IMAGE", python=PYTHON, suite="trixie")


def test_a_suite_without_official_images_is_refused() -> None:
    with pytest.raises(InputError, match="not in 'sid'"):
        find("slim", python=PYTHON, suite="sid")


def test_a_pinned_image_has_no_variable() -> None:
    digest = "sha256:" + "a" * 64
    base = find("slim", python=PYTHON, suite="trixie", pins={"python:3.13-slim-trixie": digest})
    assert base.image(base.final) == f"python:3.13-slim-trixie@{digest}"
    assert base.image("other") == "other"
