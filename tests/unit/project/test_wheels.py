from pathlib import Path

import pytest

from bareboat.errors import InputError, ResolveError
from bareboat.lock import Wheel
from bareboat.project.wheels import Offer, check_name, filename, location, pick, sha256
from folders import DIGEST, TARGET, choose


def wheel(name: str) -> Wheel:
    return Wheel(name, f"https://host/{name}", DIGEST)


def test_the_best_wheel_is_picked() -> None:
    offer = Offer(
        "a", "1", (wheel("a-1-py3-none-any.whl"), wheel("a-1-cp313-cp313-manylinux_2_28_x86_64.whl"))
    )
    assert pick(offer, target=TARGET, choose=choose, where="l").filename.startswith("a-1-cp313")


def test_only_sources_are_refused_by_name() -> None:
    with pytest.raises(ResolveError, match=r"^l: a 1 has no wheel, only sources$") as caught:
        pick(Offer("a", "1", (), has_sdist=True), target=TARGET, choose=choose, where="l")
    assert caught.value.hint


@pytest.mark.parametrize("has_sdist", [True, False])
def test_wheels_for_others_are_refused_by_name(has_sdist: bool) -> None:  # noqa: FBT001
    offer = Offer("a", "1", (wheel("a-1-cp39-cp39-win_amd64.whl"),), has_sdist=has_sdist)
    with pytest.raises(
        ResolveError, match=r"no wheel for CPython 3\.13 on amd64 with glibc 2\.41 \(1 for others\)"
    ):
        pick(offer, target=TARGET, choose=choose, where="l")


@pytest.mark.parametrize("held", [None, {}, "", "md5:aa", "sha256:zz", {"sha256": "ab"}, {"sha512": DIGEST}])
def test_a_missing_hash_is_refused(held: object) -> None:
    with pytest.raises(InputError, match="x has no sha256 hash"):
        sha256(held, where="l", name="x")  # type: ignore[arg-type]  # every form that a lock may hold


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a-1.whl", "no wheel file name"),
        ("a-1-py3-none-any.zip", "no wheel file name"),
        ("b-1-py3-none-any.whl", "wheel of a"),
    ],
)
def test_a_name_that_is_not_the_packages_is_refused(name: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_name(name, "a", where="l")
    check_name("A_b-1-py3-none-any.whl", "a-b", where="l")


def test_hashes_are_read_in_both_forms() -> None:
    assert sha256(f"sha256:{DIGEST.upper()}", where="l", name="x") == DIGEST
    assert sha256({"sha256": DIGEST}, where="l", name="x") == DIGEST


def test_file_names_and_locations(tmp_path: Path) -> None:
    assert filename("https://host/a%2Bb-1.whl?x=1#sha256=2") == "a+b-1.whl"
    assert filename("wheels\\a.whl") == "a.whl"
    with pytest.raises(InputError, match="is no URL"):
        filename("https://[x]/a.whl")
    assert location("w/a b.whl", tmp_path) == (tmp_path / "w/a b.whl").as_uri()


def test_what_is_no_path_is_refused() -> None:
    assert location("a b", Path("/p")) == "file:///p/a%20b"
    with pytest.raises(InputError, match=r"no path: 'a\\x00b'"):
        location("a\0b", Path("/p"))
