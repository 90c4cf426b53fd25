"""Values for environment variables that settings demand in the build, where nobody gave any.

Each is made of the variable's name alone, so that it is the same on every machine, and says nothing.
Where an error is about one of them the next kind of value is tried: a number, an address, JSON.
"""

import base64
import hashlib
import re
from collections.abc import Collection, Mapping

from msgspec import Struct

__all__ = ["SECRET", "Failed", "amended", "is_secret", "values"]

SECRET = ("secret", "key", "salt", "password", "passwd", "token")
_SQLITE = "sqlite:////tmp/bareboat.sqlite3"
# By the variable's name, the first that fits; `{}` stands for the name as a part of a host's name.
_USUAL = (
    (r"(^|_)port$", ("8000",)),
    (r"dsn$", ("", "http://{}.localhost")),
    (r"(database|db)_?(url|uri)$", (_SQLITE, "postgres://user:none@{}.localhost/none")),
    (r"(redis|broker|celery|rq|channel).*(url|uri|backend)$", ("redis://{}.localhost:6379/0",)),
    (r"email_url$", ("consolemail://",)),
    (r"cache_url$", ("locmemcache://",)),
    (r"(url|uri|endpoint|origin|domain)s?$", ("http://{}.localhost",)),
    (r"^(is|use|enable|disable|with|debug)_|_(enabled|disabled|ssl|tls|secure)$|debug$", ("0", "False")),
    (r"(timeout|size|count|limit|age|seconds|minutes|hours|days|max|min|num)$", ("1",)),
    (r"(path|dir|folder|root)$", ("/tmp",)),  # noqa: S108 - the sandbox's own
)
_OTHERS = ("1", "0", "http://{}.localhost", "{{}}", "[]", "a", "/tmp", _SQLITE, "")  # noqa: S108
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHORT = 6


class Failed(Struct, frozen=True):
    """What a run that failed tells: its `error`, the names looked up in vain, the values it is about."""

    error: str
    missing: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()


def is_secret(name: str) -> bool:
    """Say whether a variable of that name holds a secret."""
    return any(word in name.lower() for word in SECRET)


def values(name: str) -> tuple[str, ...]:
    """Return what a variable of that name could hold, the likeliest first.

    A secret is 32 bytes in URL-safe base64, which is what Fernet takes too.
    """
    host = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "none"
    found = next((held for pattern, held in _USUAL if re.search(pattern, name, re.IGNORECASE)), ())
    if not found and is_secret(name):
        found = (base64.urlsafe_b64encode(hashlib.sha256(f"made up: {name}".encode()).digest()).decode(),)
    every = (*found, "{}.localhost", *_OTHERS) if not found else (*found, *_OTHERS)
    return tuple(dict.fromkeys(one.format(host) for one in every))


def amended(given: Mapping[str, str], failed: Failed, known: Collection[str]) -> dict[str, str] | None:
    """Return the variables for another attempt, None where none can help.

    Those that the error names and that nobody set are added; else one whose value the error is
    about gets its next value. `known` are the variables that the project's code reads.
    """
    wanted = [name for name in _asked(failed, known) if name not in given]
    if "SECRET_KEY" in failed.error:  # one at a time: another key may switch something on
        wanted = wanted[:1]
    if wanted:
        return {**given, **{name: values(name)[0] for name in wanted}}
    for name in (*_shown(given, failed.error), *failed.touched):
        ladder = values(name)
        place = ladder.index(given[name]) + 1 if given.get(name) in ladder else len(ladder)
        if place < len(ladder):
            return {**given, name: ladder[place]}
    return None


def _asked(failed: Failed, known: Collection[str]) -> list[str]:
    """Return the variables that the error names, in its order."""
    said = list(dict.fromkeys(_NAME.findall(failed.error)))
    readable = {*failed.missing, *known}
    found = [name for name in said if name in readable]
    # `Settings().secret_key` reads APP_SECRET_KEY; a setting can be read from a variable of another name
    for word in said:
        if word.isupper() and word not in readable:
            found += [name for name in readable if name.upper().endswith(f"_{word}")]
    if not found and "SECRET_KEY" in said:
        found = sorted(filter(is_secret, failed.missing), key=_rank)
    return list(dict.fromkeys(found))


def _rank(name: str) -> tuple[bool, bool, str]:
    """Return how little a variable looks like the one that SECRET_KEY is set from."""
    return not name.upper().endswith("SECRET_KEY"), "SECRET" not in name.upper(), name


def _shown(given: Mapping[str, str], error: str) -> list[str]:
    return [name for name, value in given.items() if len(value) >= _SHORT and value in error]
