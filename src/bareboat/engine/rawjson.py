"""BuildKit's progress as JSON lines (`--progress=rawjson`), told as plain lines and kept as steps.

What is no JSON is buildx's own word: its errors, with the lines of the Dockerfile.
"""

import base64
import json
import re
from collections import deque
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any

from msgspec import Struct, field

from bareboat.engine.failure import Failed
from bareboat.engine.numbering import Numbering, Step

__all__ = ["BuildKitLines"]

KEPT = 60  # lines of a step, for its failure
_PLACE = re.compile(r"(?P<file>[^\s:][^:]*):(?P<line>\d+)")
_RULE = re.compile(r"-{20}|-{6}")


class _Vertex(Struct):
    name: str = ""
    started: float | None = None
    seconds: float = 0.0
    is_cached: bool = False
    is_done: bool = False
    error: str = ""
    words: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT))
    rest: str = ""
    order: int = 0


class BuildKitLines(Struct):
    """What a build said so far. Lines go in by `take`, come out by `say`."""

    numbering: Numbering
    say: Callable[[str], None]
    _vertices: dict[str, _Vertex] = field(default_factory=dict)
    _own: deque[str] = field(default_factory=lambda: deque(maxlen=400))

    def take(self, line: str) -> None:
        """Take one line of the output."""
        if line.startswith("{"):
            try:
                document = json.loads(line)
            except ValueError:
                document = None
            if isinstance(document, dict):
                for vertex in document.get("vertexes") or ():
                    self._vertex(vertex)
                for log in document.get("logs") or ():
                    self._log(log)
                for warning in document.get("warnings") or ():
                    self.say(f"warning: {_text(warning.get('short'))}")
                return
        self._own.append(line)

    def steps(self) -> tuple[Step, ...]:
        """Return the steps that were carried out or taken from the cache, in the order of their start."""
        seen = [one for one in self._vertices.values() if one.started is not None]
        return tuple(
            Step(one.name, held.line if held else 0, one.is_cached, round(one.seconds, 3))
            for one in sorted(seen, key=lambda one: one.order)
            for held in (self.numbering.of_buildkit(one.name),)
        )

    def failed(self, name: str) -> Failed:
        """Return what went wrong; `name` is that of the Dockerfile in the engine's words."""
        own = list(self._own)
        bad = next(
            (one for one in self._vertices.values() if one.error and "context canceled" not in one.error),
            None,
        )
        line = _place(own, name)
        instruction = self.numbering.at(line) if line else None
        if instruction is None and bad is not None:
            instruction = self.numbering.of_buildkit(bad.name)
        words = (*bad.words, *([bad.rest] if bad.rest else ())) if bad else _drawn(own)
        reason = next((text for text in reversed(own) if text.startswith("ERROR: ")), "")
        if not reason:
            reason = bad.error if bad and bad.error else next((text for text in reversed(own) if text), "")
        return Failed(
            line=instruction.line if instruction else line,
            text=instruction.text if instruction else (bad.name if bad and not line else ""),
            words=words,
            reason=reason.removeprefix("ERROR: "),
        )

    def _vertex(self, told: dict[str, Any]) -> None:
        digest = _text(told.get("digest"))
        held = self._vertices.setdefault(digest, _Vertex(order=len(self._vertices)))
        held.name = _text(told.get("name")) or held.name
        started, completed = _time(told.get("started")), _time(told.get("completed"))
        is_news = held.started is None and started is not None
        if is_news:
            held.order = sum(one.started is not None for one in self._vertices.values())
            held.started = started
        cached, error = bool(told.get("cached")), _text(told.get("error"))
        if is_news and not cached:
            self.say(held.name)
        if cached and not held.is_cached:
            held.is_cached = True
            self.say(f"{held.name}: cached")
        if completed is not None and started is not None:
            held.seconds = max(held.seconds, completed - started)
            held.is_done = True
        if error and not held.error:
            held.error = error
            self.say(f"{held.name}: {error}")

    def _log(self, told: dict[str, Any]) -> None:
        held = self._vertices.get(_text(told.get("vertex")))
        if held is None:
            return
        try:
            text = base64.b64decode(_text(told.get("data"))).decode(errors="replace")
        except ValueError:
            return
        *lines, held.rest = (held.rest + text).split("\n")
        for line in lines:
            shown = line.rstrip("\r").rpartition("\r")[2].rstrip()
            held.words.append(shown)
            self.say(f"| {shown}")


def _place(own: list[str], name: str) -> int:
    """Return the line that `NAME:LINE` above a piece of the Dockerfile names, 0 for none."""
    for first, second in pairwise(own):
        found = _PLACE.fullmatch(first.strip())
        if found is not None and _RULE.fullmatch(second.strip()) and found["file"] == name:
            return int(found["line"])
    return 0


def _drawn(own: list[str]) -> tuple[str, ...]:
    """Return the lines of the failed step as BuildKit repeats them after a build on a terminal.

    They stand between two short rules below ` > STEP:`, each with the seconds since its start.
    """
    rules = [place for place, text in enumerate(own) if text.strip() == "------"]
    if len(rules) < 2:
        return ()
    inside = own[rules[-2] + 1 : rules[-1]]
    return tuple(re.sub(r"^\d+\.\d+ ", "", text) for text in inside if not text.startswith(" > "))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _time(value: object) -> float | None:
    """Return RFC 3339 with nanoseconds as seconds since 1970."""
    if not isinstance(value, str):
        return None
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", value)
    if found is None:
        return None
    zone = "+00:00" if found[3] == "Z" else found[3]
    return datetime.fromisoformat(found[1] + zone).timestamp() + float(found[2] or 0)
