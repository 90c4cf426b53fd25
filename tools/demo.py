"""`make demo`: build examples/fastapi, say what was made, start it where that is possible.

Everything is done by the `bareboat` command as a user would call it; this only puts the calls in a row.
"""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bareboat.engine import find
from bareboat.sandbox import namespaces

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).parent / "bareboat"
EXAMPLE = "examples/fastapi"
ARCHIVE = "build-out/fastapi.tar"
REFERENCE = "bareboat-demo:1"


def main() -> int:
    """Return 0 when the image was built and, where something can start it, answered."""
    (ROOT / ARCHIVE).parent.mkdir(exist_ok=True)
    begun = time.monotonic()
    code, made = bareboat("build", EXAMPLE, "-o", ARCHIVE, "--force", "--tag", REFERENCE)
    if code != 0:
        return code
    say(f"made {made} in {time.monotonic() - begun:.1f} s: {ARCHIVE}, {megabytes(ROOT / ARCHIVE)}")
    for place in places():
        say(f"starting it in {place}")
        code, answer = bareboat("run", EXAMPLE, "--check", "--tag", REFERENCE, "--engine", place)
        if code == 0:
            say(f"GET /health answered: {answer.splitlines()[-1]}")
            return 0
        say(f"{place} is here but could not start it: see above")
    say(
        f"elsewhere: docker load -i {ARCHIVE} && docker run --read-only --tmpfs /tmp -p 8000:8000 {REFERENCE}"
    )
    return code


def places() -> Iterator[str]:
    """Yield what may start an image here, best first; say why the others cannot."""
    for found in find.look(os.environ):
        if isinstance(found, find.Engine):
            yield str(found.kind)
        else:
            say(f"not in {found.kind}: {found.reason}")
    if (reason := namespaces.available()) is None:
        yield "namespaces"
    else:
        say(f"not in namespaces: {reason}")


def bareboat(*arguments: str) -> tuple[int, str]:
    """Run the command with its words on our terminal; return its exit code and its data."""
    print(f"$ bareboat {shlex.join(arguments)}", file=sys.stderr, flush=True)
    done = subprocess.run([PROGRAM, *arguments], check=False, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return done.returncode, done.stdout.strip()


def megabytes(file: Path) -> str:
    """Return a file's size for people."""
    return f"{file.stat().st_size / 1e6:.1f} MB"


def say(words: str) -> None:
    """Print one line for the person who watches."""
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
