from dataclasses import FrozenInstanceError, replace

import msgspec
import pytest

from bareboat.facts.artifact import Artifact, Role

ARTIFACT = Artifact(
    Role.DEPENDENCY,
    "numpy",
    "2.5.5",
    "k",
    48_000_000,
    900,
    because="needed by shapely",
    modules=("numpy",),
    needed=("libstdc++.so.6",),
    dropped=(("tests", 6_800_000),),
)


def test_roles_are_in_the_order_of_the_layers() -> None:
    assert list(Role) == [
        Role.BASE,
        Role.INTERPRETER,
        Role.NATIVE,
        Role.DEPENDENCY,
        Role.PROJECT,
        Role.SOURCE,
    ]


def test_an_artifact_survives_the_store() -> None:
    assert msgspec.json.decode(msgspec.json.encode(ARTIFACT), type=Artifact) == ARTIFACT


def test_an_artifact_is_a_value_that_names_its_files() -> None:
    with pytest.raises(FrozenInstanceError):
        ARTIFACT.name = "scipy"  # type: ignore[misc]  # that it is refused is the point
    assert len({ARTIFACT, replace(ARTIFACT), replace(ARTIFACT, key="other")}) == 2
