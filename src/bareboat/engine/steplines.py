"""The output of Podman and buildah, which name each step: kept as steps, passed on as it is."""

import re
from collections import deque
from collections.abc import Callable

from msgspec import Struct, field

from bareboat.engine.failure import Failed
from bareboat.engine.numbering import Numbered, Numbering, Step

__all__ = ["StepLines"]

KEPT = 60  # lines of a step, for its failure
_STEP = re.compile(r"(?:\[(?P<stage>\d+)/\d+\] )?STEP (?P<number>\d+)(?:/\d+)?: (?P<text>.*)")
_COMMIT = re.compile(r"(?:\[\d+/\d+\] )?COMMIT\b")


class StepLines(Struct):
    """What a build said so far; `clock` gives seconds that only grow."""

    numbering: Numbering
    say: Callable[[str], None]
    clock: Callable[[], float]
    _steps: list[Step] = field(default_factory=list)
    _at: Numbered | None = None
    _name: str = ""
    _began: float = 0.0
    _is_cached: bool = False
    _words: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT))

    def take(self, line: str) -> None:
        """Take one line of the output."""
        self.say(line)
        found = _STEP.match(line)
        if found is None:
            if line.startswith("--> Using cache"):
                self._is_cached = True
            elif _COMMIT.match(line):
                self._close()
                self._words.clear()
            elif not line.startswith("-->"):
                self._words.append(line)
            return
        self._close()
        self._name, self._began, self._is_cached = line, self.clock(), False
        self._at = self.numbering.of_step(int(found["stage"] or 1), int(found["number"]), found["text"])
        self._words.clear()

    def steps(self) -> tuple[Step, ...]:
        """Return the steps so far, the last one ended."""
        self._close()
        return tuple(self._steps)

    def failed(self) -> Failed:
        """Return what went wrong: the step under way, its words, and the program's own last line."""
        said = [line for line in self._words if line.strip()]
        reason = next((line for line in reversed(said) if line.startswith(("Error: ", "error "))), "")
        noise = ("subprocess exited", 'time="')
        words = tuple(line for line in said if line != reason and not line.startswith(noise))
        if not reason and words:
            reason, words = words[-1], words[:-1]
        text = reason.removeprefix("Error: ").removeprefix("error ")
        step = self._name.partition(": ")[2] if self._name else ""
        marker = 'building at STEP "'
        if text.startswith(marker):
            # The step's own text may hold any quotes: it ends where the last of them is followed by a colon.
            held = text.removeprefix(marker)
            told, _, rest = held.partition(f'{step}": ') if step and step in held else held.rpartition('": ')
            text = rest or text
            step = step or told
        at = self._at
        return Failed(at.line if at else 0, at.text if at else step, words, text)

    def _close(self) -> None:
        if self._name:
            seconds = round(self.clock() - self._began, 3)
            self._steps.append(Step(self._name, self._at.line if self._at else 0, self._is_cached, seconds))
            self._name = ""
