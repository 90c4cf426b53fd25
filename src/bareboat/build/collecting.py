"""Django's collectstatic run once, by the image's own interpreter among the image's own files.

The settings may want variables that nobody gave: each failure tells which, and another attempt gets
made-up values for them. A STATIC_ROOT outside /app gets an empty folder of its own to write to.
"""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct, field

from bareboat.build import diagnosis, imageroot, madeup, staticfiles
from bareboat.build.imageroot import WORK, ImageRoot
from bareboat.build.packages import APP
from bareboat.build.ready import Ready
from bareboat.build.tools import Tools
from bareboat.errors import BuildError
from bareboat.facts.artifact import Role
from bareboat.project.django import MODULE, Statics
from bareboat.sandbox.confined import Outcome
from bareboat.sandbox.limits import Limits
from bareboat.target import Target
from bareboat.tree.tree import Tree

__all__ = ["OFF", "Asked", "Result", "driver", "run"]

OFF = "[tool.bareboat.build] collectstatic = false leaves static files out"
"""How to do without, for hints."""

_ATTEMPTS = 60
_LARGEST_ANSWER = 1 << 22
_DRIVER = "collect.py"
# Where a mounted folder would hide or replace what an image has, or is gone when it starts
_RESERVED = (
    *("bin", "boot", "dev", "etc", "lib", "lib64", "proc", "root", "run", "sbin", "sys", "tmp", WORK),
    *("usr/bin", "usr/include", "usr/lib", "usr/lib64", "usr/sbin", "var/run", "var/tmp"),
)


class Asked(Struct, frozen=True):
    """All that the files depend on: `ready` are the image's artifacts without them.

    `env` is the image's environment, `given` what the user gives the build alone, `known` the names
    of variables that the code reads. Without `sandboxed` the project's code runs on the host.
    """

    tools: Tools
    found: Statics
    ready: Sequence[Ready]
    env: Mapping[str, str]
    given: Mapping[str, str]
    known: Sequence[str]
    target: Target
    limits: Limits
    epoch: int
    sandboxed: bool = True


class Result(Struct, frozen=True):
    """What came of it: `state` as `collect.py` says it, `root` the folder's path in the image.

    `made` are the variables that got a made-up value; the contents of `tree` lie in the scratch folder.
    """

    state: str
    root: str = ""
    storage: str = ""
    reason: str = ""
    made: tuple[str, ...] = ()
    tree: Tree = field(default_factory=Tree)


class _Answer(msgspec.Struct, frozen=True):
    state: str
    root: str = ""
    storage: str = ""
    reason: str = ""
    settings: str = ""
    error: str = ""
    missing: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


def driver() -> bytes:
    """Return the program that runs among the image's files."""
    return Path(__file__).with_name(_DRIVER).read_bytes()


def run(asked: Asked, scratch: Path) -> Result:
    """Collect the static files into `scratch` and return them.

    Raises BuildError where collectstatic fails, or where nothing here can run it.
    """
    _check_machine(asked)
    answer, made, image = _attempts(asked, scratch / "first", ())
    root = image.inside(answer.root)
    if answer.state == "elsewhere" and asked.sandboxed and _may_hold(asked, root):
        answer, made, image = _attempts(asked, scratch / "second", (root.lstrip("/"),))
    tree = Tree()
    folder = image.outside(root)
    if answer.state == "collected" and folder is not None:
        own = Tree().merge(*(one.tree() for one in asked.ready if one.artifact.role is Role.SOURCE))
        secrets = {name: value for name, value in made.items() if madeup.is_secret(name)}
        tree = staticfiles.read(folder, root.lstrip("/"), below=own, secrets=secrets)
    return Result(answer.state, root, answer.storage, answer.reason, tuple(sorted(made)), tree)


def _check_machine(asked: Asked) -> None:
    machine, wanted = os.uname().machine, asked.target.arch.machine
    if machine != wanted:
        raise BuildError(
            f"static files are collected by the image's own Python, which is {wanted} and does not run"
            f" here ({machine})",
            where=asked.found.where,
            hint=f"build on such a machine, or commit STATIC_ROOT with its manifest; {OFF}",
        )


