import pytest

from bareboat.errors import BareboatError, BuildError, InputError, IntegrityError, NetworkError, ResolveError
from bareboat.index import complaint

NO_WHEEL = "has no wheel for the target, only a source distribution"
CONFLICT = """error: No solution found when resolving dependencies
  cause: Because all versions of baz depend on foo>=2 and all versions of bar depend on foo<2, we can \
conclude that all versions of bar and all versions of baz are incompatible.
         And because you require bar and baz, we can conclude that your requirements are unsatisfiable.
"""
OLD_CONFLICT = """  × No solution found when resolving dependencies:
  ╰─▶ Because bar==1.0 depends on foo<2 and you require bar==1.0, we can conclude that you require
      foo<2.
      And because you require foo>=2, we can conclude that your requirements are unsatisfiable.
"""  # noqa: RUF001 - the sign is uv's
LISTED = """error: No solution found when resolving dependencies
  cause: Because a==0.1 depends on one of:
             b>=1.7.4,<1.8
             b>1.8,<1.8.1
             b>2.0.1,<3.0.0
         and you require a==0.1, we can conclude that you require one of:
             b>=1.7.4,<1.8
             b>2.0.1,<3.0.0

         And because you require b<1, we can conclude that your requirements are unsatisfiable.
"""
SDIST = """error: No solution found when resolving dependencies
  cause: Because {0} no usable wheels and you require docopt, we can conclude that your requirements \
are unsatisfiable.

hint: Wheels are required for `docopt` because building from source is disabled for all packages
"""
FOREIGN = """error: No solution found when resolving dependencies
  cause: Because pywin32>=307 has no wheels with a matching platform tag (e.g., `manylinux_2_40_x86_64`) and \
you require pywin32, we can conclude that your requirements are unsatisfiable.

hint: Wheels are available for `pywin32` (v312) on the following platforms: `win32`, `win_amd64`
"""
UNKNOWN = """error: No solution found when resolving dependencies
  cause: Because nope was not found in the package registry and you require nope, we can conclude that your \
requirements are unsatisfiable.
"""
OFFLINE = """error: No solution found when resolving dependencies
  cause: Because idna was not found in the cache and you require idna, we can conclude that your \
requirements are unsatisfiable.

hint: Packages were unavailable because the network was disabled.
"""
UNREACHABLE = """error: Failed to fetch: `http://u:secret@host.test/simple/idna/?token=secret`
  cause: error sending request for url (http://host.test/simple/idna/)
  cause: client error (Connect)
  cause: tcp connect error
  cause: Connection refused (os error 111)
"""
DENIED = """error: No solution found when resolving dependencies
  cause: Because idna was not found in the package registry and you require idna, we can conclude that your \
requirements are unsatisfiable.

hint: An index URL (https://host.test/simple) could not be queried due to a lack of valid authentication \
credentials (401 Unauthorized).
"""
DISTRUSTED = """error: Failed to fetch: `https://host.test/simple/idna/`
  cause: error sending request for url (https://host.test/simple/idna/)
  cause: invalid peer certificate: UnknownIssuer
"""
BROKEN = """error: Failed to fetch: `https://host.test/simple/idna/`
  cause: HTTP status server error (503 Service Unavailable) for url (https://host.test/simple/idna/)
"""
UNREADABLE = """error: Couldn't parse requirement in `-` at position 0
  cause: expected version to start with a number, but no leading ASCII digits were found
         foo===bar baz
            ^^^^^^^^^^
"""
UNLOCKED = """error: Failed to build `/x`
  cause: Failed to resolve requirements from `build-system.requires`
  cause: No solution found when resolving: `hatchling`, `hatch-vcs`
  cause: Hash-checking is required, but no trusted hash was provided for: `hatch-vcs`
"""


