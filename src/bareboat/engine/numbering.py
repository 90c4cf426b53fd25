"""Where the steps that an engine speaks of stand in the Dockerfile.

BuildKit counts what makes a layer or a folder, FROM an image included; Podman and buildah count every
instruction of a stage. A count that does not fit the instruction's keyword (triggers of a base image
shift it) gives way to the text.
"""

import re

from msgspec import Struct

from bareboat.dockerfile.parse import parse
from bareboat.errors import InputError

__all__ = ["Numbered", "Numbering", "Step"]

_COUNTED = {"ADD", "COPY", "RUN", "WORKDIR"}
_BUILDKIT = re.compile(
    r"\[ *(?:[a-z0-9]+/\S+ +)?(?:(?P<stage>[^\s\]]+) +)?(?P<number>\d+)/\d+\] (?P<text>.*)"
)


class Step(Struct, frozen=True):
    """One step as it was carried out: `line` is that of its instruction, 0 where it is none of ours."""

    name: str
    line: int
    is_cached: bool
    seconds: float


class Numbered(Struct, frozen=True):
    """One instruction: its stage and its place in it, as each family of builders counts."""

    keyword: str
    text: str
    line: int
    last_line: int
    stage: int
    stage_name: str
    number: int
    counted: int


class Numbering(Struct, frozen=True):
    """The instructions of a file with their numbers; none for a file that cannot be read."""

    instructions: tuple[Numbered, ...] = ()

    @classmethod
    def of(cls, source: bytes) -> "Numbering":
        """Read a Dockerfile; one that is in a language of its own frontend has no numbers."""
        try:
            parsed = parse(source)
        except InputError:
            return cls()
        found: list[Numbered] = []
        names: list[str] = []
        number = counted = 0
        for instruction in parsed.file.instructions():
            words = instruction.arguments
            keyword = instruction.keyword
            if keyword == "FROM":
                image = words[0].lower() if words else ""
                number, counted = 1, int(image not in names and image != "scratch")
                names.append(words[2].lower() if len(words) == 3 else f"stage-{len(names)}")
            elif names:
                number, counted = number + 1, counted + (keyword in _COUNTED)
            span = instruction.span
            if span is None or not names:
                continue
            text = _joined(source[span.start : span.end].decode(errors="replace"))
            place = (len(names) - 1, names[-1], number, counted)
            found.append(Numbered(keyword, text, span.line, span.end_line, *place))
        return cls(tuple(found))

    def at(self, line: int) -> Numbered | None:
        """Return the instruction on a line."""
        return next((one for one in self.instructions if one.line <= line <= one.last_line), None)

    def of_buildkit(self, name: str) -> Numbered | None:
        """Return the instruction of a step's name, such as `[build 3/5] RUN make`."""
        found = _BUILDKIT.match(name)
        if found is None:
            return None
        stage, number, text = (found["stage"] or "").lower(), int(found["number"]), found["text"]
        keyword = text.partition(" ")[0].upper()
        for one in self.instructions:
            is_stage = one.stage_name == stage or (not stage and one.stage == 0)
            if is_stage and one.counted == number and one.keyword == keyword and one.keyword in _MAKING:
                return one
        return self.saying(text)

    def of_step(self, stage: int, number: int, text: str) -> Numbered | None:
        """Return the instruction of `STEP number` in a stage, both from 1."""
        keyword = text.partition(" ")[0].upper()
        for one in self.instructions:
            if one.stage == stage - 1 and one.number == number and one.keyword == keyword:
                return one
        return self.saying(text)

    def saying(self, text: str) -> Numbered | None:
        """Return the one instruction that begins with a text, however it is spaced; None if many do."""
        wanted = _bare(text)
        same = [one for one in self.instructions if _bare(one.text) == wanted]
        return same[0] if len(same) == 1 else None


_MAKING = {"FROM", *_COUNTED}


def _bare(text: str) -> str:
    """Return a text without its line ends and spaces."""
    return "".join(text.split())


def _joined(text: str) -> str:
    """Return an instruction on one line, without the signs of continuation and the comments inside."""
    first, *more = text.splitlines() or [""]
    kept = [first, *(line for line in more if not line.lstrip().startswith("#"))]
    return " ".join(" ".join(re.sub(r"[\\`]\s*$", "", line) for line in kept).split())
