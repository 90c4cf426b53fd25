"""The flags that each instruction takes.

Spec: BuildKit, frontend/dockerfile/instructions/parse.go and bflag.go. Flags of a frontend newer than the
oldest one in use (`--parents`, `--security`, `--device`) are taken.
"""

from collections.abc import Iterator, Mapping
from enum import Enum, auto

from bareboat.dockerfile.syntax import Flag, Instruction
from bareboat.errors import InputError

__all__ = ["FLAGS", "Kind", "problems"]


class Kind(Enum):
    """What a flag may hold."""

    TEXT = auto()
    MANY = auto()  # may be given more than once
    SWITCH = auto()  # true, false, or nothing


_COPY = {"chown": Kind.TEXT, "chmod": Kind.TEXT, "link": Kind.SWITCH, "exclude": Kind.MANY}
FLAGS: Mapping[str, Mapping[str, Kind]] = {
    "FROM": {"platform": Kind.TEXT},
    "RUN": {"mount": Kind.MANY, "network": Kind.TEXT, "security": Kind.TEXT, "device": Kind.MANY},
    "COPY": {**_COPY, "from": Kind.TEXT, "parents": Kind.SWITCH},
    "ADD": {**_COPY, "keep-git-dir": Kind.SWITCH, "checksum": Kind.TEXT, "unpack": Kind.SWITCH},
    "HEALTHCHECK": dict.fromkeys(
        ("interval", "timeout", "start-period", "start-interval", "retries"), Kind.TEXT
    ),
}
# BuildKit does not look at the flags of these.
_UNREAD = frozenset({"ARG", "STOPSIGNAL"})
_VALUES = {
    "network": frozenset({"default", "none", "host"}),
    "security": frozenset({"insecure", "sandbox"}),
}


def problems(item: Instruction) -> Iterator[InputError]:
    """Yield what is wrong with an instruction's flags."""
    if item.keyword in _UNREAD:
        return
    if item.keyword == "HEALTHCHECK" and item.arguments[:1] and item.arguments[0].upper() == "NONE":
        return
    known = FLAGS.get(item.keyword, {})
    seen: set[str] = set()
    for flag in item.flags:
        kind = known.get(flag.name)
        if kind is None:
            takes = ", ".join(f"--{name}" for name in known) or "no flag"
            yield InputError(
                f"{item.keyword} has no flag --{flag.name}", hint=f"{item.keyword} takes {takes}"
            )
            continue
        if flag.name in seen and kind is not Kind.MANY:
            yield InputError(f"--{flag.name} is given twice", hint="keep one of them")
        seen.add(flag.name)
        yield from _value(flag, kind)


def _value(flag: Flag, kind: Kind) -> Iterator[InputError]:
    if kind is Kind.SWITCH:
        if flag.value is not None and flag.value.lower() not in {"true", "false"}:
            yield InputError(
                f"--{flag.name}={flag.value} is neither true nor false", hint="write true or false"
            )
    elif flag.value is None:
        yield InputError(f"--{flag.name} has no value", hint=f"write --{flag.name}=VALUE")
    elif flag.value not in _VALUES.get(flag.name, {flag.value}):
        choices = ", ".join(sorted(_VALUES[flag.name]))
        yield InputError(f"--{flag.name}={flag.value} is unknown", hint=f"it is one of {choices}")
