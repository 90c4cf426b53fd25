import pytest

from bareboat.errors import InputError
from bareboat.oci.platform import Platform


@pytest.mark.parametrize("text", ["linux/amd64", "linux/arm64/v8", "windows/386"])
def test_parse_and_text_are_inverse(text: str) -> None:
    assert str(Platform.parse(text)) == text


@pytest.mark.parametrize("text", ["", "linux", "linux/", "/amd64", "a/b/c/d", "Linux/AMD64", "linux/amd 64"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="not a platform") as caught:
        Platform.parse(text)
    assert caught.value.hint


def test_document_has_a_variant_only_where_there_is_one() -> None:
    assert Platform("linux", "amd64").document() == {"architecture": "amd64", "os": "linux"}
    assert Platform("linux", "arm", "v7").document()["variant"] == "v7"
