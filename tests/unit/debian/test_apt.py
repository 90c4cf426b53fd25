"""The host's apt sources in both forms, and which of them count."""

from pathlib import Path

import pysequoia
import pytest

from bareboat.debian import apt
from bareboat.debian.apt import Source
from bareboat.testing.debian import Signer

DEBIAN, OTHER = Signer(), Signer("Vendor <vendor@example.org>")
PINNED = frozenset({DEBIAN.fingerprint})


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """An empty /etc/apt that trusts both keys by default."""
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "trusted.gpg.d").mkdir()
    (tmp_path / "trusted.gpg.d" / "debian.gpg").write_bytes(DEBIAN.certificate)
    (tmp_path / "debian.gpg").write_bytes(OTHER.certificate + DEBIAN.certificate)
    (tmp_path / "other.gpg").write_bytes(OTHER.certificate)
    return tmp_path


def found(etc: Path) -> list[tuple[str, str]]:
    return [(source.uri, source.archive) for source in apt.read(etc, PINNED)]


def lines(etc: Path, *text: str) -> list[tuple[str, str]]:
    (etc / "sources.list").write_text("\n".join(text))
    return found(etc)


def sources(etc: Path, text: str) -> list[tuple[str, str]]:
    (etc / "sources.list.d" / "debian.sources").write_text(text)
    return found(etc)


def test_lines_are_read_in_their_order_each_address_once(etc: Path) -> None:
    assert lines(
        etc,
        "# deb http://commented.example/debian trixie main",
        "deb http://one.example/debian/ trixie main contrib # with a comment",
        "deb-src http://source.example/debian trixie main",
        "deb http://one.example/debian trixie-updates main",
        "deb [ arch=amd64 ] https://two.example/debian sid non-free main",
        "deb http://sec.example/debian-security trixie-security main",
        "deb http://old.example/debian-security bookworm/updates main",
        "deb http://parts.example/debian trixie contrib",
        "deb http://half.example/debian",
        "nonsense",
    ) == [
        ("http://one.example/debian", "main"),
        ("https://two.example/debian", "main"),
        ("http://sec.example/debian-security", "security"),
        ("http://old.example/debian-security", "security"),
    ]


def test_stanzas_are_read_with_all_their_addresses(etc: Path) -> None:
    text = """\
# the first
Types: deb deb-src
URIs: http://one.example/debian http://two.example/debian
Suites: trixie trixie-updates
Components: main

Types: deb
URIs: http://sec.example/debian-security
Suites: trixie-security
Components: main
Enabled: yes
\t
Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: trixie
Components: main

Types: deb-src
URIs: http://source.example/debian
Suites: trixie
Components: main

 a stanza that is broken

Types: deb
URIs: http://none.example/debian
"""
    assert sources(etc, text) == [
        ("http://one.example/debian", "main"),
        ("http://two.example/debian", "main"),
        ("http://sec.example/debian-security", "security"),
    ]


def test_the_file_that_said_so_is_named(etc: Path) -> None:
    lines(etc, "deb http://one.example/debian trixie main")
    (etc / "sources.list.d" / "b.list").write_text("deb http://two.example/debian trixie main\n")
    (etc / "sources.list.d" / "a.list.disabled").write_text("deb http://off.example/debian trixie main\n")
    (etc / "sources.list.d" / "c.save").write_text("deb http://off.example/debian trixie main\n")
    assert apt.read(etc, PINNED) == (
        Source("http://one.example/debian", "main", str(etc / "sources.list")),
        Source("http://two.example/debian", "main", str(etc / "sources.list.d" / "b.list")),
    )


def test_other_distributions_and_archives_do_not_count(etc: Path) -> None:
    assert (
        lines(
            etc,
            "deb http://vendor.example/ubuntu noble main",
            "deb http://vendor.example/packages nodistro main",
            "deb http://vendor.example/apt stable-vendor main",
        )
        == []
    )


