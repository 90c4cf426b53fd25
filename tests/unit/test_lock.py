"""The Lock values: found by name, compared by what they say."""

from bareboat.lock import BaseLock, DebianPackage, Lock, LockedPackage, LockedRequirement, Sdist, Wheel

CLICK = LockedPackage("click", "8.5", Wheel("click-8.5-py3-none-any.whl", "file:///click.whl", "0" * 64))
H11 = LockedPackage("h11", "0.16", Wheel("h11-0.16-py3-none-any.whl", "file:///h11.whl", "1" * 64, 40))


def test_a_package_is_found_by_its_name() -> None:
    lock = Lock((CLICK, H11), "pylock.toml")
    assert lock.find("h11") is H11
    assert lock.find("H11") is None
    assert Lock((), "no dependencies").find("click") is None


def test_packages_sort_by_name() -> None:
    assert sorted([H11, CLICK]) == [CLICK, H11]


def test_what_may_be_unknown_is_empty() -> None:
    assert (CLICK.requires, CLICK.because, CLICK.artifact.size) == ((), "", None)


def test_the_artifact_is_the_wheel_or_what_it_is_built_from() -> None:
    sdist = Sdist("click-8.5.tar.gz", "file:///click.tar.gz", "2" * 64, 7)
    assert LockedPackage("click", "8.5", None, sdist=sdist).artifact is sdist
    assert LockedPackage("click", "8.5", CLICK.wheel, sdist=sdist).artifact is CLICK.wheel


def test_a_base_is_a_value() -> None:
    package = DebianPackage("libc6", "2.41-12", "amd64", "2" * 64, "pool/main/g/glibc/libc6.deb", 10)
    one = BaseLock("trixie", "amd64", "3.13.5", (package,), ("libc6",), 0)
    other = BaseLock("trixie", "amd64", "3.13.5", (package,), ("libc6",), 0)
    assert one == other
    assert len({one, other}) == 1
    assert (one.expired, one.build, package.archive, package.source) == (False, (), "main", "")


def test_requirements_sort_by_name_and_version() -> None:
    first, second = LockedRequirement("a", "1", ("0" * 64,)), LockedRequirement("b", "1", ("0" * 64,))
    assert sorted([second, first]) == [first, second]
