"""What an engine says of a failed build as one BuildError: the line, the instruction, the reason."""

import re

from msgspec import Struct

from bareboat.engine.builders import Builder
from bareboat.engine.wayout import NO_FILE, PULL, hint
from bareboat.errors import BuildError

__all__ = ["Failed", "explain"]

_SHOWN = 30  # lines of the failed step that go with the error
_TEXT = 70  # characters of the instruction
_REASON = 400
_WRAPPING = re.compile(
    r"(?:failed to build|failed to solve|Error|Build error|while running runtime|creating build container"
    r"|building at STEP \"[^\"]*\"): "
)
_ON_THE_WAY = re.compile(
    r"^.*?(?:failed to resolve source metadata for|initializing source|pinging container registry) \S+: "
    r"(?:pinging container registry \S+: |failed to do request: )?(?:(?:Head|Get) \"[^\"]*\": )?"
    r"(?:dial tcp: )?"
)
_EXIT = re.compile(
    r"did not complete successfully: (exit code: \d+)|^(?:while running runtime: )?(exit status \d+)"
)
_TELLING = re.compile(
    r"error|fatal|cannot|can't|could not|failed|failure|denied|not found|no such|no matching|invalid|missing"
    r"|refused|unreachable|no space|exception|mismatch|unsatisfiable|conflict",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"^(\[notice\]|time=\"|note: |hint: |help: |warning: .*\bpip\b|\s+[~^]+\s*$|\s+File \")"
    r"|^\d+\+\d+ records ",
    re.IGNORECASE,
)


class Failed(Struct, frozen=True):
    """A failed build in the engine's words.

    `line` is that of the Dockerfile, 0 where the engine names none; `text` is the instruction on
    one line, `words` what its step wrote, `reason` the engine's own error.
    """

    line: int
    text: str
    words: tuple[str, ...]
    reason: str


def explain(builder: Builder, failed: Failed, *, shown: str) -> BuildError:
    """Return the error: `shown:LINE: INSTRUCTION: REASON`; the last lines of the step are its notes."""
    what = _what(failed)
    text = failed.text if len(failed.text) <= _TEXT else f"{failed.text[:_TEXT].rpartition(' ')[0]} …"
    where = f"{shown}:{failed.line}" if failed.line else f"{shown}" if text else str(builder.tool) + " build"
    way = hint(builder, failed.text, failed.reason, "\n".join(failed.words))
    error = BuildError(f"{text}: {what}" if text else what, where=where, hint=way)
    for line in [line for line in failed.words if line.strip()][-_SHOWN:]:
        error.add_note(line)
    return error


def _what(failed: Failed) -> str:
    """Return the reason on one line: the telling words of a command that failed, else the engine's."""
    reason = " ".join(failed.reason.split())
    ended = _EXIT.search(reason)
    while _WRAPPING.match(reason):
        reason = _WRAPPING.sub("", reason, count=1)
    if ended is not None or not reason:
        code = (ended[1] or ended[2]).replace(": ", " ") if ended else "it failed"
        telling = _telling(failed.words)
        reason = f"{'; '.join(telling)} ({code})" if telling else code
    missing = NO_FILE.search(reason)
    if missing is not None:
        name = next(filter(None, missing.groups()))
        reason = f"{name.lstrip('/')} is not in the build context"
    if PULL.search(reason) is not None:
        reason = f"cannot be pulled: {_ON_THE_WAY.sub('', reason)}"
    reason = re.sub(r"&imagebuilder\.Step\{.*", "", reason)
    return reason[:_REASON].rstrip(" .") or "it failed"


def _telling(words: tuple[str, ...]) -> list[str]:
    """Return the one or two last lines that say what went wrong."""
    held = [" ".join(line.split()) for line in words if line.strip() and not _NOISE.search(line)]
    telling = [line for line in held if _TELLING.search(line)]
    return [line[:180] for line in dict.fromkeys(telling[-2:] or held[-1:])]
