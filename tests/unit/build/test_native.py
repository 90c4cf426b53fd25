"""A plan carried out: a sound image, the same bytes each time, layers shared between projects."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
from bareboat.build import native
from bareboat.build.prepare import Prepared, prepared
from bareboat.build.tools import Tools
from bareboat.build.unpack import unpack_image
from bareboat.facts.artifact import Role
from bareboat.oci.image import Image
from bareboat.oci.validate import validate
from bareboat.plan.plan import Plan
from bareboat.progress import Kind
from bareboat.tree.compress import Compression


@contextmanager
def made(folder: Path, **more: object) -> Iterator[tuple[Prepared, Tools]]:
    with prepared(smallbase.world().wanted(folder, **more)) as held:
        yield held


def digests(image: Image) -> list[str]:
    return [str(layer.blob.digest) for layer in image.layers]


@pytest.mark.parametrize("how", list(Compression))
def test_the_image_is_sound(tmp_path: Path, how: Compression) -> None:
    folder = smallbase.project(tmp_path / "shop")
    with made(folder, flags={"compression": how.value}) as (found, tools):
        image = native.image(found.plan, found.ready, tools)
        assert validate(image.encode()) == ()
    assert len(image.layers) == len(found.plan.layers)
    labels = dict(image.config.labels)
    assert labels["org.opencontainers.image.base.name"] == "debian:trixie"
    assert labels["org.opencontainers.image.base.digest"].startswith("sha256:")


def test_an_empty_store_and_other_workers_give_the_same_bytes(tmp_path: Path) -> None:
    folder = smallbase.project(tmp_path / "shop")
    found = []
    for number, workers in enumerate((1, 4)):
        with made(folder, store=tmp_path / f"store{number}", workers=workers) as (held, tools):
            found.append(native.image(held.plan, held.ready, tools).encode().descriptor)
    assert found[0] == found[1]


def test_layers_that_the_store_has_are_not_made_again(tmp_path: Path) -> None:
    folder = smallbase.project(tmp_path / "shop")
    heard = smallbase.Heard()
    with made(folder, store=tmp_path / "store") as (held, tools):
        first = native.image(held.plan, held.ready, tools)
    with made(folder, store=tmp_path / "store", progress=heard) as (held, tools):
        assert digests(native.image(held.plan, held.ready, tools)) == digests(first)
    assert heard.of(Kind.LAYER) == []


def test_a_changed_source_is_one_layer_changed(tmp_path: Path) -> None:
    folder = smallbase.project(tmp_path / "shop")
    with made(folder) as (held, tools):
        before = digests(native.image(held.plan, held.ready, tools))
    with (folder / "main.py").open("a") as file:
        file.write("\nchanged = True\n")
    with made(folder) as (held, tools):
        after = digests(native.image(held.plan, held.ready, tools))
    assert [one == other for one, other in zip(before, after, strict=True)] == [True] * (len(before) - 1) + [
        False
    ]


def test_two_projects_share_every_layer_but_their_own(tmp_path: Path) -> None:
    found = []
    for name in ("one", "other"):
        folder = smallbase.project(tmp_path / name)
        (folder / "main.py").write_text((folder / "main.py").read_text() + f"\nname = {name!r}\n")
        with made(folder, store=tmp_path / name / "store") as (held, tools):
            found.append(digests(native.image(held.plan, held.ready, tools)))
    assert found[0][:-1] == found[1][:-1]
    assert found[0][-1] != found[1][-1]


def cut(plan: Plan, parts: int) -> Plan:
    """Give the plan whose interpreter comes in so many parts."""
    layers = []
    for layer in plan.layers:
        if layer.role is Role.INTERPRETER:
            layers += [replace(layer, part=part, parts=parts) for part in range(1, parts + 1)]
        else:
            layers.append(layer)
    return replace(plan, layers=tuple(layers))


def listing(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        for path in folder.rglob("*")
    }


def test_a_layer_in_parts_holds_the_same_files(tmp_path: Path) -> None:
    folder = smallbase.project(tmp_path / "shop")
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    with made(folder) as (held, tools):
        whole = native.image(held.plan, held.ready, tools).encode()
        parts = native.image(cut(held.plan, 3), held.ready, tools).encode()
        assert validate(parts) == ()
        unpack_image(whole, tmp_path / "whole")
        unpack_image(parts, tmp_path / "parts")
    assert listing(tmp_path / "whole") == listing(tmp_path / "parts")
    sizes = [layer.uncompressed for layer in parts.layers[1:4]]
    assert max(sizes) < sum(sizes) * 0.7


def test_the_time_of_every_file_is_the_plans(tmp_path: Path) -> None:
    folder = smallbase.project(tmp_path / "shop")
    with made(folder, created=86_400) as (held, tools):
        image = native.image(held.plan, held.ready, tools)
        assert image.created == 86_400
        assert validate(image.encode()) == ()
    with made(folder) as (held, tools):
        assert set(digests(native.image(held.plan, held.ready, tools))).isdisjoint(digests(image))