HOST = "https://host.test/simple/idna/"
FITTING = [
    (
        CONFLICT,
        "requirements",
        (
            "all versions of baz depend on foo>=2 and all versions of bar depend on foo<2; "
            "the project requires bar and baz"
        ),
    ),
    (
        OLD_CONFLICT,
        "requirements",
        "bar==1.0 depends on foo<2 and the project requires bar==1.0; the project requires foo>=2",
    ),
    (
        LISTED,
        "requirements",
        (
            "a==0.1 depends on b>=1.7.4,<1.8 … b>2.0.1,<3.0.0 and the project requires a==0.1; "
            "the project requires b<1"
        ),
    ),
    (SDIST.format("all versions of docopt have"), "docopt", NO_WHEEL),
    (SDIST.format("docopt==0.6.2 has"), "docopt==0.6.2", NO_WHEEL),
    (SDIST.format("docopt{implementation_name != 'pypy'}>=0.5,<0.6 has"), "docopt>=0.5,<0.6", NO_WHEEL),
    (FOREIGN, "pywin32>=307", "has no wheel for the target (platform tag)"),
    (UNKNOWN, "nope", "no index has a package of this name"),
    (UNLOCKED, "requirements", "hatch-vcs is needed but not locked"),
    ("", "uv", "uv ended with code 2 and said nothing"),
    ("error: " + "many " * 200, "uv", "many " * 79 + "man …"),
]
UNREACHED = [
    (
        OFFLINE,
        "index",
        "uv's cache lacks what is needed: idna was not found in the cache and the project requires idna",
    ),
    (UNREACHABLE, "http://host.test/simple/idna/?token=***", "the index cannot be read (connection refused)"),
    (DENIED, "https://host.test/simple", "the index refuses access (401)"),
    (DISTRUSTED, HOST, "the certificate of the index is not trusted"),
    (BROKEN, HOST, "the index cannot be read (the server answered 503)"),
]
OTHERS: list[tuple[str, type[BareboatError], str, str]] = [
    (
        UNREADABLE,
        InputError,
        "requirements",
        (
            "couldn't parse requirement in `-` at position 0 expected version to start with a number, "
            "but no leading ASCII digits were found foo===bar baz"
        ),
    ),
    (
        "error: Failed to download `a==1`\n  cause: Hash mismatch for `a==1`\n\n  Expected:\n    sha256:0",
        IntegrityError,
        "a==1",
        "the file on the index has another sha256 than the locked one",
    ),
    ("error: Failed to build `x`\n", BuildError, "uv build", "failed to build `x`"),
]


@pytest.mark.parametrize(
    ("said", "kind", "where", "words"),
    [
        *((said, ResolveError, where, words) for said, where, words in FITTING),
        *((said, NetworkError, where, words) for said, where, words in UNREACHED),
        *OTHERS,
    ],
)
def test_a_complaint_is_one_line(said: str, kind: type[BareboatError], where: str, words: str) -> None:
    error = complaint.read(said, code=2)
    assert (type(error), error.where, error.message) == (kind, where, words)
    assert "secret" not in str(error) + error.hint


@pytest.mark.parametrize(
    "said", [CONFLICT, SDIST, FOREIGN, UNKNOWN, OFFLINE, UNREACHABLE, DENIED, DISTRUSTED]
)
def test_there_is_a_way_out(said: str) -> None:
    assert complaint.read(said).hint


def test_the_words_of_a_backend_start_at_what_was_raised() -> None:
    said = """Building wheel...
Traceback (most recent call last):
  File "x.py", line 1, in <module>
ValueError: Unable to determine which files to ship

Name them.
error: Failed to build `/x`
  cause: The build backend returned an error
"""
    assert complaint.backend_words(said) == [
        "ValueError: Unable to determine which files to ship",
        "Name them.",
    ]


def test_a_backend_that_raises_nothing_is_quoted_from_its_end() -> None:
    said = "Building wheel...\nfirst\nlast\nerror: Failed to build `/x`\n"
    assert complaint.backend_words(said) == ["last", "first"]


def test_a_full_disk_is_no_fault_of_the_requirements() -> None:
    error = complaint.read("error: Failed to write to file `/x/.t`: No space left on device (os error 28)\n")
    assert isinstance(error, BuildError)
    assert str(error) == "/x/.t: cannot write: no space left on device"
    assert "UV_CACHE_DIR" in error.hint
