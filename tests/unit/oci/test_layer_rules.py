"""Each fault inside a layer is found by its code; the tar is written by the standard library."""

import tarfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bareboat.errors import IntegrityError
from bareboat.finding import Severity
from bareboat.oci import layer_rules, media
from bareboat.oci.blob import BytesBlob
from bareboat.oci.digest import Digest
from images import Draft, Misnamed, member, tar_of

LNK, SYM, DIR, CHR, FIFO = (
    tarfile.LNKTYPE,
    tarfile.SYMTYPE,
    tarfile.DIRTYPE,
    tarfile.CHRTYPE,
    tarfile.FIFOTYPE,
)

FAULTS: list[tuple[str, list[tuple[tarfile.TarInfo, bytes]]]] = [
    ("OCI404", [member("/etc/passwd", b"x")]),
    ("OCI405", [member("../etc/passwd", b"x")]),
    ("OCI405", [member("a/../../b", b"x")]),
    ("OCI405", [member("a/..", type=DIR)]),
    ("OCI406", [member("a", b"1"), member("a", b"2")]),
    ("OCI406", [member("a", type=DIR), member("a/b"), member("a", type=DIR)]),
    ("OCI407", [member("su", b"x", mode=0o4755)]),
    ("OCI407", [member("wall", b"x", mode=0o2755)]),
    ("OCI408", [member("null", type=CHR)]),
    ("OCI408", [member("pipe", type=FIFO)]),
    ("OCI409", [member("a", type=LNK, linkname="b"), member("b", b"x")]),
    ("OCI409", [member("a", type=LNK, linkname="/etc/passwd")]),
    ("OCI409", [member("a", type=LNK, linkname="../b")]),
    ("OCI409", [member("a", type=SYM, linkname="")]),
    ("OCI410", [member("a", b"x"), member("a/b", b"x")]),
    ("OCI410", [member("a", type=SYM, linkname="/etc"), member("a/b/c", b"x")]),
    ("OCI411", [member("./a", b"x")]),
    ("OCI411", [member("a//b", b"x")]),
    ("OCI411", [member("a/./b", b"x")]),
    ("OCI412", [member("a", type=b"Z")]),
    ("OCI413", [member(".wh.", b"")]),
    ("OCI413", [member("a/.wh..wh.plnk", b"")]),
    ("OCI413", [member("a/.wh.b", b"content")]),
]


@pytest.mark.parametrize(("code", "members"), FAULTS)
def test_a_fault_of_a_member_is_found(code: str, members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    draft = Draft(tars=[tar_of(member("x", b"1")), tar_of(*members)])
    found = draft.findings()
    assert {finding.code for finding in found} == {code}
    assert all("layers[1]" in finding.where for finding in found)


def test_what_only_other_builders_make_is_a_warning() -> None:
    draft = Draft(tars=[tar_of(member("su", b"x", mode=0o4755), member("null", type=CHR), member("./a"))])
    assert {finding.severity for finding in draft.findings()} == {Severity.WARNING}


SOUND: list[list[tuple[tarfile.TarInfo, bytes]]] = [
    [],
    [member("a", b"x"), member("b", type=LNK, linkname="a"), member("c", type=SYM, linkname="/etc/../x")],
    [member("tmp", type=DIR, mode=0o1777), member("tmp/" + "n" * 300, b"x" * 70_000)],
    [member("a/.wh..wh..opq"), member("a/.wh.gone")],
    [member("ü/ñ", b"x"), member("without/parents", b"x")],
]


@pytest.mark.parametrize("members", SOUND)
@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_what_the_specification_allows_is_no_finding(
    members: list[tuple[tarfile.TarInfo, bytes]], form: int
) -> None:
    assert Draft(tars=[tar_of(*members, form=form)]).findings() == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:512],
        lambda data: data[: len(data) - 9000],
        lambda data: data[:100] + b"9" + data[101:],
        lambda data: b"garbage" * 200,
        lambda data: data + b"more",
        lambda data: b"",
        lambda data: data[:1024] + b"\0" * 512,
    ],
)
def test_a_broken_tar_is_found(spoil: Callable[[bytes], bytes]) -> None:
    draft = Draft(tars=[spoil(tar_of(member("a", b"1" * 500)))])
    assert [finding.code for finding in draft.findings()] == ["OCI402"]


@pytest.mark.parametrize("cut", [lambda data: data[:-5], lambda data: data + b"tail", lambda _: b""])
def test_broken_compression_is_found(cut: Callable[[bytes], bytes]) -> None:
    whole = Draft().pack
    draft = Draft(pack=lambda data: cut(whole(data)))
    assert {finding.code for finding in draft.findings()} == {"OCI402"}


def test_a_layer_without_diff_id_is_read_all_the_same() -> None:
    blob = BytesBlob(tar_of(member("../a")))
    found = list(layer_rules.check(blob, media_type=media.LAYER, diff_id=None, where="layer"))
    assert [finding.code for finding in found] == ["OCI405"]


def test_a_name_with_a_nul_is_found() -> None:
    info, data = member("a", b"")
    info.pax_headers = {"path": "a\0b"}
    found = Draft(tars=[tar_of((info, data))]).findings()
    assert [finding.code for finding in found] == ["OCI404"]


def test_a_blob_that_fails_while_it_is_read_is_a_finding() -> None:
    class Broken(Misnamed):
        def chunks(self) -> Iterator[Any]:
            yield tar_of(member("a"))[:100]
            raise IntegrityError("damaged")

    blob = Broken(Digest("0" * 64), b"")
    found = list(layer_rules.check(blob, media_type=media.LAYER, diff_id=None, where="layer"))
    assert [finding.code for finding in found] == ["OCI103"]


def test_a_mode_with_file_type_bits_is_found() -> None:
    plain = bytearray(tar_of(member("a")))
    plain[100:108] = b"0100644\0"
    plain[148:156] = b" " * 8
    plain[148:156] = b"%06o\0 " % sum(plain[:512])
    found = Draft(tars=[bytes(plain)]).findings()
    assert [finding.code for finding in found] == ["OCI414"]
