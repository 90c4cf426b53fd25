"""The names of intermediate results: a hash of all inputs.

FORMAT is part of every key. It goes up whenever the same inputs would give other bytes than
before, so that no cache ever mixes two versions of bareboat; `tests/test_format.py` notices.
"""

import hashlib
import json

__all__ = ["FORMAT", "key"]

FORMAT = 2


def key(kind: str, *inputs: str) -> str:
    """Return a hex name for what `kind` makes of `inputs`, in this order."""
    return hashlib.sha256(json.dumps([FORMAT, kind, *inputs]).encode()).hexdigest()
