"""An image unpacked as an engine would, later layers over earlier ones."""

from pathlib import Path

import pytest
from msgspec.structs import replace

import images
from bareboat.build.unpack import unpack_image
from bareboat.errors import BareboatError
from bareboat.oci.blob import BytesBlob
from bareboat.oci.image import Image
from bareboat.tree.compress import Compression
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree


@pytest.mark.parametrize("how", list(Compression))
def test_every_layer_is_there(tmp_path: Path, how: Compression) -> None:
    unpack_image(images.image(3, how=how).encode(), tmp_path)
    for number in range(3):
        assert (tmp_path / f"opt/p{number}/a.py").read_bytes().startswith(b"x = %d\n" % number)
        assert (tmp_path / f"opt/p{number}/b.py").samefile(tmp_path / f"opt/p{number}/a.py")
        assert (tmp_path / f"opt/link{number}").readlink() == Path(f"p{number}/a.py")


def test_a_later_layer_wins(tmp_path: Path) -> None:
    layers = [images.layer(Tree.of([file("a", text)])) for text in (b"old", b"new")]
    unpack_image(Image(images.AMD64, images.CONFIG, tuple(layers)).encode(), tmp_path)
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_damaged_layer_is_refused(tmp_path: Path) -> None:
    encoded = images.image(1).encode()
    whole = b"".join(encoded.layers[0].blob.chunks())
    cut = replace(encoded.layers[0], blob=BytesBlob(whole[: len(whole) // 2]))
    with pytest.raises(BareboatError):
        unpack_image(replace(encoded, layers=(cut,)), tmp_path)
