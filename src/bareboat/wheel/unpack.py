"""A wheel with its members inflated and verified once, kept by the caller for further reading.

Installing reads some members several times: to trim, to compile, to look for modules, to write the
layer. Inflating is what costs in each of these.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from msgspec.structs import asdict, replace

from bareboat.tree.content import Content
from bareboat.wheel.archive import Member
from bareboat.wheel.read import WheelFile

__all__ = ["Keep", "Sliced", "UnpackedMember", "unpacked"]


class Sliced(Content, Protocol):
    """Content that gives any range of itself."""

    def slice(self, offset: int, size: int) -> Content:
        """Return `size` bytes from `offset` on."""


Keep = Callable[[Iterable[bytes], int], Sliced]
"""Take the bytes, of which there are so many, and give them back as often as they are read."""


class UnpackedMember(Member, frozen=True, kw_only=True):
    """A member whose bytes lie unpacked in `held`, verified."""

    held: Sliced

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order."""
        return self.held.chunks()

    def slice(self, offset: int, size: int) -> Content:
        """Return `size` bytes from `offset` on."""
        return self.held.slice(offset, size)


def unpacked(wheel: WheelFile, keep: Keep) -> WheelFile:
    """Return `wheel` with every member read through to its end and given to `keep`.

    Raises IntegrityError for a member that is not what the archive or RECORD says.
    """
    return replace(wheel, members=tuple(_member(member, keep) for member in wheel.members))


def _member(member: Member, keep: Keep) -> UnpackedMember:
    known = asdict(member)
    return UnpackedMember(**known, held=keep(member.chunks(), member.size))
