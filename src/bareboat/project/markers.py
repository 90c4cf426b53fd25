"""Environment markers, judged for one Target, with any number of extras active at once."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from packaging.markers import Marker

from bareboat.errors import InputError

__all__ = ["holds"]

_EXTRA = re.compile(r"""\bextra\s*(==|!=)\s*(['"])([^'"]*)\2|(['"])([^'"]*)\4\s*(==|!=)\s*extra\b""")


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Marker:
    return Marker(text)


def holds(
    text: str, environment: Mapping[str, str], *, extras: Collection[str] = (), where: str = ""
) -> bool:
    """Say whether a marker holds; an empty one always does.

    `environment` is a Target's. `extras` are normalised names. Raises InputError for no marker.
    """
    if not text.strip():
        return True

    def settle(match: re.Match[str]) -> str:
        name = re.sub(r"[-_.]+", "-", match[3] if match[1] else match[5]).lower()
        is_true = (name in extras) is ((match[1] or match[6]) == "==")
        return "os_name != ''" if is_true else "os_name == ''"

    try:
        return _parsed(_EXTRA.sub(settle, text)).evaluate({**environment, "extra": ""})
    except (ValueError, RecursionError) as error:
        raise InputError(f"bad marker {text[:200]!r}", where=where) from error
