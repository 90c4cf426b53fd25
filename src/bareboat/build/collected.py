"""What collecting static files gives, as a value: builds that collect none import no more than this."""

from msgspec import Struct

from bareboat.build.ready import Ready
from bareboat.finding import Finding
from bareboat.project.command import Decision

__all__ = ["Collected"]


class Collected(Struct, frozen=True):
    """The static files, None where there are none for the image, and what is to be said of them."""

    ready: Ready | None = None
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
