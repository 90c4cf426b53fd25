"""Whatever a mirror or a file holds: a value comes out, or a typed error. deb822, relations, xz, locks."""

import lzma
from contextlib import suppress
from string import printable

from hypothesis import given
from hypothesis import strategies as st

from bareboat.debian import lockfile, packages, relation, sonames, stanza, xz
from bareboat.errors import BareboatError, IntegrityError
from bareboat.lock import BaseLock, DebianPackage, LockedRequirement

NAMES = st.from_regex(r"[a-z0-9][a-z0-9+.-]{0,12}", fullmatch=True)
HASHES = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
PACKAGES = st.builds(
    DebianPackage,
    NAMES,
    st.from_regex(r"(?:[0-9]:)?[0-9][a-z0-9+.~]{0,8}", fullmatch=True),
    st.sampled_from(["amd64", "all"]),
    HASHES,
    st.builds("pool/{}.deb".format, NAMES),
    st.integers(0, 1 << 40),
    st.sampled_from(["main", "security"]),
    NAMES,
)
LOCKS = st.builds(
    BaseLock,
    st.sampled_from(["trixie", "bookworm", "sid"]),
    st.sampled_from(["amd64", "arm64"]),
    st.text(printable, max_size=20),
    st.lists(PACKAGES, max_size=5, unique_by=lambda package: package.name).map(
        lambda found: tuple(sorted(found))
    ),
    st.lists(NAMES, max_size=4).map(sorted).map(tuple),
    st.integers(0, 1 << 40),
    st.booleans(),
    st.lists(st.builds(LockedRequirement, NAMES, NAMES, st.tuples(HASHES)), max_size=2).map(
        lambda found: tuple(sorted(found))
    ),
)
STANZA = (
    b"Package: a\nVersion: 1\nArchitecture: all\nFilename: p/a.deb\nSize: 1\nSHA256: " + b"0" * 64 + b"\n"
)
TEXT = lzma.compress(STANZA * 20)


@given(LOCKS)
def test_a_lock_is_read_as_it_was_written(lock: BaseLock) -> None:
    assert lockfile.read(lockfile.render([lock])) == (lock,)


@given(st.text(printable), LOCKS, st.integers(0, 2000))
def test_any_text_is_a_lock_or_an_error(text: str, lock: BaseLock, place: int) -> None:
    whole = lockfile.render([lock])
    for broken in (text, whole[:place] + text + whole[place:]):
        with suppress(BareboatError):
            lockfile.read(broken)


@given(st.binary(max_size=60), st.integers(0, len(STANZA)))
def test_any_stanza_is_a_package_or_an_error(noise: bytes, place: int) -> None:
    data = STANZA[:place] + noise + STANZA[place:]
    with suppress(BareboatError):
        stanza.fields(data)
    with suppress(BareboatError):
        index = packages.scan([data], "main")
        for name in ("b", *index.names(".*"), "a"):
            found = index.find(name)
            if found is not None:
                assert found.depends + found.refuses + found.provides is not None


@given(st.binary(max_size=60), st.integers(0, len(STANZA)))
def test_what_is_kept_of_any_stanza_is_the_same(noise: bytes, place: int) -> None:
    data = STANZA[:place] + noise + STANZA[place:]
    with suppress(BareboatError):
        index = packages.scan([data, b"\n\n", STANZA], "main")
        again = packages.decode(b"".join(packages.encode(index)), "main")
        assert dict(again.stanzas()) == {name: held.strip(b"\n") for name, held in index.stanzas().items()}
        assert again.provided() == index.provided()


@given(st.text("abc1 ,|()<>=[]!:.~-", max_size=40))
def test_any_relation_is_read_or_refused(text: str) -> None:
    with suppress(BareboatError):
        for alternatives in relation.parse(text):
            assert alternatives
            assert [relation.parse(str(each)) for each in alternatives]


@given(st.binary(max_size=20), st.integers(0, len(TEXT)), st.integers(0, 20))
def test_any_xz_unpacks_as_promised_or_is_refused(noise: bytes, place: int, gone: int) -> None:
    data = TEXT[:place] + noise + TEXT[place + gone :]
    with suppress(IntegrityError):
        assert b"".join(xz.unpack([data], size=len(STANZA) * 20, where="here")) == STANZA * 20


@given(st.text(max_size=30))
def test_guesses_are_names_of_packages(soname: str) -> None:
    for guess in sonames.guesses(soname):
        assert relation.parse(guess)[0][0].name == guess
