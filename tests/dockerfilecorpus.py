"""Dockerfiles for tests: written by hand under corpus/, and made by a seeded generator.

Each is small and meant to hit one thing. Some are refused by every parser: what matters is that all agree.
"""

import codecs
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Case", "corpus", "generated", "mutated", "written"]

FOLDER = Path(__file__).resolve().parent / "corpus" / "dockerfiles"
SEED = 20261120
MADE = 150


@dataclass(frozen=True, slots=True)
class Case:
    """One file; `is_newer` says that BuildKit changed its mind since the `dockerfile` package was made."""

    name: str
    source: bytes
    is_newer: bool = False

    def __str__(self) -> str:
        return self.name


def corpus() -> list[Case]:
    """Return all of them."""
    return [*written(), *generated(SEED, MADE)]


def written() -> Iterator[Case]:
    """Yield those written by hand."""
    is_newer = False
    for number, line in enumerate((FOLDER / "lines.txt").read_text().splitlines(), 1):
        is_newer = is_newer or line.startswith("## newer")
        if line and not line.startswith("#"):
            yield Case(f"lines.txt:{number}", codecs.decode(line, "unicode_escape").encode(), is_newer)
    for part in (FOLDER / "files.txt").read_text().split("\n======= ")[1:]:
        name, _, text = part.partition("\n")
        yield Case(name, text.encode())


# What a line of the generator may be made of; one of them in a while is wrong on purpose.
_FLAGS = (
    "",
    "--link ",
    "--chown=1:1 ",
    "--chmod=0755 ",
    "--from=build ",
    "--from=0 ",
    "--mount=type=cache,target=/c ",
    "--mount=type=bind,source=a,target=/a ",
    "--network=none ",
    "--platform=linux/arm64 ",
    "--interval=5s ",
    "--nothing=1 ",
)
_WORDS = (
    "a",
    "b/c",
    "'q r'",
    '"s t"',
    "$V",
    "${V:-w}",
    "${V:+w}",
    "x\\ y",
    "k=v",
    'k="v w"',
    "--d",
    "[",
    '["j"',
    "é",
    "#h",
    "&&",
    "|",
    ";",
    "80",
    "8000/udp",
    ".",
    "/",
    "NONE",
    "CMD",
    "${",
    "'",
    '"',
)
_LISTS = (
    '["j"]',
    '["j", "k"]',
    "[]",
    '[ "é" ]',
    '["j",]',
    '["j" \\\n, "k"]',
    "${V%x*}",
    '["a b", "c"]',
    "[1]",
)
_KEYWORDS = (
    *("RUN", "RUN", "RUN", "COPY", "COPY", "ADD", "ENV", "ENV", "ARG", "LABEL", "CMD", "ENTRYPOINT"),
    *("EXPOSE", "VOLUME", "USER", "WORKDIR", "HEALTHCHECK", "SHELL", "STOPSIGNAL", "ONBUILD RUN", "run"),
    *("ONBUILD COPY", "MAINTAINER", "NOTHING"),
)
_GAPS = (" ", " ", " ", "  ", "\t", " \\\n  ", " \\\n", " \\ \n  ", " \\\n# comment\n  ", " \\\n\n  ")
_ENDS = ("\n", "\n", "\n", "\n\n", "\r\n", "\n# comment\n", " \n", "\n  ")


def generated(seed: int, count: int) -> Iterator[Case]:
    """Yield `count` files, the same for the same seed on every machine and Python."""
    for number in range(count):
        chance = random.Random(seed * 1000 + number)  # noqa: S311 the same files each time
        yield Case(f"generated:{seed}:{number}", _file(chance).encode())


def _file(chance: random.Random) -> str:
    pick = chance.choice
    text = pick(("", "", "", "\ufeff", "# escape=\\\n", "# comment\n", "\n", "ARG V=1\n"))
    text += pick(("FROM scratch AS build", "FROM scratch", "from scratch as other")) + "\n"
    for _ in range(chance.randint(1, 6)):
        if chance.random() < 0.1:
            text += pick(("FROM scratch\n", "FROM build AS last\n", "FROM scratch AS three\n"))
        text += _line(chance)
    return text if chance.random() < 0.8 else text.rstrip()


def _line(chance: random.Random) -> str:
    pick = chance.choice
    keyword = pick(_KEYWORDS)
    flags = pick(_FLAGS) if chance.random() < 0.3 else ""
    if chance.random() < 0.2:
        return f"{keyword} {flags}{pick(_LISTS)}{pick(_ENDS)}"
    words = [pick(_WORDS) for _ in range(chance.randint(0, 4))]
    if chance.random() < 0.15:
        words.append(pick(("<<EOF", "<<-EOF", "<<'EOF'", "3<<EOF")))
        return f"{keyword} {flags}{' '.join(words)}\nbody $V\n\tmore\nEOF\n"
    line = f"{keyword} {flags}{words[0] if words else ''}"
    for word in words[1:]:
        line += pick(_GAPS) + word
    return line + pick(_ENDS)


def mutated(source: bytes, chance: random.Random) -> bytes:
    """Return a file with a few bytes cut, doubled, swapped or put in."""
    text = bytearray(source)
    for _ in range(chance.randint(1, 4)):
        place = chance.randint(0, len(text))
        end = min(len(text), place + chance.randint(1, 12))
        action = chance.randint(0, 3)
        if action == 0:
            del text[place:end]
        elif action == 1:
            text[place:place] = text[place:end]
        elif action == 2:
            text[place:place] = chance.choice(_PIECES)
        else:
            other = chance.randint(0, len(text))
            text[place:end], text[other:other] = b"", text[place:end]
    return bytes(text)


_PIECES = tuple(
    piece.encode("latin-1")
    for piece in (
        *("\\\n", "\\", "\n", "\r\n", "<<EOF", "EOF\n", "'", '"', "$", "${", "}", "#", "# escape=`\n", "`"),
        *("--", "[", "]", '["a"]', "\t", "\v", "\xc2\xa0", "\xc3\xa9", "\xff", "\0", "FROM a\n", "RUN "),
        *("ENV ", "ONBUILD ", "=", "$(", ")", "`a`", "&&", "/*", "/", "%", ":-", "\xef\xbb\xbf"),
    )
)
