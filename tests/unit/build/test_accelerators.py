"""Builds for CUDA in a lock are said with their size and the way without them."""

import pytest

from bareboat.build.accelerators import LARGE, large
from bareboat.lock import Lock, LockedPackage, Wheel


def package(name: str, version: str = "1.0", *requires: str, size: int | None = 600_000_000) -> LockedPackage:
    filename = f"{name.replace('-', '_')}-{version}-cp313-cp313-manylinux_2_28_x86_64.whl"
    return LockedPackage(name, version, Wheel(filename, "https://index.invalid/x", "0" * 64, size), requires)


def said(*packages: LockedPackage, declared: tuple[str, ...] = ()) -> tuple[str, str, str]:
    (found,) = large(Lock(packages, "uv.lock"), declared)
    assert found.code == LARGE
    return found.where, found.message, found.hint


def test_a_lock_without_them_says_nothing() -> None:
    names = ("numpy", "cupboard", "cuddle-12", "accuracy", "pycuda-helper", "focus12", "ecu-120-tools-x")
    assert [one.where for one in large(Lock(tuple(map(package, names[:-1])), "uv.lock"), ())] == []
    assert large(Lock((), "uv.lock"), ()) == ()


def test_who_brings_them_how_large_they_are_and_the_cpu_builds() -> None:
    where, message, hint = said(
        package("flask"),
        package("torch", "2.9.0", "nvidia-cublas-cu12", "nvidia-cudnn-cu12", "sympy", size=900_000_000),
        package("nvidia-cublas-cu12", "12.8"),
        package("nvidia-cudnn-cu12", "9.1"),
        declared=("torch>=2",),
    )
    assert where == "nvidia-cublas-cu12 12.8, nvidia-cudnn-cu12 9.1"
    assert message == "are builds for CUDA, brought by torch 2.9.0, 2.1 GB to fetch"
    assert "[tool.uv.sources]` torch = { index" in hint
    assert "--extra-index-url" in hint
    assert "://" not in hint


@pytest.mark.parametrize(
    ("packages", "declared", "hint"),
    [
        (
            (package("tensorflow", "2.20", "nvidia-nccl-cu12"), package("nvidia-nccl-cu12")),
            ("tensorflow[and-cuda]>=2", "no requirement at all !"),
            'ask for "tensorflow>=2" without [and-cuda]',
        ),
        ((package("cupy-cuda12x"),), ("cupy-cuda12x",), "without CUDA in place of cupy-cuda12x"),
        ((package("torch", "2.9.0+cu128"),), ("torch",), "take torch from its publisher's CPU index"),
        (
            (package("jax-cuda12-plugin", "0.6", "nvidia-nvcc-cu12"), package("nvidia-nvcc-cu12")),
            (),
            "in place of jax-cuda12-plugin",
        ),
    ],
)
def test_each_kind_has_its_way_out(
    packages: tuple[LockedPackage, ...], declared: tuple[str, ...], hint: str
) -> None:
    assert hint in said(*packages, declared=declared)[2]


def test_sizes_that_no_lock_has_are_not_guessed() -> None:
    assert said(package("torch", "2+cu121", size=None))[1] == "is a build for CUDA"
    _, message, _ = said(package("a-cu12", size=5_000_000), package("b-cu12", size=None))
    assert message == "are builds for CUDA, 5.0 MB to fetch and 1 files of unknown size"
