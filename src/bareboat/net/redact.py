"""URLs and texts as they may be shown: without user names, passwords and signed queries."""

import re
from urllib.parse import urlsplit, urlunsplit

__all__ = ["redact", "redact_text"]

_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s'\"`<>)\]}]+")


def redact(url: str) -> str:
    """Return `url` without user name, password and fragment; the values of its query as `***`.

    What cannot be split as a URL comes back as `<unreadable URL>`.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return "<unreadable URL>"
    host = parts.netloc.rpartition("@")[2]
    query = (
        "&".join(f"{pair.partition('=')[0]}=***" for pair in parts.query.split("&")) if parts.query else ""
    )
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def redact_text(text: str) -> str:
    """Return `text` with every URL in it redacted."""
    return _URL.sub(lambda match: redact(match[0]), text)
