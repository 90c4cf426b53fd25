"""The launcher: steps that run before the command, in the same container, without a shell.

The image's own interpreter runs a few lines: each step with the container's environment, one after
another; then it becomes the command itself (`exec`), so that signals and the exit code are the
command's. A step that fails ends the container with its exit code, and the command never starts.
"""

from collections.abc import Sequence

__all__ = ["PYTHON", "SEPARATOR", "SOURCE", "launched"]

PYTHON = "/opt/venv/bin/python"
SEPARATOR = ";"
"""Stands after each step, as in `find -exec`."""

SOURCE = """\
import os, signal, sys
count, words = int(sys.argv[1]), sys.argv[2:]
child, asked = 0, 0
plain = (signal.SIGPIPE, signal.SIGXFSZ)
def stop(number, frame):
    global asked
    asked = number
    if child:
        os.kill(child, number)
def end(text, code):
    sys.stderr.write("before-start: " + text + "\\n")
    sys.stderr.flush()
    os._exit(code)
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, stop)
for _ in range(count):
    place = words.index(";")
    step, words = words[:place], words[place + 1:]
    said = " ".join(step)
    if asked:
        end("stopped by signal %d before %r" % (asked, said), 128 + asked)
    try:
        child = os.posix_spawnp(step[0], step, os.environ, setsigdef=plain)
    except OSError as error:
        end("cannot start %r: %s" % (said, error.strerror), 127)
    if asked:
        os.kill(child, asked)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    child = 0
    if code:
        code = code if code > 0 else 128 - code
        end("%r ended with %d: the command is not started" % (said, code), code)
if asked:
    end("stopped by signal %d" % asked, 128 + asked)
for number in plain:
    signal.signal(number, signal.SIG_DFL)
try:
    os.execvp(words[0], words)
except OSError as error:
    end("cannot start %r: %s" % (words[0], error.strerror), 127)
"""
"""What the interpreter runs: `-c SOURCE COUNT step … ; step … ; command …`."""


def launched(before: Sequence[Sequence[str]], argv: Sequence[str]) -> tuple[str, ...]:
    """Return the argv that runs each step of `before`, then becomes `argv`; that alone without a step.

    No word of a step is the separator. Arguments that are added to the result go to the command.
    """
    if not before:
        return tuple(argv)
    steps = [word for step in before for word in (*step, SEPARATOR)]
    return (PYTHON, "-I", "-S", "-c", SOURCE, str(len(before)), *steps, *argv)