def _may_hold(asked: Asked, root: str) -> bool:
    """Say whether an image may have a folder at the absolute path `root`, where it has nothing yet."""
    inside = root.lstrip("/")
    if not inside or any(inside == path or inside.startswith(f"{path}/") for path in _RESERVED):
        return False
    return not any(
        entry.path.startswith(f"{inside}/") for one in asked.ready for entry in one.tree() if entry.content
    )


def _attempts(asked: Asked, scratch: Path, more: Sequence[str]) -> tuple[_Answer, dict[str, str], ImageRoot]:
    """Run until the settings load or nothing helps; return the answer and what was made up for it."""
    image = imageroot.lay(
        asked.tools, asked.ready, scratch, target=asked.target, sandboxed=asked.sandboxed, more=more
    )
    (image.work / _DRIVER).write_bytes(driver())
    held = {**asked.env, **asked.given}
    made: dict[
        str, str
    ] = {}  # nothing before it is asked for: a variable that is there may switch something on
    for _ in range(_ATTEMPTS):
        outcome, answer = _attempt(asked, image, made)
        if answer is not None and answer.state != "failed" and not outcome.stopped:
            return answer, made, image
        said = answer or _Answer("failed")
        known = [name for name in asked.known if name not in held]
        failed = madeup.Failed(said.error, said.missing, said.touched)
        amended = madeup.amended(made, failed, known) if not outcome.stopped else None
        if amended is None:
            raise _failure(asked, outcome, said, made)
        made = amended
    raise _failure(asked, outcome, said, made)


def _attempt(asked: Asked, image: ImageRoot, made: Mapping[str, str]) -> tuple[Outcome, _Answer | None]:
    manage = asked.found.manage
    is_there = bool(manage) and (image.app / manage).is_file()
    told = {
        "manage": image.place(f"/{APP}/{manage}") if is_there else "",
        "writable": [image.place(f"/{path}") for path, _ in image.writable()],
        "site": [] if asked.sandboxed else [str(next(image.venv.glob("lib/python3*/site-packages")))],
        "given": dict(made),
        "answer": image.place(f"/{WORK}/answer.json"),
    }
    (image.work / "asked.json").write_text(json.dumps(told))
    outcome = image.run(
        f"/{WORK}/{_DRIVER}",
        f"/{WORK}/asked.json",
        env={**asked.env, **_constant(asked), **made, **asked.given},
        limits=asked.limits,
    )
    return outcome, _answer(image.work / "answer.json")


def _constant(asked: Asked) -> dict[str, str]:
    return {
        **({MODULE: asked.found.settings} if MODULE not in asked.env else {}),
        "NO_COLOR": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(asked.epoch),
        "TZ": "UTC",
    }


def _answer(path: Path) -> _Answer | None:
    """Return what the driver wrote; None for anything else: the project could write there too."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        try:
            return msgspec.json.decode(file.read(_LARGEST_ANSWER), type=_Answer)
        except (OSError, msgspec.DecodeError):
            return None
        finally:
            with suppress(OSError):
                path.unlink()


def _failure(asked: Asked, outcome: Outcome, answer: _Answer, made: Mapping[str, str]) -> BuildError:
    """Return the error, with the ways out before the last lines that were said."""
    what = f"it {outcome.stopped}" if outcome.stopped else _reason(answer, outcome)
    ways = [
        f'[tool.bareboat.build] env = {{ NAME = "value" }} gives it a variable that the image has not; {OFF}'
    ]
    if made:
        ways.append(f"made up for it: {', '.join(sorted(made))}")
    return BuildError(
        f"collectstatic failed: {what}",
        where=asked.found.named or asked.found.where,
        hint="\n".join([*ways, diagnosis.tail(outcome.output)]),
    )


def _reason(answer: _Answer, outcome: Outcome) -> str:
    """Return the first line of the error that ended it."""
    lines = [line for line in answer.error.splitlines() if line.strip()]
    said = [line for line in lines if not line.startswith("SystemExit")]
    return (said or lines or [f"exit code {outcome.code}"])[0]
