"""What uv says when it fails, as one of our errors on one line with a way out.

Reads uv's text in the form of 0.13 (`error:`, `cause:`, `hint:`) and in the older one with drawn
lines. Knows no command; what it does not recognise comes out as uv's first words.
"""

import re

from bareboat.errors import (
    BareboatError,
    BuildError,
    InputError,
    IntegrityError,
    NetworkError,
    ResolveError,
)
from bareboat.net.redact import redact, redact_text

__all__ = ["MISSING", "backend_words", "read"]

MISSING = "no index has a package of this name"

_MARKS = re.compile(r"^\s*(?:error:|cause:|Caused by:|[\u00d7╰├│─▶ ]+)\s*", re.IGNORECASE)
_LONGEST = 400
_MOST_LINES = 8
_OWN_LINES = frozenset({"Building wheel...", "Building source distribution..."})
_RAISED = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Exit|Failure|Failed|Invalid\w*): \S")
_SDIST = re.compile(r"Wheels are required for `([^`]+)`")
_UNUSABLE = re.compile(  # uv puts markers in braces behind a name
    r"(?:all versions of )?([A-Za-z0-9._-]+)(?:\{[^}]*\})?((?:[<>=!~]=?=?[\w.+!*]+,?)*) "
    r"ha(?:s|ve) no usable wheels"
)
_PLATFORM = re.compile(r"(\S+) has no wheels with a matching (\w+(?: \w+)?) tag")
_FETCH = re.compile(r"(?:Failed to fetch:? |for url \(|An index URL \()`?([a-z]+://[^\s`)]+)")
_STATUS = re.compile(r"HTTP status \w+ error \((\d{3})|\((\d{3}) [A-Z][\w ]*\)|status code (\d{3})")
_PREMISE = re.compile(r"(?:And because|Because|And) (.*?)(?:,? we can conclude that .*?(?:\.|$)|$)")


def backend_words(said: str) -> list[str]:
    """Return the lines by which a failed backend says why, the most telling first.

    uv's own lines are left out, and the traceback where it ends in an exception that has words.
    """
    text = redact_text(said)
    text = re.split(r"^(?:error: |\s*[\u00d7] )Failed to build ", text, maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line.rstrip() for line in text.splitlines() if line.strip() and line not in _OWN_LINES]
    raised = [number for number, line in enumerate(lines) if _RAISED.match(line)]
    return lines[raised[-1] :][:_MOST_LINES] if raised else lines[-_MOST_LINES:][::-1]


def read(said: str, *, code: int = 1, where: str = "requirements") -> BareboatError:
    """Return the error that `said`, the stderr of a failed uv, amounts to.

    `where` names what was resolved, for complaints that are about it and no one package.
    """
    text = redact_text(said)
    flat = " ".join(_MARKS.sub("", line).strip() for line in text.splitlines() if line.strip())
    lower = flat.lower()
    if "network was disabled" in lower or "network connectivity is disabled" in lower:
        return NetworkError(
            f"uv's cache lacks what is needed: {_premises(flat)}",
            where="index",
            hint="run once without --offline",
        )
    network = _network(flat, lower)
    if network is not None:
        return network
    unlocked = re.findall(r"no trusted hash was provided for: `([^`]+)`", flat)
    if unlocked:
        return ResolveError(
            f"{unlocked[0]} is needed but not locked", where=where, hint="renew it with bareboat lock"
        )
    if "no solution found" in lower or "unsatisfiable" in lower:
        return _unsatisfiable(flat, where)
    return _other(flat, lower, code, where)


def _other(flat: str, lower: str, code: int, where: str) -> BareboatError:
    if "no space left on device" in lower:
        place = re.search(r"`(/[^`]+)`", flat)
        return BuildError(
            "cannot write: no space left on device",
            where=place[1] if place else "uv",
            hint="free some space, or set other folders for uv's cache (UV_CACHE_DIR) and for TMPDIR",
        )
    changed = re.search(r"Hash mismatch for `([^`]+)`", flat)
    if changed is not None:
        return IntegrityError(
            "the file on the index has another sha256 than the locked one",
            where=changed[1],
            hint="ask whoever keeps the index why the file has changed, or lock again",
        )
    if "build backend" in lower or "failed to build" in lower:
        return BuildError(_short(flat), where="uv build")
    if re.search(r"couldn't parse|failed to parse|invalid value|unexpected argument|toml parse", lower):
        return InputError(_short(flat), where=where)
    return ResolveError(_short(flat) or f"uv ended with code {code} and said nothing", where="uv")


