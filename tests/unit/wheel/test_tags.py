import pytest
from msgspec.structs import replace

from bareboat.target import Arch, Target
from bareboat.wheel.tags import choose, tags

TRIXIE = Target(Arch.AMD64, "3.13.5", (2, 41))
BOOKWORM = Target(Arch.ARM64, "3.11.2", (2, 36))


def test_tags_start_with_the_newest_platform_and_end_with_any() -> None:
    found = [str(tag) for tag in tags(TRIXIE)]
    assert found[0] == "cp313-cp313-manylinux_2_41_x86_64"
    assert found[-1] == "py30-none-any"
    assert "cp313-abi3-manylinux2014_x86_64" in found
    assert "cp37-abi3-manylinux_2_17_x86_64" in found
    assert "py3-none-manylinux1_x86_64" in found
    assert not [tag for tag in found if "musl" in tag or "aarch64" in tag or tag.startswith("cp314")]
    assert not [tag for tag in found if "313t" in tag or "313d" in tag]


@pytest.mark.parametrize(
    ("filenames", "best"),
    [
        (["a-1-py3-none-any.whl", "a-1-cp313-cp313-manylinux_2_17_x86_64.whl"], 1),
        (["a-1-cp313-cp313-manylinux_2_17_x86_64.whl", "a-1-cp313-cp313-manylinux_2_28_x86_64.whl"], 1),
        (["a-1-cp313-cp313-musllinux_1_2_x86_64.whl", "a-1-cp310-abi3-linux_x86_64.whl"], 1),
        (["a-1-cp313-cp313t-manylinux_2_17_x86_64.whl", "a-1-py3-none-any.whl"], 1),
        (["a-1-1a-py3-none-any.whl", "a-1-2-py3-none-any.whl", "a-1-py3-none-any.whl"], 1),
        (["a-1-10-py3-none-any.whl", "a-1-2-py3-none-any.whl"], 0),
        (["a-1.tar.gz", "not-a-wheel.whl", "a-1-py2.py3-none-any.whl"], 2),
        (["a-1-cp313-cp313-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl"], 0),
    ],
)
def test_choose_takes_the_best_that_runs(filenames: list[str], best: int) -> None:
    assert choose(filenames, TRIXIE) == filenames[best]
    assert choose(filenames[::-1], TRIXIE) == filenames[best]


@pytest.mark.parametrize(
    "filename",
    [
        "a-1-cp312-cp312-manylinux_2_17_x86_64.whl",
        "a-1-cp313-cp313-manylinux_2_42_x86_64.whl",
        "a-1-cp313-cp313-manylinux_2_17_aarch64.whl",
        "a-1-cp313-cp313-win_amd64.whl",
        "a-1-cp314-abi3-manylinux_2_17_x86_64.whl",
        "a-1-py2-none-any.whl",
    ],
)
def test_choose_passes_over_what_does_not_run(filename: str) -> None:
    assert choose([filename], TRIXIE) is None


def test_choose_depends_on_the_target_alone() -> None:
    names = ["a-1-cp311-cp311-manylinux_2_17_aarch64.whl", "a-1-cp313-cp313-manylinux_2_17_aarch64.whl"]
    assert choose(names, BOOKWORM) == names[0]
    assert choose(names, replace(BOOKWORM, python_full="3.13.1")) == names[1]
    assert choose([], BOOKWORM) is None