@pytest.mark.parametrize(
    ("option", "counts"),
    [
        ("signed-by=ETC/debian.gpg", True),
        ("signed-by=ETC/other.gpg", False),
        ("signed-by=ETC/other.gpg,ETC/debian.gpg", True),
        ("signed-by=ETC/missing.gpg", False),
        ("arch=amd64 signed-by=FINGERPRINT!", True),
        ("signed-by=0123456789ABCDEF", False),
        ("trusted=yes signed-by=ETC/other.gpg", False),
        ("trusted", True),
    ],
)
def test_only_a_pinned_key_counts(etc: Path, option: str, counts: bool) -> None:  # noqa: FBT001
    option = option.replace("ETC", str(etc)).replace("FINGERPRINT", DEBIAN.fingerprint.upper())
    assert bool(lines(etc, f"deb [{option}] http://one.example/debian trixie main")) is counts


def test_without_signed_by_the_trusted_folder_decides(etc: Path) -> None:
    line = "deb http://one.example/debian trixie main"
    (etc / "trusted.gpg.d" / "debian.gpg").write_bytes(OTHER.certificate)
    assert lines(etc, line) == []
    (etc / "trusted.gpg").write_bytes(b"no keyring at all")
    (etc / "trusted.gpg.d" / "note.txt").write_bytes(DEBIAN.certificate)
    assert lines(etc, line) == []
    (etc / "trusted.gpg.d" / "x.asc").write_text(str(pysequoia.Cert.from_bytes(DEBIAN.certificate)))
    assert lines(etc, line) == [("http://one.example/debian", "main")]


def test_a_key_may_stand_in_the_stanza_itself(etc: Path) -> None:
    for signer, counts in ((DEBIAN, True), (OTHER, False)):
        armored = str(pysequoia.Cert.from_bytes(signer.certificate)).strip().splitlines()
        block = "\n".join(f" {line or '.'}" for line in armored)
        text = "Types: deb\nURIs: http://one.example/debian\nSuites: trixie\nComponents: main\n"
        assert bool(sources(etc, f"{text}Signed-By:\n{block}\n")) is counts


def test_a_list_of_mirrors_is_followed(etc: Path) -> None:
    mirrors = etc / "mirrors.list"
    mirrors.write_text(
        "# ours\nhttps://one.example/debian\tpriority:1\n\nmirror+file:/etc/other\nftp://x.example/\n"
    )
    assert lines(etc, f"deb mirror+file:{mirrors} trixie main") == [("https://one.example/debian", "main")]
    assert lines(etc, f"deb mirror+file://{mirrors} trixie main") == [("https://one.example/debian", "main")]


def test_folders_count_and_odd_schemes_do_not(etc: Path) -> None:
    assert lines(
        etc,
        "deb file:///srv/debian trixie main",
        "deb copy:/srv/other trixie main",
        "deb cdrom:[Debian]/ trixie main",
        "deb tor+http://x.onion/debian trixie main",
    ) == [("file:///srv/debian", "main"), ("file:/srv/other", "main")]


def test_a_host_without_apt_has_no_sources(tmp_path: Path) -> None:
    assert apt.read(tmp_path / "missing", PINNED) == ()


def test_bytes_that_are_no_text_do_not_stop_a_build(etc: Path) -> None:
    (etc / "sources.list").write_bytes(b"\xff\xfe deb\n")
    (etc / "sources.list.d" / "x.sources").write_bytes(b"Types: deb\xff\nURIs: http://one.example\n")
    assert found(etc) == []


def test_debian_s_own_keyring_files_are_read(etc: Path) -> None:
    shipped = Path(apt.__file__).parent / "keyrings" / "debian-archive-trixie-stable.asc"
    (etc / "sources.list").write_text(f"deb [signed-by={shipped}] http://one.example/debian sid main")
    pinned = frozenset({"41587f7db8c774bccf131416762f67a0b2c39de4"})
    assert len(apt.read(etc, pinned)) == 1
