"""Addresses as servers write them: `host:port`, `:port`, `[::1]:port`, `unix:path`, a path."""

from msgspec import Struct

from bareboat.project.listening import LOOPBACK

__all__ = ["Address", "parse"]


class Address(Struct, frozen=True):
    """Where a server binds, as its `text`; `port` is 0 for a Unix socket and for what cannot be read."""

    text: str
    host: str = ""
    port: int = 0

    @property
    def is_reached(self) -> bool:
        """Whether what is outside of the container reaches it."""
        return self.port > 0 and self.host not in LOOPBACK


def parse(text: str) -> Address:
    """Return the address; a port alone binds all hosts."""
    plain = text.strip().removeprefix("tcp://").removeprefix("http://")
    if plain.startswith(("unix:", "fd:", "fd@", "/", "@")) or plain.endswith(".sock"):
        return Address(text.strip())
    host, colon, port = plain.rpartition(":")
    if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 65536:
        return Address(text.strip())
    return Address(text.strip(), host.strip("[]") if colon else "", int(port))