def _network(flat: str, lower: str) -> NetworkError | None:
    urls = _FETCH.findall(flat)
    where = redact(urls[0].rstrip(".,:")) if urls else "index"
    match = _STATUS.search(flat)
    status = int(next(filter(None, match.groups()))) if match else 0
    if status in {401, 403, 407} or "authentication credentials" in lower:
        return NetworkError(
            f"the index refuses access ({status or 401})",
            where=where,
            hint="put the credentials into netrc, the keyring or the index's URL",
            status=status or 401,
        )
    if "certificate" in lower and ("invalid peer" in lower or "unknownissuer" in lower or "verify" in lower):
        return NetworkError(
            "the certificate of the index is not trusted",
            where=where,
            hint="name the PEM file of the company's authority in SSL_CERT_FILE",
        )
    if not urls and not re.search(r"error sending request|client error|tcp connect|dns error", lower):
        return None
    reason = f"the server answered {status}" if status else _reason(lower)
    return NetworkError(
        f"the index cannot be read ({reason})",
        where=where,
        hint="check the index's URL, the network and the proxy settings (index-url, https_proxy)",
        status=status,
    )


def _reason(lower: str) -> str:
    known = {
        "connection refused": "connection refused",
        "dns error": "its name cannot be resolved",
        "timed out": "no answer in time",
        "timeout": "no answer in time",
        "connection reset": "connection reset",
        "connection closed": "connection closed",
    }
    return next((words for sign, words in known.items() if sign in lower), "no usable answer")


def _unsatisfiable(flat: str, where: str) -> ResolveError:
    sdist = _SDIST.search(flat) or _UNUSABLE.search(flat)
    if sdist is not None:
        pinned = next((one for one in _UNUSABLE.finditer(flat) if one[1] == sdist[1]), None)
        name = f"{pinned[1]}{pinned[2]}" if pinned is not None else sdist[1]
        return ResolveError(
            "has no wheel for the target, only a source distribution",
            where=name,
            hint="ask for a version with wheels, or build the wheel and name its folder in find-links",
        )
    missing = re.search(r"Because (\S+) was not found in the (package registry|provided)", flat)
    if missing is not None:
        return ResolveError(
            MISSING,
            where=missing[1],
            hint="check the spelling, and the indexes that uv or pip is configured with",
        )
    foreign = _PLATFORM.search(flat)
    if foreign is not None and " depends on " not in flat and " depend on " not in flat:
        hint = re.search(r"hint: (Wheels are available .*?)(?: hint:|$)", flat)
        return ResolveError(
            f"has no wheel for the target ({foreign[2].lower()} tag)",
            where=foreign[1],
            hint=_short(hint[1]) if hint else "another version of it, or another Python, may have one",
        )
    return ResolveError(
        _premises(flat),
        where=where,
        hint="loosen one of the requirements that are named",
    )


def _premises(flat: str) -> str:
    """Return what uv's proof starts from, without its conclusions."""
    proof = flat[flat.find("Because") :].partition(" hint:")[0] if "Because" in flat else flat
    proof = re.sub(r"one of: ((?:\S+[<>=!~]\S+ ?){2,})", _range, proof)
    parts = [match[1].strip(" ,.") for match in _PREMISE.finditer(proof)]
    return _short("; ".join(filter(None, parts)).replace("you require", "the project requires") or proof)


def _range(match: re.Match[str]) -> str:
    words = match[1].split()
    return f"{words[0]} … {words[-1]} "


def _short(text: str) -> str:
    line = " ".join(text.replace("^", "").split()).rstrip(".")
    line = line[:1].lower() + line[1:] if line[1:2].islower() else line
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 2].rstrip()} …"
