"""Programs that only start another one, and are not needed, or not there, in the image.

Spec: the manual of each; what an option takes is counted, so that its value is not taken for the program.
"""

import shlex
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

__all__ = ["Unwrapped", "unwrapped"]

_RUNNERS = frozenset({"hatch", "pdm", "pipenv", "poetry", "rye", "uv", "pixi", "mise"})
_VALUED: Mapping[str, frozenset[str]] = {
    "uv": frozenset({
        "--cache-dir", "--config-file", "--directory", "--env-file", "--extra", "--group", "--index-url",
        "--no-extra", "--no-group", "--only-group", "--package", "--project", "--python", "--with",
        "--with-requirements", "-p", "-w",
    }),
    "conda": frozenset({"-n", "--name", "-p", "--prefix", "--cwd"}),
    "nice": frozenset({"-n"}),
    "poetry": frozenset({"-C", "--directory", "-P", "--project"}),
    "pdm": frozenset({"-p", "--project"}),
    "sudo": frozenset({"-u", "-g"}),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "timeout": frozenset({"-k", "-s"}),
    "tini": frozenset({"-e", "-p"}),
    "dumb-init": frozenset({"-r", "--rewrite"}),
    "watchfiles": frozenset({"--filter"}),
}  # fmt: skip
"""Options that take the next word."""
_PLAIN = frozenset({
    "catatonit", "command", "dumb-init", "exec", "nice", "nohup", "stdbuf", "sudo", "time", "timeout", "tini",
})  # fmt: skip
_NAMED = frozenset({"gosu", "su-exec", "setuidgid", "chpst"})
"""These take a user's name before the program."""
_WAITERS = ("wait-for-it", "wait-for", "wait_for_it", "wait_for", "dockerize", "wait-port", "wait4ports")
_SECRETS = frozenset({"doppler", "infisical", "op", "chamber", "aws-vault", "berglas", "vals", "sops"})
_FOREIGN = frozenset(
    {"npm", "npx", "node", "yarn", "pnpm", "nginx", "docker", "make", "task", "just", "apachectl", "httpd"}
)
_MANAGERS = frozenset(
    {"honcho", "foreman", "forego", "supervisord", "circusd", "s6-svscan", "runsvdir", "overmind"}
)


class Unwrapped(Struct, frozen=True):
    """The words that are left, variables that were set on the way, notes; or `text` for a shell."""

    words: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    text: str | None = None
    problem: str = ""


def unwrapped(words: Sequence[str], aliases: Mapping[str, str]) -> Unwrapped:
    """Return the command without what is put before it; `aliases` are the project tool's scripts by name."""
    found = Unwrapped(tuple(words))
    while found.words and found.text is None and not found.problem:
        for peel in (_environment, _plain, _named, _conda, _noted):
            inner = peel(found.words)
            if inner is not None:
                break
        else:
            inner = _run(found.words, aliases)
        if inner is None:
            return _judged(found)
        env, notes = (*found.env, *inner.env), (*found.notes, *inner.notes)
        found = replace(inner, env=env, notes=notes)
    return found


def _program(words: Sequence[str]) -> str:
    return words[0].rpartition("/")[2]


def _environment(words: Sequence[str]) -> Unwrapped | None:
    """Return what `env A=1 PROGRAM` starts."""
    if _program(words) != "env":
        return None
    held = _options(words[1:], frozenset({"-u", "-C", "-S"}))
    env = []
    while held and "=" in held[0]:
        name, _, value = held.pop(0).partition("=")
        env.append((name, value))
    return Unwrapped(tuple(held), tuple(env))


def _plain(words: Sequence[str]) -> Unwrapped | None:
    """Return what a program starts that takes options alone before the other's name."""
    program = _program(words)
    if program not in _PLAIN:
        return None
    held = _options(words[1:], _VALUED.get(program, frozenset()))
    return Unwrapped(tuple(held[1:] if program == "timeout" else held))


def _named(words: Sequence[str]) -> Unwrapped | None:
    """Return what `gosu USER PROGRAM` starts."""
    return Unwrapped(tuple(_options(words[1:], frozenset())[1:])) if _program(words) in _NAMED else None


def _conda(words: Sequence[str]) -> Unwrapped | None:
    if _program(words) != "conda" or "run" not in words:
        return None
    return Unwrapped(tuple(_options(words[words.index("run") + 1 :], _VALUED["conda"])))


def _noted(words: Sequence[str]) -> Unwrapped | None:
    """Return what is started by a program whose own work the image does without."""
    program = _program(words)
    waiter = program.removesuffix(".sh").removesuffix(".py")
    if waiter not in _WAITERS and program not in _SECRETS and program != "watchfiles":
        return None
    if program == "watchfiles":
        rest = _options(words[1:], _VALUED["watchfiles"])
        held = shlex.split(rest[0]) if rest and " " in rest[0] else rest
        return Unwrapped(tuple(held), notes=("`watchfiles`, which is for development, is left out",))
    what = "waits for another service" if waiter in _WAITERS else "brings secrets"
    rest = list(words[words.index("--") + 1 :]) if "--" in words else []
    if not rest:
        return Unwrapped(problem=f"`{program}` has no `--` before the command")
    return Unwrapped(tuple(rest), notes=(f"`{program}`, which {what}, is left out",))


def _run(words: Sequence[str], aliases: Mapping[str, str]) -> Unwrapped | None:
    """Return what `poetry run …`, `uv run …` and the like start."""
    if not _is_run(words):
        return None
    tool = words[2] if _program(words).startswith("python") else _program(words)
    rest = words[list(words).index("run") + 1 :]
    held = _options(rest, _VALUED.get(tool, frozenset()))
    if len(held) == 1 and held[0] in aliases:
        return Unwrapped(text=aliases[held[0]])
    is_python = bool(held) and (held[0] == "-m" or held[0].endswith(".py"))
    return Unwrapped(("python", *held) if is_python else tuple(held))


def _judged(found: Unwrapped) -> Unwrapped:
    program = _program(found.words)
    if program in _MANAGERS:
        return Unwrapped(problem=f"`{program}` runs several processes: give each its own name in `commands`")
    return Unwrapped(problem=f"`{program}` is not in the image") if program in _FOREIGN else found


def _is_run(words: Sequence[str]) -> bool:
    """Return whether the words are `poetry run …`, or `python -m poetry run …`."""
    program = words[0].rpartition("/")[2]
    if program.startswith("python") and len(words) > 3 and words[1] == "-m":
        return words[2] in _RUNNERS and "run" in words[3:5]
    return program in _RUNNERS and "run" in words[1:6]


def _options(words: Sequence[str], valued: frozenset[str]) -> list[str]:
    """Return the words behind the leading options and the `--` that ends them."""
    held = list(words)
    while held and held[0].startswith("-") and held[0] != "-m":
        option = held.pop(0)
        if option == "--":
            break
        if option in valued and held:
            held.pop(0)
    return held
