"""A reference: where an image lies or what it is called.

Spec: OCI distribution-spec 1.1, "Pulling manifests"; short names are completed as Docker does
(distribution/reference): `app` means `docker.io/library/app`.
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from bareboat.errors import InputError
from bareboat.oci.digest import Digest

__all__ = ["Reference"]

_HUB = "docker.io"
_HOST = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_REGISTRY = re.compile(rf"(?:{_HOST}(?:\.{_HOST})*|\[[a-fA-F0-9:]+\])(?::[0-9]{{1,5}})?")
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_PART}(?:/{_PART})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_HINT = "write it as in app:1.2 or registry.example.com/team/app:1.2"


class Reference(Struct, frozen=True, order=True):
    """A registry, a repository in it, and a tag or digest or both; empty or None where not given."""

    registry: str
    repository: str
    tag: str = ""
    digest: Digest | None = None

    def __post_init__(self) -> None:
        if not _REGISTRY.fullmatch(self.registry):
            raise InputError(f"bad registry name {self.registry!r}", hint=_HINT)
        if not _REPOSITORY.fullmatch(self.repository) or len(f"{self.registry}/{self.repository}") > 255:
            raise InputError(f"bad repository name {self.repository!r}", hint=_name_hint(self.repository))
        if self.tag and not _TAG.fullmatch(self.tag):
            raise InputError(f"bad tag {self.tag!r}", hint=_HINT)

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read `[registry/]repository[:tag][@digest]`; InputError names the part that is wrong."""
        name, at, digest = text.partition("@")
        if at and not digest:
            raise InputError(f"reference {text!r} ends in '@'", hint=_HINT)
        head, colon, tag = name.rpartition(":")
        if not colon or "/" in tag:
            head, tag = name, ""
        elif not tag:
            raise InputError(f"reference {text!r} has an empty tag", hint=_HINT)
        if re.fullmatch(r"[0-9a-f]{64}", head):
            raise InputError(f"reference {text!r} is a bare digest, not a name", hint=_HINT)
        registry, slash, repository = head.partition("/")
        if not slash or not _is_registry(registry):
            registry, repository = _HUB, head
        if registry == f"index.{_HUB}":
            registry = _HUB
        if registry == _HUB and "/" not in repository:
            repository = f"library/{repository}"
        return cls(registry, repository, tag, Digest.parse(digest) if at else None)

    @property
    def tagged(self) -> "Reference":
        """The same with the tag `latest` where it has neither tag nor digest."""
        return self if self.tag or self.digest else replace(self, tag="latest")

    @property
    def familiar(self) -> str:
        """The short form, as `docker images` shows it: `app:1.2`."""
        name = f"{self.registry}/{self.repository}"
        for prefix in (f"{_HUB}/library/", f"{_HUB}/"):
            if name.startswith(prefix):
                short = name.removeprefix(prefix)
                if not _is_registry(short.partition("/")[0]) or "/" not in short:
                    name = short
                break
        return name + self._end

    @property
    def _end(self) -> str:
        return (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}{self._end}"


def _is_registry(text: str) -> bool:
    return "." in text or ":" in text or text == "localhost" or text != text.lower()


def _name_hint(repository: str) -> str:
    return "names of images are lower case" if repository != repository.lower() else _HINT
