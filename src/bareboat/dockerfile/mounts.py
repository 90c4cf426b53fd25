"""The mounts of RUN: `--mount=type=bind,source=…` as a value.

Spec: Dockerfile reference, "RUN --mount"; BuildKit, frontend/dockerfile/instructions/commands_runmount.go.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bareboat.dockerfile.values import BOOLEANS, check_size, number
from bareboat.errors import InputError

__all__ = ["Mount", "fields", "origin", "parse"]

TYPES = ("bind", "cache", "tmpfs", "secret", "ssh")
SHARING = ("shared", "private", "locked")
_PLAIN = {
    "from": "origin",
    "source": "source",
    "src": "source",
    "target": "target",
    "dst": "target",
    "destination": "target",
    "id": "id",
    "env": "env",
}
_SWITCHES = frozenset({"readonly", "ro", "readwrite", "rw", "required"})
_WITH_OWNER = frozenset({"cache", "secret", "ssh"})
_MAY_BE_REQUIRED = frozenset({"secret", "ssh"})
Expander = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Mount:
    """One mount; `origin` is its `from`: a stage or image, empty for the build context."""

    type: str = "bind"
    origin: str = ""
    source: str = ""
    target: str = ""
    id: str = ""
    sharing: str = ""
    is_writable: bool | None = None
    is_required: bool = False
    env: str | None = None
    mode: str | None = None
    uid: str | None = None
    gid: str | None = None

    @property
    def writes(self) -> bool:
        """Whether the command may write there: a cache and a tmpfs are writable unless said otherwise."""
        return self.type in {"cache", "tmpfs"} if self.is_writable is None else self.is_writable

    @property
    def reads_context(self) -> bool:
        """Whether files of the build context are seen through it."""
        return self.type == "bind" and not self.origin


def fields(text: str) -> tuple[str, ...]:
    """Return the comma-separated fields of a value; one that begins with a quote ends at the next.

    Raises InputError for a quote that stands or ends in the wrong place, and for no value at all.
    """
    if not text:
        raise InputError("the value is empty", hint="write key=value fields, parted by commas")
    found: list[str] = []
    place = 0
    while True:
        if text.startswith('"', place):
            value, place = _quoted(text, place + 1)
        else:
            end = text.find(",", place)
            end = len(text) if end < 0 else end
            value, place = text[place:end], end
            if '"' in value:
                raise InputError(f"field {value!r} has a quote inside", hint="quote the whole field")
        found.append(value)
        if place >= len(text):
            return tuple(found)
        place += 1


def _quoted(text: str, place: int) -> tuple[str, int]:
    """Return a quoted field, in which two quotes stand for one, and where the comma after it is."""
    value = ""
    while True:
        end = text.find('"', place)
        if end < 0:
            raise InputError("a quoted field is not closed", hint='write " at its end')
        value += text[place:end]
        if not text.startswith('"', end + 1):
            break
        value += '"'
        place = end + 2
    if end + 1 < len(text) and text[end + 1] != ",":
        raise InputError(f"field {value!r} goes on after its quote", hint="quote the whole field")
    return value, end + 1


def origin(text: str) -> str:
    """Return the `from` of a mount, before any variable is known; InputError where it is a variable.

    The last one counts, as in BuildKit.
    """
    found = ""
    for field in fields(text):
        key, sign, value = field.partition("=")
        if sign and key.lower() == "from":
            place = value.find("$")
            if place not in {-1, len(value) - 1}:
                raise InputError(
                    f"from={value} holds a variable",
                    hint="write FROM $VARIABLE AS name, and name that stage",
                )
            found = value
    return found


def parse(text: str, expand: Expander = str) -> Mount:
    """Return the mount that a flag's value describes; `expand` replaces variables in its fields.

    Raises InputError for what BuildKit refuses.
    """
    mount = Mount()
    for field in fields(text):
        key, sign, value = field.partition("=")
        mount = _with(mount, key.lower(), expand(value) if sign else None, field)
    _check(mount)
    return mount


def _with(mount: Mount, key: str, value: str | None, field: str) -> Mount:
    if key in _SWITCHES:
        return _with_switch(mount, key, _boolean(key, value))
    if value is None:
        raise InputError(f"field {field!r} is no key=value", hint="write it as key=value")
    changed: dict[str, Any] = {_PLAIN.get(key, key): value}
    if key in {"type", "sharing"}:
        changed[key] = _choice(key, value)
    elif key in {"mode", "uid", "gid"}:
        if number(value, base=8 if key == "mode" else 10) is None:
            raise InputError(f"{key}={value} is no number", hint="modes are octal, ids decimal")
    elif key == "size":
        if mount.type != "tmpfs":
            raise InputError(f"a {mount.type} mount has no size", hint="write type=tmpfs before it")
        check_size(value)
        return mount
    elif key not in _PLAIN:
        raise InputError(f"{key!r} is no option of a mount", hint="see the reference of RUN --mount")
    return replace(mount, **changed)


def _with_switch(mount: Mount, key: str, is_on: bool) -> Mount:  # noqa: FBT001 the option's value
    if key == "required":
        if mount.type not in _MAY_BE_REQUIRED:
            raise InputError(f"a {mount.type} mount cannot be required", hint="leave 'required' out")
        return replace(mount, is_required=is_on)
    return replace(mount, is_writable=is_on if key in {"readwrite", "rw"} else not is_on)


def _boolean(key: str, value: str | None) -> bool:
    if value is not None and value not in BOOLEANS:
        raise InputError(f"{key}={value} is neither true nor false", hint="write true or false")
    return value is None or value.lower() in {"1", "t", "true"}


def _choice(key: str, value: str) -> str:
    choices = TYPES if key == "type" else SHARING
    if value.lower() not in choices:
        raise InputError(f"{key}={value} is unknown", hint=f"it is one of {', '.join(choices)}")
    return value.lower()


def _check(mount: Mount) -> None:
    """Refuse options that do not go together."""
    for name in ("mode", "uid", "gid"):
        if getattr(mount, name) is not None and mount.type not in _WITH_OWNER:
            raise InputError(f"a {mount.type} mount has no {name}", hint=f"leave {name!r} out")
    if mount.type == "secret":
        if mount.origin:
            raise InputError("a secret mount has no 'from'", hint="leave it out")
        if not (mount.source or mount.target or mount.id):
            raise InputError("a secret mount needs an id", hint="write id=NAME")
        if mount.source and mount.id:
            raise InputError("a secret mount has an id or a source, not both", hint="write id=NAME alone")
    if mount.sharing and mount.type != "cache":
        raise InputError(f"a {mount.type} mount is not shared", hint="leave 'sharing' out")
