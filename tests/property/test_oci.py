"""References are read as they are written; whatever image is encoded, the oracle finds nothing."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import images
from bareboat.errors import InputError
from bareboat.oci import decode, document
from bareboat.oci.blob import Blob
from bareboat.oci.config import Config, Healthcheck
from bareboat.oci.digest import Digest
from bareboat.oci.image import Image
from bareboat.oci.layer import Layer
from bareboat.oci.platform import Platform
from bareboat.oci.reference import Reference
from bareboat.oci.validate import validate
from bareboat.tree.compress import Compression
from bareboat.tree.entry import Entry, directory, file, hardlink, symlink
from bareboat.tree.tree import Tree

calm = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

hosts = st.from_regex(r"\A[a-zA-Z0-9]([a-zA-Z0-9-]{0,8}[a-zA-Z0-9])?(\.[a-z0-9]{1,5}){0,2}(:[0-9]{1,5})?\Z")
parts = st.from_regex(r"\A[a-z0-9]{1,6}(([._]|__|-{1,3})[a-z0-9]{1,4}){0,2}\Z")
tags = st.one_of(st.just(""), st.from_regex(r"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}\Z"))
digests = st.one_of(st.none(), st.binary(max_size=8).map(Digest.of))


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return a reference as a user may write it."""
    path = "/".join(draw(st.lists(parts, min_size=1, max_size=3)))
    host = draw(st.one_of(st.just(""), hosts, st.just("localhost:5000")))
    tag, digest = draw(tags), draw(digests)
    name = f"{host}/{path}" if host else path
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


@calm
@given(texts())
def test_both_forms_of_a_reference_read_back(text: str) -> None:
    try:
        found = Reference.parse(text)
    except InputError:  # a host without a dot is a path, and may be no sound one
        return
    assert Reference.parse(str(found)) == found
    assert Reference.parse(found.familiar) == found
    assert Reference.parse(str(found.tagged)) == found.tagged


@calm
@given(st.text(max_size=60))
def test_any_text_is_a_reference_or_refused(text: str) -> None:
    try:
        found = Reference.parse(text)
    except InputError:
        return
    assert Reference.parse(str(found)) == found


words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12)
names = words.map(lambda word: word.replace("/", "_")).filter(
    lambda word: word not in {".", ".."} and not word.startswith(".wh.")
)
paths = st.lists(names, min_size=1, max_size=3).map("/".join)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Return a tree whose folders all stand in it."""
    entries: dict[str, Entry] = {}
    for path in draw(st.lists(paths, max_size=6, unique=True)):
        if any(path.startswith(f"{other}/") or other.startswith(f"{path}/") for other in entries):
            continue
        kind = draw(st.sampled_from(["file", "file", "folder", "symlink", "hardlink"]))
        files = [other for other, entry in entries.items() if entry.content is not None]
        if kind == "folder":
            entries[path] = directory(
                path, mode=draw(st.sampled_from([0o755, 0o1777])), uid=draw(st.integers(0, 99999))
            )
        elif kind == "symlink":
            entries[path] = symlink(path, draw(words))
        elif kind == "hardlink" and files:
            entries[path] = hardlink(path, draw(st.sampled_from(files)))
        else:
            entries[path] = file(path, draw(st.binary(max_size=1500)))
    return Tree.of(entries.values()).with_parents()


pairs = st.dictionaries(words.filter(lambda word: "=" not in word), words, max_size=3).map(
    lambda held: tuple(held.items())
)
lines = st.lists(words, max_size=3).map(tuple)
times = st.one_of(st.just(0), st.integers(10**6, 10**12))
checks = st.builds(
    Healthcheck,
    lines.map(lambda line: ("CMD", *line)),
    times,
    times,
    times,
    st.integers(0, 9),
)
configs = st.builds(
    Config,
    user=st.sampled_from(["", "0", "65532:65532"]),
    env=pairs,
    entrypoint=lines,
    cmd=lines,
    working_dir=st.one_of(st.just(""), paths.map(lambda path: f"/{path}")),
    exposed_ports=st.lists(st.integers(1, 65535), max_size=2, unique=True).map(
        lambda ports: tuple(f"{port}/tcp" for port in ports)
    ),
    labels=pairs,
    stop_signal=st.sampled_from(["", "SIGINT"]),
    healthcheck=st.one_of(st.none(), checks),
    volumes=st.lists(paths.map(lambda path: f"/{path}"), max_size=2, unique=True).map(tuple),
)
layers = st.builds(
    lambda tree, how, comment: images.layer(tree, how=how, comment=comment),
    trees(),
    st.sampled_from(list(Compression)),
    st.one_of(st.just(""), words),
)
encodables = st.builds(
    Image,
    st.sampled_from([Platform("linux", "amd64"), Platform("linux", "arm64", "v8")]),
    configs,
    st.lists(layers, max_size=3).map(tuple),
    st.integers(0, 253402300799),
    pairs,
)


@calm
@given(encodables)
def test_an_encoded_image_is_clean_canonical_and_reads_back(image: Image) -> None:
    encoded = image.encode()
    assert validate(encoded) == ()
    assert document.render(json.loads(encoded.manifest.data)) == encoded.manifest.data
    assert document.render(json.loads(encoded.config.data)) == encoded.config.data
    held: dict[Digest, Blob] = {blob.digest: blob for blob in encoded.blobs}
    found = decode.image(encoded.manifest.data, lambda descriptor: held[descriptor.digest])
    assert (found.platform, found.created) == (image.platform, image.created)
    assert found.config.document() == image.config.document()
    assert found.encode().descriptor == encoded.descriptor


@calm
@given(encodables, layers)
def test_an_image_that_was_read_takes_another_layer(image: Image, top: Layer) -> None:
    encoded = image.encode()
    held: dict[Digest, Blob] = {blob.digest: blob for blob in encoded.blobs}
    found = decode.image(encoded.manifest.data, lambda descriptor: held[descriptor.digest])
    assert validate(found.append(top)) == ()
    assert found.append(top).encode().config == image.append(top).encode().config


@calm
@given(st.binary(max_size=300))
def test_any_bytes_are_a_document_or_refused(data: bytes) -> None:
    try:
        document.parse(data, where="x")
    except InputError:
        return
