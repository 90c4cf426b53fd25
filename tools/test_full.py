"""`make test-full`: every test, the long matrices too; what came of it goes to docs/test-full.md."""

import datetime as dt
import platform
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / "docs" / "test-full.md"
# Passed on as they are: the summary of what skipped or failed, the slowest, the closing line.
REPORT = ["-ra", "--durations=25", "--durations-min=1"]
HEADINGS = (" short test summary info ", " slowest ")


def main() -> int:
    """Run pytest with the arguments given and write the page; return pytest's exit code."""
    begun = time.monotonic()
    started = dt.datetime.now(dt.UTC)
    command = [sys.executable, "-m", "pytest", *REPORT, *sys.argv[1:]]
    lines = []
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as run:
        for line in run.stdout or ():
            print(line, end="", flush=True)
            lines.append(line.rstrip())
    page = [
        "# The last full run",
        "",
        "Made by `make test-full`; do not edit.",
        "",
        f"- commit: `{git('rev-parse', 'HEAD')}`{' with changes' if git('status', '--porcelain') else ''}",
        f"- begun: {started:%Y-%m-%d %H:%M} UTC, took {(time.monotonic() - begun) / 60:.1f} minutes",
        f"- on: Linux {platform.release()}, Python {platform.python_version()}",
        f"- command: `pytest {shlex.join([*REPORT, *sys.argv[1:]])}`",
        f"- exit code: {run.returncode}",
        "",
        "```",
        *tail(lines),
        "```",
    ]
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("\n".join(page) + "\n")
    return run.returncode


def tail(lines: list[str]) -> list[str]:
    """Return pytest's closing sections: the slowest tests, what skipped or failed, the sum."""
    for number, line in enumerate(lines):
        if line.startswith("=") and any(heading in line for heading in HEADINGS):
            return lines[number:]
    return lines[-1:]


def git(*arguments: str) -> str:
    """Return what git says."""
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    ).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
