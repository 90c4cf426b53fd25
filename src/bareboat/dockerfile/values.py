"""The small languages inside an instruction: durations, ports, platforms, modes, signals, image names.

Each `check_…` raises InputError for a value that a build would refuse, and says nothing of the others.
Spec: BuildKit, frontend/dockerfile/dockerfile2llb and what it calls: containerd/platforms, moby/sys/signal,
distribution/reference, Go's time.ParseDuration and strconv.
"""

import ipaddress
import re

from bareboat.errors import InputError

__all__ = [
    "BOOLEANS",
    "check_digest",
    "check_duration",
    "check_image",
    "check_mode",
    "check_platform",
    "check_port",
    "check_signal",
    "check_size",
    "index",
    "is_git",
    "is_url",
    "number",
]

BOOLEANS = frozenset({"1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"})
_MILLISECOND = 1_000_000
_LONGEST = (1 << 63) - 1
_UNITS = {
    "ns": 1,
    "us": 1000,
    "µs": 1000,
    "μs": 1000,
    "ms": _MILLISECOND,
    "s": 1000 * _MILLISECOND,
    "m": 60_000 * _MILLISECOND,
    "h": 3_600_000 * _MILLISECOND,
}
_TIME = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]+)")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_SIZE = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_MODE = re.compile(r"[ugoa]*(?:[-+=][rwxXstugo]*)+(?:,[ugoa]*(?:[-+=][rwxXstugo]*)+)*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SYSTEMS = _words(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris"
    " windows zos macos"
)
_ARCHITECTURES = _words(
    "386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32"
    " mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm i386 x86_64 x86-64 aarch64 armhf armel"
)
_SYSTEM = re.compile(r"[A-Za-z0-9_-]+(\([A-Za-z0-9_.%-]*(?:\+[A-Za-z0-9_.%-]+)*\))?")
_PART = re.compile(r"[A-Za-z0-9_.-]+")
_SIGNALS = (
    _words(
        "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS"
        " TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX"
    )
    | {f"RTMIN+{n}" for n in range(1, 16)}
    | {f"RTMAX-{n}" for n in range(1, 15)}
)
_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_IMAGE = re.compile(
    rf"(?:(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?/)?{_COMPONENT}(?:/{_COMPONENT})*"
    r"(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?"
    r"(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?"
)
_HEX = re.compile(r"[a-f0-9]{64}")
_DIGEST_SIZES = {"sha256": 64, "sha384": 96, "sha512": 128}
_SCP = re.compile(r"[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:.*", re.DOTALL)


def number(text: str, *, base: int = 10, highest: int = (1 << 32) - 1) -> int | None:
    """Return a whole number without a sign, None for any other text and past `highest`."""
    digits = "01234567" if base == 8 else "0123456789"
    if not text or len(text) > 40 or any(sign not in digits for sign in text):
        return None
    value = int(text, base)
    return value if value <= highest else None


def index(text: str) -> int | None:
    """Return a whole number that may have a sign, None for any other text."""
    if _INTEGER.fullmatch(text) is None or len(text) > 40 or abs(int(text)) > _LONGEST:
        return None
    return int(text)


def check_duration(text: str) -> None:
    """Refuse what is no time such as `1m30s`, and a time shorter than a millisecond."""
    if text in {"", "0", "+0", "-0"}:
        return
    rest = text[1:] if text[0] in "+-" else text
    total = 0
    place = 0
    while place < len(rest):
        match = _TIME.match(rest, place)
        if match is None or not (match[1] or match[2]) or match[3] not in _UNITS or len(match[1]) > 30:
            raise InputError(f"{text!r} is no duration", hint="write it as 30s or 1m30s")
        unit = _UNITS[match[3]]
        total += int(match[1] or 0) * unit + int(float(f"0.{match[2] or 0}") * unit)
        place = match.end()
    if not rest or total > _LONGEST:
        raise InputError(f"{text!r} is no duration", hint="write it as 30s or 1m30s")
    if text[0] == "-":
        total = -total
    if total and total < _MILLISECOND:
        raise InputError(f"duration {text!r} is shorter than a millisecond", hint="write a longer one")


