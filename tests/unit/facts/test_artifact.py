"""Artifacts are values: their roles have an order, and they keep what they say through JSON."""

import msgspec
import pytest
from msgspec.structs import replace

from bareboat.facts.artifact import Artifact, Role

ARTIFACT = Artifact(
    *(Role.DEPENDENCY, "numpy", "2.4", "key", 30_000_000, 900),
    modules=("numpy",),
    needed=("libm.so.6",),
    dropped=(("tests", 7),),
)


def test_roles_lie_in_the_order_of_the_layers() -> None:
    assert [str(role) for role in Role] == [
        *("base", "interpreter", "native", "dependency", "project", "source", "static")
    ]


def test_what_is_not_said_is_empty() -> None:
    bare = Artifact(Role.BASE, "libc6", "2.41", "key", 1, 1)
    assert (bare.because, bare.modules, bare.provided, bare.needed, bare.withheld, bare.dropped) == (
        "",
        *((),) * 5,
    )


def test_it_survives_the_store() -> None:
    assert msgspec.json.decode(msgspec.json.encode(ARTIFACT), type=Artifact) == ARTIFACT


def test_it_names_bytes_and_can_be_looked_up_by() -> None:
    assert {ARTIFACT: 1}[replace(ARTIFACT)] == 1
    with pytest.raises(AttributeError):
        ARTIFACT.size = 2  # type: ignore[misc]  # that is what is tried
