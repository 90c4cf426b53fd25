"""The options of what is mounted; the mounts themselves are looked at in test_confined."""

from bareboat.sandbox.mounts import Sizes


def test_a_bound_is_of_bytes_and_files() -> None:
    sizes = Sizes(temporary=64 << 20)
    assert sizes.options(sizes.temporary) == f"mode=1777,size={64 << 20},nr_inodes={64 << 8}"
    assert sizes.options(sizes.shared) == "mode=1777"
