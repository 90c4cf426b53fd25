"""Which instructions run again after a change, and which come from the builder's cache, each with its reason.

Follows BuildKit's keys: files by their contents, commands by their text, variables in sight, mounts, and
the layer below. It cannot know what a command writes: one that runs again is taken to have changed its
layer, but files that are taken from another stage may have come out as they were. Remote sources of ADD
are taken to be as they were.
Spec: Docker, "Build cache invalidation"; BuildKit, solver and dockerfile2llb.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bareboat.dockerfile.ignore import Ignore
from bareboat.dockerfile.scope import scopes
from bareboat.dockerfile.stages import read
from bareboat.dockerfile.syntax import File, Instruction

__all__ = ["Change", "Outcome", "Step", "explain"]


class Outcome(StrEnum):
    """What happens to an instruction."""

    CACHED = "cached"
    RUNS = "runs"
    MAYBE = "maybe"  # runs unless what it takes from another stage came out the same
    FREE = "free"  # a setting of the image, which costs nothing
    SKIPPED = "skipped"  # its stage is not needed for the target


@dataclass(frozen=True, slots=True)
class Change:
    """What changed since the last build: files of the context, images, or values of build arguments.

    `images` holds references as FROM has them after its variables; `all_images` means each of them.
    """

    paths: frozenset[str] = frozenset()
    images: frozenset[str] = frozenset()
    all_images: bool = False
    arguments: frozenset[str] = frozenset()

    @classmethod
    def files(cls, *paths: str) -> "Change":
        """Return a change of files, relative to the context."""
        return cls(paths=frozenset(path.removeprefix("./").strip("/") for path in paths))

    @classmethod
    def base(cls, *images: str) -> "Change":
        """Return a change of base images: of those named, or of all."""
        return cls(images=frozenset(images), all_images=not images)

    @classmethod
    def argument(cls, *names: str) -> "Change":
        """Return a change of the values of build arguments."""
        return cls(arguments=frozenset(names))


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: what happens, why, and the instruction with which it began, if it runs or may."""

    stage: int
    stage_name: str
    instruction: Instruction
    outcome: Outcome
    reason: str
    cause: Instruction | None = None

    @property
    def line(self) -> int:
        """The line of the instruction; 0 where the file was made and not read."""
        return self.instruction.line


def explain(  # noqa: PLR0913 each is a fact about the build
    file: File,
    change: Change,
    *,
    ignore: Ignore | None = None,
    target: str = "",
    arguments: Mapping[str, str] | None = None,
    merges: bool = True,
) -> tuple[Step, ...]:
    """Return what a change makes of each instruction, stage by stage, FROM first.

    `ignore` is the context's `.dockerignore`; `target` the stage to build, the last unless named. With
    `merges` false the builder cannot merge layers, as Docker's classic store, and `--link` saves nothing.
    Raises InputError for a file without stages, an unknown target and a malformed pattern.
    """
    from bareboat.dockerfile.cachereader import Reader

    stages = read(file, arguments=arguments)
    reader = Reader(stages, change, ignore or Ignore(), target=stages.target(target))
    reader.merges = merges
    reader.above(file)
    for seen in scopes(stages, arguments=arguments):
        reader.begin(seen.stage)
        reader.take(seen)
    for stage in stages.stages:
        reader.begin(stage)
    return tuple(sorted(reader.steps, key=lambda step: step.stage))
