import pytest

from bareboat.dockerfile.ignore import Ignore
from bareboat.errors import InputError


def excludes(text: str, path: str) -> bool:
    return Ignore.parse(text).excludes(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("**", "file"),
        ("**", "dir/file"),
        ("**/", "dir/file"),
        ("**/**", "dir/file"),
        ("dir/**", "dir/file"),
        ("dir/**", "dir/sub/file"),
        ("dir", "dir/sub/file"),
        ("dir/", "dir/file"),
        ("/dir", "dir/file"),
        ("//dir//", "dir/file"),
        ("./dir/../dir", "dir"),
        ("**/dir", "dir"),
        ("**/dir", "a/b/dir/file"),
        ("**/dir/*", "a/dir/b/c"),
        ("**file", "afile"),
        ("**file", "dir/a.file"),
        ("**/*.pyc", "a.pyc"),
        ("**/*.pyc", "a/b/c.pyc"),
        ("**/**/**/*.pyc", "a/b.pyc"),
        ("a**/*.txt", "a/b/c.txt"),
        ("a**", "abc/d"),
        ("a**b", "ab"),
        ("a**b", "ax/b"),
        ("a/**/b", "a/b"),
        ("a/**/b", "a/x/y/b"),
        ("a/*.txt**", "a/b.txt"),
        ("*", "any/thing"),
        ("*.txt", "a.txt"),
        ("a?c", "abc"),
        ("a?c", "a☺c"),
        ("a[b-d]e", "ace"),
        ("a[^b-d]e", "aze"),
        ("[à-ö]*", "é"),
        ("[x\\-]", "-"),
        ("[\\]a]", "]"),
        ("a\\*b", "a*b"),
        ("a\\\\", "a\\"),
        ("a]", "a]"),
        ("a.|)$(}+{bc^", "a.|)$(}+{bc^"),
        (".env", ".env"),
        ("*.[oa]", "x.o"),
        ("dist/*.whl", "dist/p.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl"),
        ("  spaced  ", "spaced"),
        (" #no comment", "#no comment"),
    ],
)
def test_what_a_pattern_leaves_out(pattern: str, path: str) -> None:
    assert excludes(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("", "a"),
        ("# comment", "# comment"),
        ("a/*.txt", "a/b/c.txt"),
        ("*.txt", "a/b.txt"),
        ("a?c", "a/c"),
        ("a*c", "a/c"),
        ("dir/**", "dir"),
        ("**/.foo", "bar.foo"),
        ("**/**/*.txt2", "a/b.txt"),
        ("a[b-d]e", "ae"),
        ("abc.def", "abcZdef"),
        (".env", "sub/.env"),
        ("a", "ab"),
        ("a", "b/a"),
        ("/", "a"),
        (".", "a"),
        ("../a", "a"),
        ("[x\\-]", "z"),
        ("a\\*b", "axb"),
        ("file", "file\n"),
    ],
)
def test_what_a_pattern_does_not_leave_out(pattern: str, path: str) -> None:
    assert not excludes(pattern, path)


@pytest.mark.parametrize(
    ("lines", "path", "is_out"),
    [
        (["docs", "!docs/README.md"], "docs/README.md", False),
        (["docs/", "!docs/README.md"], "docs/other.md", True),
        (["docs/*", "!docs/README.md"], "docs/README.md", False),
        (["!a.go", "*.go"], "a.go", True),
        (["*.go", "!a.go"], "a.go", False),
        (["**", "!util/docker/web"], "util/docker/web/foo", False),
        (["**", "!util/docker/web"], "util/docker/other", True),
        (["**", "!util/docker/web", "util/docker/web/foo"], "util/docker/web/foo", True),
        (["**", "!dist/*.whl"], "dist/a.whl", False),
        (["*", "!src", "src/*.log"], "src/a.log", True),
        (["*", "!src", "src/*.log"], "src/a.py", False),
        (["a", "!a/b", "a/b/c"], "a/b/c/d", True),
        # What takes back a folder that was not excluded says nothing of the files in it.
        (["a/b", "!a"], "a/b", True),
        (["a", "!a"], "a/b", False),
        (["*", "! src "], "src/x", False),
    ],
)
def test_the_last_pattern_that_matches_decides(lines: list[str], path: str, *, is_out: bool) -> None:
    assert excludes("\n".join(lines), path) is is_out
    assert excludes("\r\n".join(lines), path) is is_out


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert excludes("\ufeff# comment\na", "a")
    assert excludes("\ufeffa", "a")


def test_paths_may_end_in_a_slash() -> None:
    assert excludes("a/b", "a/b/")


def test_the_value_knows_its_lines() -> None:
    ignore = Ignore.parse("# first\n\n!/a/b/\nc\n")
    assert [(p.text, p.line, p.takes_back) for p in ignore.patterns] == [("a/b", 3, True), ("c", 4, False)]
    assert ignore == Ignore.parse("# first\n\n!/a/b/\nc\n")
    ignore.excludes("a/b/c")
    assert ignore == Ignore.parse("# first\n\n!/a/b/\nc\n"), "what it remembers is no part of it"


@pytest.mark.parametrize(
    "pattern",
    [
        "!",
        "!  ",
        "[",
        "a[",
        "[^",
        "[^bc",
        "[]a]",
        "[-]",
        "[x-]",
        "[-x]",
        "[a-b-c]",
        "[z-a]",
        "a\\",
        "[a\\",
        "[a-",
    ],
)
def test_malformed_patterns_are_named_with_their_line(pattern: str) -> None:
    with pytest.raises(InputError) as caught:
        Ignore.parse(f"fine\n{pattern}\n", where="app/.dockerignore")
    assert caught.value.where == "app/.dockerignore:2"


def test_many_paths_take_a_moment() -> None:
    ignore = Ignore.parse(
        "\n".join(["**/__pycache__", "**/*.pyc", ".git", *(f"folder{n}" for n in range(40))])
    )
    paths = [f"src/package{n % 50}/sub/module{n}.py" for n in range(20_000)]
    assert not any(map(ignore.excludes, paths))


def test_a_backslash_before_a_letter_is_what_it_is_to_gos_regular_expressions() -> None:
    assert not excludes("\\a", "a")
    assert excludes("\\d\\D", "1x")
    assert excludes("x\\b\\*", "x*") is True
    assert not excludes("\\w\\W", "ab")
    assert excludes("a\\.b", "a.b")
    with pytest.raises(InputError, match="malformed"):
        excludes("\\q", "q")
