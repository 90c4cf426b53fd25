"""Relations between packages as control files and indexes write them."""

import pytest

from bareboat.debian.relation import Provided, Relation, parse, parse_provides
from bareboat.errors import InputError


def test_groups_and_alternatives_are_parted() -> None:
    found = parse("libc6 (>= 2.38), debconf (>= 0.5) | debconf-2.0, , python3:any")
    assert found == (
        (Relation("libc6", ">=", "2.38"),),
        (Relation("debconf", ">=", "0.5"), Relation("debconf-2.0")),
        (Relation("python3", qualifier="any"),),
    )
    assert parse("") == ()


def test_restrictions_and_profiles_of_build_depends_are_read() -> None:
    ((one,), (other,)) = parse("gcc [amd64 arm64] <!nocheck> <stage1>, libfoo-dev (= 1:2-3) [!hurd-any]")
    assert one.restriction == ("amd64", "arm64")
    assert one.profiles == "<!nocheck> <stage1>"
    assert (other.operator, other.version, other.restriction) == ("=", "1:2-3", ("!hurd-any",))


@pytest.mark.parametrize(
    ("restriction", "amd64", "arm64"),
    [
        ("[amd64]", True, False),
        ("[!amd64]", False, True),
        ("[any]", True, True),
        ("[linux-any]", True, True),
        ("[any-arm64]", False, True),
        ("[linux-amd64 i386]", True, False),
        ("[!i386 !arm64]", True, False),
        ("[hurd-i386]", False, False),
        ("", True, True),
    ],
)
def test_an_architecture_restriction_counts(restriction: str, amd64: bool, arm64: bool) -> None:  # noqa: FBT001
    ((relation,),) = parse(f"foo {restriction}")
    assert (relation.applies("amd64"), relation.applies("arm64")) == (amd64, arm64)


@pytest.mark.parametrize(
    ("operator", "fits"),
    [
        ("<<", {"1"}),
        ("<=", {"1", "2"}),
        ("=", {"2"}),
        (">=", {"2", "3"}),
        (">>", {"3"}),
        ("<", {"1", "2"}),
        (">", {"2", "3"}),
    ],
)
def test_operators_compare_versions(operator: str, fits: set[str]) -> None:
    ((relation,),) = parse(f"foo ({operator} 2)")
    assert {version for version in ("1", "2", "3") if relation.accepts(version)} == fits


def test_a_relation_without_a_version_accepts_all() -> None:
    assert Relation("foo").accepts("0~")


@pytest.mark.parametrize(
    ("qualifier", "fits"), [("", True), ("any", True), ("native", True), ("amd64", True), ("i386", False)]
)
def test_a_qualifier_may_name_another_architecture(qualifier: str, fits: bool) -> None:  # noqa: FBT001
    assert Relation("foo", qualifier=qualifier).is_for("amd64") is fits


def test_a_relation_is_shown_as_it_is_written() -> None:
    assert [str(each) for (each,) in parse("a, b (>= 1)")] == ["a", "b (>= 1)"]


def test_a_versioned_need_wants_a_versioned_provision() -> None:
    ((plain,), (versioned,)) = parse("awk, libz1 (>= 2)")
    assert Provided("awk").fits(plain)
    assert Provided("awk", "1").fits(plain)
    assert not Provided("other").fits(plain)
    assert not Provided("libz1").fits(versioned)
    assert Provided("libz1", "2").fits(versioned)
    assert not Provided("libz1", "1").fits(versioned)


def test_provides_are_names_with_or_without_versions() -> None:
    assert parse_provides("awk, libz1 (= 1:1.3)") == (Provided("awk"), Provided("libz1", "1:1.3"))


@pytest.mark.parametrize("text", ["a | b", "a (>= 1)"])
def test_provides_have_no_alternatives_and_no_ranges(text: str) -> None:
    with pytest.raises(InputError, match="not a provided package"):
        parse_provides(text)


@pytest.mark.parametrize("text", ["a (1)", "a (>= )", "(= 1)", "a b", "a (>= 1", "a [amd64", "a |", "ä"])
def test_what_is_no_relation_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a relation"):
        parse(text)
