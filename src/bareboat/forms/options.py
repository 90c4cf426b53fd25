"""What a caller may ask of any form."""

from msgspec import Struct

from bareboat.forms.bases import Base

__all__ = ["Options"]


class Options(Struct, frozen=True):
    """`has_tests` and `has_scan` add stages that the final one waits for.

    `has_secrets` mounts the credentials of a private index.
    """

    base: Base
    has_tests: bool = False
    has_scan: bool = False
    has_secrets: bool = False