def check_port(text: str) -> None:
    """Refuse what is no `[[ip:]port:]port[-port][/protocol]`."""
    *before, last = text.rsplit(":", 2)
    port, _, protocol = last.partition("/")
    if not port or protocol.lower() not in {"", "tcp", "udp", "sctp"}:
        raise InputError(f"{text!r} is no port", hint="write it as 8000, 8000/udp or 8000-8010")
    address = before[0] if len(before) == 2 else ""
    if address.startswith("[") and address.endswith("]"):
        address = address[1:-1]
    if address and not _is_address(address):
        raise InputError(f"{address!r} in {text!r} is no IP address", hint="EXPOSE takes ports alone")
    inside = _ports(port, text)
    host = before[-1] if before else ""
    if host:
        outside = _ports(host, text)
        if outside[1] - outside[0] != inside[1] - inside[0] and inside[0] != inside[1]:
            raise InputError(f"{text!r} has ranges of two sizes", hint="EXPOSE takes ports alone")


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _ports(text: str, whole: str) -> tuple[int, int]:
    first, sign, last = text.partition("-")
    start, end = index(first), index(last if sign else first)
    if start is None or end is None or not 0 <= start <= end <= 65535:
        raise InputError(f"{whole!r} is no port", hint="a port is a number up to 65535, or a range")
    return start, end


def check_platform(text: str) -> None:
    """Refuse what is no `os/architecture[/variant]`, nor a known system or architecture alone."""
    system, *others = text.split("/")
    matched = _SYSTEM.fullmatch(system)
    if matched is None or len(others) > 2 or any(_PART.fullmatch(part) is None for part in others):
        raise InputError(f"{text!r} is no platform", hint="write it as linux/amd64")
    if not others:
        name = system.partition("(")[0].lower()
        if name not in _SYSTEMS and system.lower() not in _ARCHITECTURES:
            raise InputError(f"{text!r} is no known system or architecture", hint="write it as linux/amd64")


def check_mode(text: str) -> None:
    """Refuse what is no mode of chmod, octal up to 7777 or in letters."""
    octal = number(text, base=8)
    if octal is not None and octal <= 0o7777:
        return
    if octal is not None or text[:1].isdigit() or _MODE.fullmatch(text) is None:
        raise InputError(f"{text!r} is no mode", hint="write it in octal, as 0755, or as u=rwX,go=rX")


def check_signal(text: str) -> None:
    """Refuse what is no signal's name or number."""
    given = index(text)
    name = text.upper().removeprefix("SIG")
    if given == 0 or (given is None and name not in _SIGNALS):
        raise InputError(f"{text!r} is no signal", hint="write its name, as SIGTERM, or its number")


def check_size(text: str) -> None:
    """Refuse what is no size such as `64m`."""
    cut = max(text.rfind(sign) for sign in "0123456789. ")
    amount = text[: cut + 1] if text[cut : cut + 1] != " " else text[:cut]
    suffix = text[cut + 1 :].lower()
    known = suffix in {"", "b"} or (suffix[:1] in set("kmgtp") and suffix[1:] in {"", "b", "ib"})
    if cut < 0 or _SIZE.fullmatch(amount) is None or amount.startswith("-") or not known:
        raise InputError(f"{text!r} is no size", hint="write it as 64m or 1g")


def check_image(text: str) -> None:
    """Refuse what is no image reference, after Docker's short forms are filled in."""
    name = text.partition("/")[2] if _has_host(text) else text
    hint = "write it as name:tag or registry/name:tag"
    if _HEX.fullmatch(text):
        raise InputError(f"{text!r} is an image's id and no reference", hint=hint)
    if name.partition(":")[0] != name.partition(":")[0].lower():
        raise InputError(f"{text!r} is no image reference: a name is in small letters", hint=hint)
    full = text if _has_host(text) else f"host.name/{text}"
    if _IMAGE.fullmatch(full) is None:
        raise InputError(f"{text!r} is no image reference", hint=hint)


def _has_host(text: str) -> bool:
    """Say whether the first part of a reference is a registry's host."""
    first, sign, _ = text.partition("/")
    is_host = first == "localhost" or "." in first or ":" in first or first != first.lower()
    return bool(sign) and is_host


def check_digest(text: str) -> None:
    """Refuse what is no digest of a known algorithm."""
    algorithm, _, encoded = text.partition(":")
    size = _DIGEST_SIZES.get(algorithm)
    if size is None or len(encoded) != size or re.fullmatch("[a-f0-9]*", encoded) is None:
        raise InputError(f"{text!r} is no digest", hint="write sha256: and 64 hexadecimal digits")


def is_git(text: str) -> bool:
    """Say whether a source of ADD is a git repository, by its form and without doubt."""
    if text.startswith(("http://", "https://")):
        path = text.partition("://")[2].partition("#")[0].partition("?")[0]
        return "/" in path and path.endswith(".git")
    return text.startswith(("git://", "ssh://")) or _SCP.fullmatch(text) is not None


def is_url(text: str) -> bool:
    """Say whether a source of ADD is a file to be fetched."""
    return text.startswith(("http://", "https://")) and not is_git(text)
