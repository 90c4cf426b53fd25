"""A command that nobody trusts, run to its end in a root of its own: no network, no host, limits.

What it may write to are the folders that the caller names and /tmp in memory. It is killed as a whole
at its limits, and when the process that asked for it goes away, however that ends.
"""

import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bareboat.errors import BuildError, InputError
from bareboat.sandbox import cgroups
from bareboat.sandbox.launch import failure, launch, specification
from bareboat.sandbox.limits import USUAL, Limits
from bareboat.sandbox.namespaces import USER, available
from bareboat.sandbox.owned import give

__all__ = ["WAY_OUT", "Bind", "Outcome", "reason_against", "run"]

WAY_OUT = "--sandbox=none builds without it: only for code that you trust"
_KEPT = 1 << 18
_LINE = 4096
_ESCAPE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|.)")


@dataclass(frozen=True, slots=True)
class Bind:
    """A folder of the host that the command sees at `target`, which the root has as an empty folder."""

    source: Path
    target: str
    is_writable: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended. `output` is the end of what it said, `stopped` why it was ended from outside.

    `code` is as a shell gives it: 128 and the signal's number where one ended it. `stopped` is a
    sentence, empty for a command that ended by itself.
    """

    code: int
    output: str
    seconds: float
    stopped: str = ""


def reason_against() -> str | None:
    """Return why no command can be confined here, None where one can; takes about 50 ms."""
    return available(has_network=False)


def run(  # noqa: PLR0913 - each is one property of the confinement
    root: Path,
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    binds: Sequence[Bind] = (),
    working_dir: str = "/",
    limits: Limits = USUAL,
    said: Callable[[str], None] | None = None,
) -> Outcome:
    """Run a command in the folder `root`, which is not written to, and return how it ended.

    `root` has the folders dev, proc, tmp and the targets of `binds`. Each line of its output goes to
    `said` as it comes, from another thread. Where the caller is root, writable folders are given to
    the sandbox's user.

    Raises BuildError where the kernel refuses namespaces, InputError for a command that is not there.
    """
    for bind in binds:
        if bind.is_writable and os.geteuid() == 0:
            give(bind.source, USER)
    told = specification(
        root,
        command,
        env=env,
        working_dir=working_dir,
        user=USER,
        hostname="bareboat",
        has_network=False,
        bounds=[(str(bind.source), bind.target, bind.is_writable) for bind in binds],
        limits=asdict(limits),
    )
    lifeline, held = os.pipe()
    verdicts, verdict = os.pipe()
    with os.fdopen(held, "wb"), os.fdopen(verdicts, "rb") as verdicts_read, cgroups.group(limits) as join:
        try:
            process, answer = launch(
                {**told, "lifeline": lifeline, "verdict": verdict},
                subprocess.PIPE,
                passed=(lifeline, verdict),
                own_session=True,
                joined=join,
            )
        finally:
            os.close(lifeline)
            os.close(verdict)
        if answer:
            process.communicate()
            raise _refusal(answer, root)
        ended = _followed(process, limits, said)
        return _judged(ended, verdicts_read.read(), limits)


def _followed(
    process: "subprocess.Popen[bytes]", limits: Limits, said: Callable[[str], None] | None
) -> Outcome:
    """Wait for the helper, or kill it at the end of its time; what it says is read meanwhile."""
    heard = _Heard(said)
    reader = threading.Thread(target=heard.read, args=(process,), daemon=True)
    began = time.monotonic()
    stopped = ""
    reader.start()
    try:
        code = process.wait(limits.seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        code, stopped = process.wait(), f"ran for more than {limits.seconds:g} s"
    except BaseException:
        process.kill()  # the namespace dies with its helper
        process.wait()
        raise
    seconds = time.monotonic() - began
    reader.join()
    if process.stdout is not None:
        process.stdout.close()
    return Outcome(code if code >= 0 else 128 - code, heard.text(), seconds, stopped)


def _judged(ended: Outcome, verdict: bytes, limits: Limits) -> Outcome:
    if not verdict or ended.stopped:
        return ended
    what, amount = json.loads(verdict)
    allowed = {"memory": limits.memory, "disk": limits.disk}[what]
    stopped = f"took {amount / 1e9:.1f} GB of {what}, {allowed / 1e9:.1f} GB are allowed"
    return Outcome(ended.code, ended.output, ended.seconds, stopped)


class _Heard:
    """What a command says: each line passed on, the end of it kept."""

    def __init__(self, said: Callable[[str], None] | None) -> None:
        self._said = said
        self._kept = b""
        self._line = b""

    def read(self, process: "subprocess.Popen[bytes]") -> None:
        """Read to the end; a line longer than what a terminal can use is cut."""
        if process.stdout is None:
            return
        while chunk := os.read(process.stdout.fileno(), 1 << 16):
            self._kept = (self._kept + chunk)[-_KEPT:]
            if self._said is not None:
                *lines, self._line = (self._line + chunk).split(b"\n")
                for line in lines:
                    self._said(_plain(line[:_LINE]))
                self._line = self._line[:_LINE]

    def text(self) -> str:
        """Return what was kept, fit for a terminal."""
        return "\n".join(_plain(line) for line in self._kept.split(b"\n"))


def _plain(line: bytes) -> str:
    """Return a line without what would move a terminal's cursor or colour it."""
    text = _ESCAPE.sub("", line.decode("utf-8", "replace")).rstrip("\r")
    return "".join(sign for sign in text.rpartition("\r")[2] if sign == "\t" or sign.isprintable())


def _refusal(answer: bytes, root: Path) -> InputError | BuildError:
    error = failure(answer, root)
    if isinstance(error, InputError):
        return error
    hint = error.hint.partition(", or run the image")[0]
    return BuildError(error.message, where="sandbox", hint=f"{hint}; {WAY_OUT}")
