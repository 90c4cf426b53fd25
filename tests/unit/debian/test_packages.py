"""Packages indexes: cut, kept small, looked up."""

import pytest

from bareboat.debian import packages
from bareboat.debian.packages import Candidate, Pool
from bareboat.errors import InputError, IntegrityError

SHA = "0123456789abcdef" * 4


def stanza(name: str, version: str = "1", *, before: str = "", inside: str = "", size: str = "7") -> str:
    return (
        f"Package: {name}\nVersion: {version}\nArchitecture: all\n{before}Description: of {name}\n"
        f"Homepage: https://example.org\n{inside}Tag: role::x,\n uitoolkit::y\nSection: misc\n"
        "Priority: optional\n"
        f"Filename: pool/main/{name}_{version}_all.deb\nSize: {size}\nSHA256: {SHA}\n"
    )


def index(*stanzas: str, archive: str = "main", cut: int = 1 << 20) -> packages.Index:
    text = "\n".join(stanzas).encode()
    return packages.scan([text[start : start + cut] for start in range(0, len(text), cut)], archive)


def found(each: packages.Index, name: str) -> Candidate:
    candidate = each.find(name)
    assert candidate is not None
    return candidate


@pytest.mark.parametrize("cut", [1, 7, 100, 10_000])
def test_pieces_may_end_anywhere(cut: int) -> None:
    whole = index(stanza("a"), stanza("b", "2"), stanza("c"), cut=cut)
    assert len(whole) == 3
    assert found(whole, "b").version == "2"


def test_a_candidate_is_read_when_it_is_asked_for() -> None:
    before = "Source: src (1.0)\nDepends: x, y (>= 1) | z\nPre-Depends: first\nProvides: v, w (= 3)\n"
    before += "Breaks: old (<< 2)\nConflicts: foe\n"
    candidate = found(index(stanza("a", "1:2-3", before=before), archive="security"), "a")
    package = candidate.package
    assert (package.name, package.version, package.architecture) == ("a", "1:2-3", "all")
    assert (package.sha256, package.size, package.archive, package.source) == (SHA, 7, "security", "src")
    assert [str(each[0]) for each in candidate.depends] == ["first", "x", "y (>= 1)"]
    assert [str(each[0]) for each in candidate.refuses] == ["foe", "old (<< 2)"]
    assert [each.name for each in candidate.provides] == ["v", "w"]
    assert candidate.rank == 3


def test_what_is_never_asked_for_is_dropped() -> None:
    whole = found(index(stanza("a")), "a").stanza
    assert b"Homepage" not in whole
    assert b"uitoolkit" not in whole
    assert b"Priority: optional" in whole


@pytest.mark.parametrize("field", ["Depends", "Pre-Depends", "Provides", "Breaks", "Conflicts"])
def test_a_relation_in_an_odd_place_is_not_lost(field: str) -> None:
    candidate = found(index(stanza("a", inside=f"{field}: other\n")), "a")
    assert b"other" in candidate.stanza


def test_a_stanza_without_description_or_priority_is_kept_whole() -> None:
    text = stanza("a").replace("Description", "Long").replace("Priority: optional\n", "")
    candidate = found(index(text), "a")
    assert b"Homepage" in candidate.stanza
    assert candidate.rank == 5


def test_the_compact_form_reads_as_the_same_index() -> None:
    gives = "Provides: x,\n y (= 1)\n"
    many = index(
        *(stanza(f"p{number}", str(number), before=gives * (number % 9 == 1)) for number in range(5000))
    )
    encoded = b"".join(packages.encode(many))
    again = packages.decode(encoded, "main")
    assert dict(again.stanzas()) == {name: data.strip(b"\n") for name, data in many.stanzas().items()}
    assert (len(again), again.names("p49.."), again.find("p")) == (5000, many.names("p49.."), None)
    assert found(again, "p4711").version == "4711"
    assert [one.name for one in again.providers("y")] == [one.name for one in many.providers("y")]
    assert len(list(again.providers("y"))) == 556
    assert b"".join(packages.encode(again)) == encoded


def test_a_damaged_compact_form_is_refused() -> None:
    encoded = b"".join(packages.encode(index(stanza("a"), stanza("b"))))
    for damaged in (b"", encoded[:7], encoded[:-1], encoded + b"x", b"\x00" * len(encoded)):
        with pytest.raises(IntegrityError):
            packages.decode(damaged, "main")


def test_of_one_name_the_highest_version_is_kept_in_any_order() -> None:
    for versions in (["1", "10", "9"], ["10", "9", "1"], ["9", "1", "10"]):
        assert found(index(*(stanza("a", version) for version in versions)), "a").version == "10"


def test_an_index_may_be_empty_or_start_with_another_field() -> None:
    assert len(index("")) == 0
    assert index("").find("a") is None
    odd = index("Version: 1\nPackage: a\n")
    assert odd.names(".*") == ("a",)
    assert len(index("Version: 1\n")) == 0


def test_providers_are_found_by_whole_names() -> None:
    whole = index(
        stanza("b", before="Provides: awk\n"),
        stanza("a", before="Provides: x, awk (= 2)\n"),
        stanza("c", before="Provides: awkward\n"),
        stanza("awk"),
    )
    assert [each.name for each in whole.providers("awk")] == ["a", "b"]
    assert list(whole.providers("none")) == []


def test_names_are_matched_whole() -> None:
    whole = index(stanza("python3.13-minimal"), stanza("python3.13-minimal-x"), stanza("python3-minimal"))
    assert whole.names(r"python3\.[0-9]+-minimal") == ("python3.13-minimal",)


def test_a_pool_takes_the_highest_version_of_all_indexes() -> None:
    main = index(stanza("a", "1"), stanza("b", "3"), stanza("d"))
    security = index(stanza("a", "2"), stanza("b", "2"), stanza("c"), archive="security")
    pool = Pool([main, security])
    versions = {name: pool.find(name) for name in "abcd"}
    assert [each.version for each in versions.values() if each] == ["2", "3", "1", "1"]
    assert [each.package.archive for each in versions.values() if each] == [
        "security",
        "main",
        "security",
        "main",
    ]
    assert pool.find("e") is None
    assert pool.names("[ab]") == ("a", "b")


def test_a_pool_prefers_providers_near_the_core_and_forgets_what_newer_versions_dropped() -> None:
    mawk = stanza("mawk", before="Provides: awk\n").replace("optional", "required")
    main = index(stanza("gawk", before="Provides: awk\n"), mawk, stanza("old", before="Provides: awk\n"))
    pool = Pool([main, index(stanza("old", "2"))])
    assert [each.name for each in pool.providers("awk")] == ["mawk", "gawk"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (SHA, "00", "no sha256"),
        ("Size: 7", "Size: many", "no sha256 and size"),
        ("pool/main/", "../", "not a path"),
        ("pool/main/", "/", "not a path"),
        ("_all.deb", "_all.exe", "not a path"),
        ("pool/main/", "pool//", "not a path"),
        ("Version: 1", "Version: ?", "not a Debian version"),
    ],
)
def test_what_cannot_be_installed_is_refused(old: str, new: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        index(stanza("a").replace(old, new)).find("a")


def test_names_that_no_package_can_have_are_not_found() -> None:
    odd = packages.scan([b"Package: \xff\xfe\nVersion: 1\n"], "main")
    assert odd.names(".*") == ("\ufffd\ufffd",)
    assert odd.find("\udcff") is None
    assert list(odd.providers("\udcff")) == []
