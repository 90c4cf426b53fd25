"""What the user decided: `[tool.bareboat]`, then `BAREBOAT_*`, then flags, the later winning.

Every field is optional; unset means that the plan decides and says why. Unknown keys are refused
with the nearest known one; all problems of a table are reported at once.
"""

import difflib
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from bareboat.errors import InputError

__all__ = ["Settings", "from_environment", "from_table", "merge", "schema"]

_PREFIX = "BAREBOAT_"
_PATH = re.compile(r"/[!-~]*")
_NAME = re.compile(r"[^=\0]+")


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="kebab"):
    """The settings of one project, as written; None stands for "not said".

    `app` is `module:attribute` (or `module:factory()`), `command` an exec-form command that replaces
    everything detected, `health` a path (`/health`), `tcp` for a socket probe or `none`. `include`
    and `exclude` are patterns as in .dockerignore. `layers` is the largest number of layers.
    `mirror` and `security-mirror` are the roots of the two Debian archives.
    """

    app: str | None = None
    command: tuple[str, ...] | None = None
    port: int | None = None
    health: str | None = None
    python: str | None = None
    suite: str | None = None
    name: str | None = None
    env: dict[str, str] | None = None
    labels: dict[str, str] | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    packages: tuple[str, ...] | None = None
    extras: tuple[str, ...] | None = None
    groups: tuple[str, ...] | None = None
    compression: str | None = None
    layers: int | None = None
    mirror: str | None = None
    security_mirror: str | None = None
    allow_expired: bool | None = None


_FROM_ENVIRONMENT = {
    "APP": "app",
    "PORT": "port",
    "HEALTH": "health",
    "PYTHON": "python",
    "SUITE": "suite",
    "NAME": "name",
    "COMPRESSION": "compression",
    "LAYERS": "layers",
    "ALLOW_EXPIRED": "allow-expired",
    "DEBIAN_MIRROR": "mirror",
    "DEBIAN_SECURITY_MIRROR": "security-mirror",
}
# Read elsewhere: named here so that none of them is taken for a mistyped one.
_ELSEWHERE = ("CACHE_DIR", "DEBIAN_SNAPSHOT")


def from_table(table: Mapping[str, Any], *, where: str) -> Settings:
    """Return the settings of a `[tool.bareboat]` table; InputError lists every problem."""
    known = set(Settings.__struct_encode_fields__)
    problems = []
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            problems.append(f"unknown key {key!r}" + (f", did you mean {near[0]!r}?" if near else ""))
    for key, value in table.items():
        if key in known:
            try:
                msgspec.convert({key: value}, Settings)
            except msgspec.ValidationError as error:
                problems.append(f"{key}: {str(error).split(' - ')[0].lower()}, seen {value!r}")
    if problems:
        keys = ", ".join(sorted(known))
        raise InputError("; ".join(problems), where=where, hint=f"the keys of [tool.bareboat] are: {keys}")
    return _checked(msgspec.convert(dict(table), Settings), where)


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Return the settings given by `BAREBOAT_*`; empty variables count as unset.

    InputError for a variable that is nearly one of them; others with that prefix are nobody's here.
    """
    for name in sorted(environ):
        suffix = name.removeprefix(_PREFIX)
        if suffix != name and suffix not in {*_FROM_ENVIRONMENT, *_ELSEWHERE}:
            near = difflib.get_close_matches(suffix, _FROM_ENVIRONMENT, n=1, cutoff=0.75)
            if near:
                raise InputError(
                    f"unknown variable {name}, did you mean {_PREFIX}{near[0]}?", where="environment"
                )
    found: dict[str, Any] = {}
    for suffix, key in _FROM_ENVIRONMENT.items():
        text = environ.get(_PREFIX + suffix, "")
        if text:
            found[key] = _typed(key, text, _PREFIX + suffix)
    return _checked(msgspec.convert(found, Settings), "environment")


def merge(*settings: Settings) -> Settings:
    """Return one Settings in which a later value replaces an earlier one; tables are joined."""
    found: dict[str, Any] = {}
    for one in settings:
        for field in Settings.__struct_fields__:
            value = getattr(one, field)
            if isinstance(value, dict) and isinstance(found.get(field), dict):
                found[field] = {**found[field], **value}
            elif value is not None:
                found[field] = value
    return Settings(**found)


def schema() -> dict[str, Any]:
    """Return the JSON schema of `[tool.bareboat]`."""
    return msgspec.json.schema(Settings)


def _typed(key: str, text: str, where: str) -> Any:
    if key in {"port", "layers"}:
        if not text.isdecimal():
            raise InputError(f"a whole number is wanted, seen {text!r}", where=where)
        return int(text)
    if key == "allow-expired":
        if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise InputError(f"1 or 0 is wanted, seen {text!r}", where=where)
        return text.lower() in {"1", "true", "yes"}
    return text


def _checked(settings: Settings, where: str) -> Settings:
    if settings.port is not None and not 0 < settings.port < 65536:
        raise InputError(f"port {settings.port} is not between 1 and 65535", where=where)
    if settings.layers is not None and not 8 <= settings.layers <= 120:
        raise InputError(f"layers {settings.layers} is not between 8 and 120", where=where)
    if settings.compression not in {None, "gzip", "zstd"}:
        raise InputError(f"compression {settings.compression!r} is neither 'gzip' nor 'zstd'", where=where)
    if settings.command is not None and not (settings.command and settings.command[0]):
        raise InputError("command is empty", where=where, hint='write command = ["python", "-m", "app"]')
    if settings.health not in {None, "tcp", "none"} and not _PATH.fullmatch(settings.health or ""):
        raise InputError(
            f"health {settings.health!r} is neither a path like '/health' nor 'tcp' nor 'none'", where=where
        )
    for name, value in (settings.env or {}).items():
        if not _NAME.fullmatch(name) or "\0" in value:
            raise InputError(f"env has a variable that no process can have: {name!r}", where=where)
    return settings
