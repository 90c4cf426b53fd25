"""bareboat.lock: written in one order, read back the same, refused by line."""

import tomllib

import pytest
from msgspec.structs import replace

from bareboat.debian import lockfile
from bareboat.errors import InputError
from bareboat.lock import BaseLock, DebianPackage, LockedRequirement

SHA = "0123456789abcdef" * 4
ONE = DebianPackage(
    "libc6", "2.41-12", "amd64", SHA, "pool/main/g/glibc/libc6_2.41-12_amd64.deb", 5, "main", "glibc"
)
TWO = DebianPackage("a", "1:2+deb13u1", "all", SHA, "pool/updates/main/a/a_2_all.deb", 7, "security", "a")
LOCK = BaseLock(
    "trixie",
    "amd64",
    "3.13.5",
    (TWO, ONE),
    ("a", "libc6"),
    1_800_000_000,
    build=(LockedRequirement("hatchling", "1.2", (SHA,)),),
)
OTHER = replace(LOCK, architecture="arm64", expired=True, build=(), packages=())
TEXT = lockfile.render([LOCK])


def line(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_what_is_written_is_read_back() -> None:
    assert lockfile.read(TEXT) == (LOCK,)
    assert lockfile.read(lockfile.render([OTHER, LOCK])) == (LOCK, OTHER)
    assert lockfile.read(lockfile.render([])) == ()


def test_the_order_of_what_is_given_does_not_count() -> None:
    turned = replace(LOCK, packages=LOCK.packages[::-1], requested=LOCK.requested[::-1])
    assert lockfile.render([OTHER, turned]) == lockfile.render([LOCK, OTHER])


def test_the_text_is_toml_without_hosts() -> None:
    assert tomllib.loads(TEXT)["version"] == 1
    assert "://" not in TEXT


def test_any_text_survives_quoting() -> None:
    odd = 'a"b\\c\n\t\x7fé'
    lock = replace(LOCK, python=odd)
    assert lockfile.read(lockfile.render([lock]))[0].python == odd


def test_empty_sources_are_the_package_itself() -> None:
    lock = replace(LOCK, packages=(replace(TWO, source=""),))
    assert lockfile.read(lockfile.render([lock]))[0].packages == (TWO,)


def test_broken_toml_is_refused_with_its_line() -> None:
    with pytest.raises(InputError, match=r"^dir/bareboat.lock:3: not TOML") as caught:
        lockfile.read("version = 1\n\nthis is not\n", where="dir/bareboat.lock")
    assert "bareboat lock" in caught.value.hint
    with pytest.raises(InputError, match=r"^bareboat.lock: not TOML"):
        lockfile.read('version = "')


@pytest.mark.parametrize("text", ["", "version = 2\n", 'version = "1"\n'])
def test_another_version_of_the_format_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="of the format is not known"):
        lockfile.read(text)


