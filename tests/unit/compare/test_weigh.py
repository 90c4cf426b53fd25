"""Saved images of every shape: sizes, packages, shells, what upper layers remove."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Sequence

import pytest

import images
from bareboat.compare import weigh
from bareboat.compare.weigh import Weighed
from bareboat.errors import InputError, IntegrityError
from bareboat.store.archive import archive_chunks
from bareboat.tree.compress import Compression, compress
from comparisons import saved, tar_of

DPKG = b"Package: a\nStatus: install ok installed\n\nPackage: b\nStatus: deinstall ok config-files\n\n"
BASE = tar_of(
    {
        "usr/bin/bash": b"#",
        "usr/bin/sh": b"#",
        "var/lib/dpkg/status": DPKG,
        "usr/lib/python3/site-packages/pip-1.dist-info/METADATA": b"x",
    }
)
TOP = tar_of(
    {
        "./opt/venv/flask-3.dist-info/METADATA": b"Name: flask\n",
        "opt/venv/flask-3.dist-info/RECORD": b"",
        "opt/venv/old.egg-info/PKG-INFO": b"",
        "usr/bin/.wh.bash": b"",
        "usr/lib/python3/.wh..wh..opq": b"",
    }
)


def read(layers: Sequence[bytes], *, form: str = "oci", user: str = "65532") -> Weighed:
    held = [(layer, layer) for layer in layers]
    (found,) = weigh.weigh(io.BytesIO(saved(held, user=user, form=form)))
    assert found.names == ("a:1",)
    return found


@pytest.mark.parametrize("form", ["oci", "old", "podman"])
def test_what_an_image_holds(form: str) -> None:
    found = read([BASE, TOP], form=form).contents
    packed = [len(zlib.compress(layer, 6, wbits=31)) for layer in (BASE, TOP)]
    assert (found.uncompressed, found.compressed) == (len(BASE) + len(TOP), sum(packed))
    assert (found.layers, found.user) == (2, "65532")
    assert (found.system, found.python) == (1, 2)
    assert found.shells == ("/usr/bin/sh",)


def test_an_image_without_a_user_runs_as_root() -> None:
    assert read([BASE], user="").contents.user == "root"


def test_lists_of_distroless_and_of_alpine() -> None:
    apk = b"C:Q1\nP:musl\nV:1\n\nC:Q2\nP:busybox\nV:1\n\n"
    layer = tar_of(
        {
            "var/lib/dpkg/status.d/libc6": b"Package: libc6\nVersion: 1\n",
            "var/lib/dpkg/status.d/libc6.md5sums": b"0  a\n",
            "lib/apk/db/installed": apk,
            "bin/busybox": b"",
        }
    )
    found = read([layer]).contents
    assert (found.system, found.python, found.shells) == (3, 0, ("/bin/busybox",))


@pytest.mark.parametrize("how", ["gzip", "members", "zstd"])
def test_a_packed_layer_is_weighed_like_a_plain_one(how: str) -> None:
    packed = {
        "gzip": gzip.compress(TOP, 1),
        "members": gzip.compress(TOP[:700], 9) + gzip.compress(TOP[700:]),
        "zstd": b"".join(compress([TOP], Compression.ZSTD)),
    }[how]
    (found,) = weigh.weigh(io.BytesIO(saved([(TOP, packed)])))
    assert found.contents.compressed == read([TOP]).contents.compressed
    assert found.contents.python == 2


def test_bareboats_own_archive_is_read() -> None:
    encoded = images.image().encode()
    (found,) = weigh.weigh(io.BytesIO(b"".join(archive_chunks(encoded, reference="a:1"))))
    assert found.contents.layers == 2
    assert found.contents.uncompressed == sum(layer.uncompressed for layer in encoded.layers)


def test_pushed_is_what_was_not_there() -> None:
    before, after = read([BASE, TOP]), read([BASE, TOP + b"\0" * 10240])
    (new,) = [layer for layer in after.layers.values() if layer not in before.layers.values()]
    assert weigh.pushed(before, after) == new.compressed
    assert weigh.pushed(before, before) == 0


def test_a_known_layer_is_not_packed_again() -> None:
    before = read([BASE])
    name = before.order[0]
    marked = weigh.Layer(f"sha256:{hashlib.sha256(BASE).hexdigest()}", 1, 2)
    (again,) = weigh.weigh(io.BytesIO(saved([(BASE, BASE)])), {name: marked})
    assert again.contents.compressed == 2


def spoilt() -> dict[str, bytes]:
    good = saved([(BASE, BASE)])
    return {
        "nothing": b"",
        "no tar": b"no tar at all" * 100,
        "cut": good[:1500],
        "no manifest": tar_of({"config.json": b"{}"}),
        "empty manifest": tar_of({"manifest.json": b"[]"}),
        "another layer": saved([(BASE, TOP)]),
        "bad gzip": saved([(BASE, b"\x1f\x8b" + b"\0" * 600)]),
        "no layer": tar_of({"manifest.json": b'[{"Config": "c", "Layers": ["gone"]}]', "c": b"{}"}),
    }


@pytest.mark.parametrize("which", list(spoilt()))
def test_what_is_no_image_is_refused(which: str) -> None:
    with pytest.raises((InputError, IntegrityError)):
        weigh.weigh(io.BytesIO(spoilt()[which]))
