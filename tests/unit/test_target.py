"""Targets: names of architectures, Python versions, platform tags and markers."""

import pytest
from packaging.tags import platform_tags

from bareboat.target import Arch, PythonVersion, Target

TRIXIE = Target(Arch.AMD64, "3.13.5", (2, 41))


def test_an_architecture_has_the_names_of_oci_kernel_and_debian() -> None:
    assert [(str(arch), arch.machine, arch.multiarch) for arch in Arch] == [
        ("amd64", "x86_64", "x86_64-linux-gnu"),
        ("arm64", "aarch64", "aarch64-linux-gnu"),
    ]


@pytest.mark.parametrize(
    ("text", "minor"),
    [("3.13", 13), ("3.9", 9), ("3.13.5", 13), (" 3.11 ", 11), ("3.15.0a3", 15), ("3.15.0rc1", 15)],
)
def test_a_version_is_read(text: str, minor: int) -> None:
    assert PythonVersion.parse(text) == PythonVersion(3, minor)


@pytest.mark.parametrize("text", ["", "3", "three", "3.13rc1", "3.13.5.1", "-3.13", "3.13.", "cp313"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a Python version"):
        PythonVersion.parse(text)


def test_versions_order_by_number_not_by_text() -> None:
    assert PythonVersion(3, 9) < PythonVersion(3, 13)
    assert (str(PythonVersion(3, 13)), PythonVersion(3, 13).tag) == ("3.13", "313")


def test_the_target_knows_its_minor_version() -> None:
    assert TRIXIE.python == PythonVersion(3, 13)


def test_markers_are_complete_and_those_of_linux() -> None:
    from packaging.markers import Marker, default_environment

    environment = TRIXIE.marker_environment()
    assert set(environment) == set(default_environment())
    held = {**environment, "extra": ""}
    assert Marker("sys_platform == 'linux' and python_full_version >= '3.13.5'").evaluate(held)
    assert not Marker("platform_machine == 'aarch64' or os_name == 'nt'").evaluate(held)


def test_platforms_start_with_the_newest_manylinux() -> None:
    found = TRIXIE.platforms()
    assert found[0] == "manylinux_2_41_x86_64"
    assert found[-1] == "linux_x86_64"
    assert found.index("manylinux_2_17_x86_64") + 1 == found.index("manylinux2014_x86_64")
    assert "manylinux1_x86_64" in found
    assert len(found) == len(set(found))


def test_arm_begins_at_glibc_2_17() -> None:
    found = Target(Arch.ARM64, "3.13.5", (2, 36)).platforms()
    assert "manylinux2014_aarch64" in found
    assert not any("2_16" in one or "2010" in one or "x86_64" in one for one in found)


def test_packaging_names_the_same_tags_for_this_machine() -> None:
    """The library computes them from the running system: the same rule seen by other eyes."""
    theirs = [tag for tag in platform_tags() if tag.startswith(("manylinux", "linux"))]
    first = next((tag for tag in theirs if tag.startswith("manylinux_2_")), "")
    machine = {arch.machine: arch for arch in Arch}.get(first.split("_", 3)[-1] if first else "")
    if machine is None:
        pytest.skip("this machine has no glibc of a known architecture")
    minor = int(first.split("_")[2])
    assert set(Target(machine, "3.11.2", (2, minor)).platforms()) == set(theirs)
