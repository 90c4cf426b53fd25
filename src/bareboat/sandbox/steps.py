"""A step towards the sandbox that the kernel may refuse, named so that the caller can say which."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from bareboat.errors import BuildError

__all__ = ["StepError", "step"]


class StepError(BuildError):
    """A step that the kernel refused; `report` is what leaves the helper, a line of JSON."""

    def __init__(self, name: str, number: int, words: str) -> None:
        super().__init__(f"{name}: {words}")
        self.report = json.dumps((name, number, words)).encode()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Turn an OSError of the block into a StepError of that name."""
    try:
        yield
    except OSError as error:
        raise StepError(name, error.errno or 0, error.strerror or str(error)) from error