@pytest.mark.parametrize(
    ("old", "new", "says", "at"),
    [
        ('suite = "trixie"', 'suit = "trixie"', "unknown key 'suit'", "[[base]]"),
        ('suite = "trixie"\n', "", "key 'suite' is missing", "[[base]]"),
        ('suite = "trixie"', "suite = 3", "suite must be a name or hash, not '3'", "[[base]]"),
        ('suite = "trixie"', 'suite = "../x"', "suite must be a name", "[[base]]"),
        ('python = "3.13.5"', "python = []", "python must be text", "[[base]]"),
        ("dated = 1800000000", "dated = true", "dated must be a whole number", "[[base]]"),
        ("dated = 1800000000", "dated = -1", "dated must be a whole number", "[[base]]"),
        ("dated = 1800000000", "dated = 1\nexpired = 0", "expired must be true or false", "[[base]]"),
        ('requested = [\n    "a",', "requested = [\n    1,", "requested must be a list of texts", "[[base]]"),
        ('name = "libc6"', 'name = "a"', "package a is listed twice", "[[base]]"),
        (f'sha256 = "{SHA}"\nsize = 5', 'sha256 = "00"\nsize = 5', "sha256 must be", "LIBC6"),
        ("size = 5", 'size = "5"', "size must be a whole number", "LIBC6"),
        ("size = 5", "size = 5\nextra = 1", "unknown key 'extra'", "LIBC6"),
        ("pool/main/g/glibc", "pool/../../etc", "not a path", "LIBC6"),
        ('"2.41-12"', '"two words"', "not a Debian version", "LIBC6"),
        (
            'archive = "security"',
            'archive = "other"',
            "archive must be main, security or",
            "[[base.package]]",
        ),
        ("[[base.package]]", "[base.package]", "not TOML", ""),
        (f'    "{SHA}",\n', "", "sha256 must be a list of sha256 hashes", "[[base.build]]"),
        (f'    "{SHA}",\n', '    "00",\n', "sha256 must be a list of sha256 hashes", "[[base.build]]"),
    ],
)
def test_a_fault_is_named_with_the_line_of_its_table(old: str, new: str, says: str, at: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    if at == "LIBC6":
        position = line(text, '[[base.package]]\nname = "libc6"')
    else:
        position = line(text, at) if at else 0
    with pytest.raises(InputError, match=says) as caught:
        lockfile.read(text)
    assert not position or caught.value.where == f"bareboat.lock:{position}"


def test_a_base_that_is_no_array_of_tables_is_refused() -> None:
    with pytest.raises(InputError, match=r"bareboat[.]lock: base must be an array of tables"):
        lockfile.read("version = 1\n[base]\n")
    with pytest.raises(InputError, match="array of tables"):
        lockfile.read("version = 1\nbase = [1]\n")
    with pytest.raises(InputError, match="unknown key"):
        lockfile.read("version = 1\nother = 1\n")


def test_two_bases_of_one_kind_are_refused() -> None:
    text = TEXT + TEXT.partition("version = 1\n")[2]
    with pytest.raises(InputError, match="two bases for trixie on amd64"):
        lockfile.read(text)


def test_inline_tables_have_no_line_but_a_name() -> None:
    with pytest.raises(InputError, match=r"^bareboat[.]lock: key 'suite' is missing"):
        lockfile.read("version = 1\nbase = [{package = []}]\n")


def test_a_fault_in_the_second_base_is_found_there() -> None:
    text = lockfile.render([LOCK, replace(LOCK, architecture="arm64")])
    place = text.rindex("size = 5")
    broken = text[:place] + "size = -5" + text[place + 8 :]
    with pytest.raises(InputError, match="size must be") as caught:
        lockfile.read(broken)
    header = broken.rindex("[[base.package]]")
    assert caught.value.where == f"bareboat.lock:{broken[:header].count(chr(10)) + 1}"


BUILD = DebianPackage(
    "python3.12-standalone",
    "3.12.4",
    "amd64",
    SHA,
    "20260101/cpython-3.12.4+20260101-x86_64-unknown-linux-gnu-install_only_stripped.tar.gz",
    9,
    "standalone",
    "python3.12",
)


def test_an_interpreter_that_is_not_debians_is_pinned_too() -> None:
    lock = replace(LOCK, python="3.12.4", packages=(TWO, ONE, BUILD))
    (found,) = lockfile.read(lockfile.render([lock]))
    assert (found, found.standalone) == (lock, BUILD)
    assert LOCK.standalone is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (replace(BUILD, path="../x.tar.gz"), "not a path of a build"),
        (replace(BUILD, path="https://host/x.tar.gz"), "not a path of a build"),
        (replace(BUILD, path="x.deb"), "not a path of a build"),
        (replace(BUILD, name="libc6"), "is no name of a build"),
        (replace(ONE, archive="elsewhere"), "must be main, security or standalone"),
    ],
)
def test_a_build_that_cannot_be_is_refused(changed: DebianPackage, said: str) -> None:
    with pytest.raises(InputError, match=said):
        lockfile.read(lockfile.render([replace(LOCK, packages=(changed,))]))
