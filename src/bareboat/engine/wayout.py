"""The way out of a failed build, by what the engine and the step said; one table, the first that holds."""

import re
from collections.abc import Callable

from bareboat.engine.builders import Builder, Tool

__all__ = ["NO_FILE", "PULL", "hint"]

Make = Callable[[Builder, re.Match[str]], str]

NO_FILE = re.compile(
    r"failed to (?:compute cache key|calculate checksum)[^\n]*?\"(?P<a>[^\"]+)\": not found"
    r"|copier: stat: \"(?P<b>[^\"]+)\": no such file|no items matching glob \"(?P<c>[^\"]+)\"",
    re.IGNORECASE,
)
PULL = re.compile(
    r"failed to resolve source metadata|initializing source|short-name|pull access denied|manifest unknown",
    re.IGNORECASE,
)
_NETWORK = (
    r"temporary failure in name resolution|name or service not known|could not resolve|no such host"
    r"|temporary failure resolving|failed to lookup address|network is unreachable|connection refused"
    r"|connection timed out|connection reset|failed to establish a new connection|i/o timeout"
    r"|tls handshake timeout|no route to host|dns error|error sending request|could not connect to"
)
_TRUST = (
    r"certificate verify failed|certificate signed by unknown authority|unable to get local issuer"
    r"|unknownissuer|sslcertverificationerror|self[- ]signed certificate"
)


def _program(builder: Builder) -> str:
    return "docker" if builder.has_buildkit else str(builder.tool)


def _disk(builder: Builder, _: re.Match[str]) -> str:
    if builder.tool is Tool.BUILDX and builder.driver != "docker":
        return f"the builder's disk is full: make room with `docker buildx prune --builder {builder.name}`"
    prune = {Tool.PODMAN: "podman system prune", Tool.BUILDAH: "buildah prune"}
    command = prune.get(builder.tool, "docker system prune")
    return f"the engine's disk is full: make room, for example with `{command}`"


def _secret(_: Builder, found: re.Match[str]) -> str:
    return f"hand it over with --secret id={next(filter(None, found.groups()))},src=FILE"


def _says(text: str) -> Make:
    return lambda builder, _: text.format(program=_program(builder))


def _table(*rows: tuple[str, Make]) -> tuple[tuple[re.Pattern[str], Make], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), make) for pattern, make in rows)


_OF_BASE = _table(
    (r"no space left on device|disk quota exceeded", _disk),
    (
        _NETWORK,
        _says("its registry cannot be reached: check the network, or pull it before with `{program} pull`"),
    ),
    (_TRUST, _says("the engine does not trust its registry's certificate: give the engine the authority")),
    (
        r"access denied|unauthorized|authentication required|denied: |forbidden|authorization failed",
        _says("check the name, or log in with `{program} login`"),
    ),
    (
        r"not found|manifest unknown|name unknown|did not resolve to an alias",
        _says("check the name and the tag; `{program} images` lists what is here"),
    ),
)
_OF_ANY = _table(
    (r"no space left on device|disk quota exceeded", _disk),
    (r"secret required but no secret with id ([\w.-]+)|secret ([\w.-]+): not found", _secret),
    (
        r"network\.host is not allowed|entitlement network\.host",
        _says("the builder forbids it; its buildkitd needs --allow-insecure-entitlement network.host"),
    ),
    (
        r"exporter is not supported for the docker driver",
        _says(
            "Docker's classic image store writes none: switch its containerd image store on,"
            " or take --engine buildx:NAME, podman or buildah"
        ),
    ),
    (NO_FILE.pattern, _says("see whether it is there, and whether the ignore file leaves it out")),
    (
        _TRUST,
        _says(
            "the base image does not know the authority that signs your network's certificates:"
            " take one that does, with --base IMAGE"
        ),
    ),
    (
        _NETWORK,
        _says("this step needs a network: give it the host's with --build-network host, or set a proxy"),
    ),
    (
        r"exec format error",
        _says("the image is for another architecture: install QEMU's binfmt handlers, or drop --platform"),
    ),
)


def hint(builder: Builder, text: str, reason: str, words: str) -> str:
    """Return the hint for a failure of the instruction `text`; empty where nothing is known of it."""
    is_base = text.upper().startswith("FROM ") or PULL.search(reason) is not None
    everything = f"{words}\n{reason}"
    for pattern, make in _OF_BASE if is_base else _OF_ANY:
        found = pattern.search(everything)
        if found is not None:
            return make(builder, found)
    return ""
