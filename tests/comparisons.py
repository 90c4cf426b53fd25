"""Comparisons and saved images for tests, without an engine."""

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from bareboat.compare.result import (
    NATIVE,
    VERSION,
    Base,
    Comparison,
    Contents,
    Dependency,
    Machine,
    Row,
)

__all__ = ["COMPARISON", "saved", "tar_of"]

_SLIM = Contents(203_500_000, 67_800_000, 5, 86, 27, ("/usr/bin/bash", "/usr/bin/sh"), "65532:65532")
_ROW = Row(
    "uv-sync",
    title="uv sync from uv.lock",
    when="there is a uv.lock",
    contents=_SLIM,
    cold=4.912,
    source=0.512,
    dependency=4.101,
    pushed_source=9_990,
    pushed_dependency=25_700_000,
    healthy=0.971,
)
COMPARISON = Comparison(
    schema=VERSION,
    project="stock & <room>",
    machine=Machine("Some Processor", 2, 8_000_000_000, "Debian GNU/Linux 13", "6.12"),
    engine="docker 28.5, buildx 0.29.1",
    tools={"bareboat": "0.1.0", "uv": "0.13.8"},
    repeat=3,
    compressor="gzip level 6",
    meaning={"cold": "all is new"},
    bases=(Base("python:3.13-slim-trixie", 113_700_000), Base("python:3.13-trixie")),
    source="app/main.py",
    dependency=Dependency("mako", "1.4.3", "1.4.2"),
    rows=(
        replace(
            _ROW,
            form="single-full",
            is_baseline=True,
            contents=replace(_SLIM, uncompressed=1_190_000_000, compressed=420_000_000, user="root"),
            cold=31.25,
        ),
        _ROW,
        replace(
            _ROW,
            form="uv-pip",
            dependency=None,
            pushed_dependency=None,
            healthy=None,
            missing={
                "dependency": "no | fits",
                "pushed_dependency": "no | fits",
                "healthy": "ended before it answered",
            },
        ),
        Row("pip-venv", failure="Dockerfile:18: RUN pip: no such wheel"),
        replace(
            _ROW,
            form=NATIVE,
            contents=Contents(104_400_000, 35_100_000, 19, 24, 25, (), "65532:65532"),
            pushed_dependency=231_000,
        ),
    ),
    unfitting={"poetry-export": "there is no poetry.lock"},
    notes=("The bases are stand-ins.",),
)


def tar_of(files: Mapping[str, bytes]) -> bytes:
    """Return a layer as a tar."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return held.getvalue()


def saved(
    layers: Sequence[tuple[bytes, bytes]],
    *,
    user: str = "",
    form: str = "oci",
    names: Sequence[str] = ("a:1",),
) -> bytes:
    """Return what an engine saves of an image a:1: layers are (tar, as stored)."""
    diff_ids = [f"sha256:{hashlib.sha256(plain).hexdigest()}" for plain, _ in layers]
    config = json.dumps(
        {"config": {"User": user}, "rootfs": {"type": "layers", "diff_ids": diff_ids}}
    ).encode()
    stored_as = {
        "oci": [f"blobs/sha256/{hashlib.sha256(stored).hexdigest()}" for _, stored in layers],
        "old": [f"{number:064x}/layer.tar" for number in range(len(layers))],
        "podman": [f"{diff_id.removeprefix('sha256:')}.tar" for diff_id in diff_ids],
    }[form]
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:

        def add(name: str, data: bytes, link: str = "") -> None:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            if link:
                info.type, info.linkname, info.size = tarfile.SYMTYPE, link, 0
            archive.addfile(info, io.BytesIO(data))

        for name, (_, stored) in zip(stored_as, layers, strict=True):
            add(name, stored)
        listed = stored_as
        if form == "podman":  # which names each layer a second time
            listed = [f"{number}/layer.tar" for number in range(len(stored_as))]
            for again, name in zip(listed, stored_as, strict=True):
                add(again, b"", link=f"../{name}")
        add("config.json", config)
        add(
            "manifest.json",
            json.dumps([{"Config": "config.json", "Layers": listed, "RepoTags": [*names]}]).encode(),
        )
        add("oci-layout", b'{"imageLayoutVersion":"1.0.0"}')
    return held.getvalue()
