import pytest

from bareboat.errors import InputError
from bareboat.oci.digest import Digest

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_of_bytes_and_of_chunks_agree() -> None:
    assert Digest.of(b"") == Digest.of([]) == Digest(EMPTY)
    assert Digest.of(b"abc") == Digest.of(iter([b"a", b"", b"bc"]))


def test_parse_and_text_are_inverse() -> None:
    assert str(Digest.parse(f"sha256:{EMPTY}")) == f"sha256:{EMPTY}"


@pytest.mark.parametrize(
    "text", ["", EMPTY, f"sha512:{EMPTY}", "sha256:", f"sha256:{EMPTY.upper()}", f"sha256:{EMPTY}0"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        Digest.parse(text)
