"""The releases of tools that generated files install, each behind an ARG that the user may change.

One place to renew them. Poetry is installed in the generation that made the lock: Poetry 2 reads
older locks but groups and markers of theirs are walked differently by its export plugin.
"""

__all__ = ["AUDIT", "POETRY", "POETRY_EXPORT", "PYTEST", "PYTHON", "PYTHONS", "UV"]

UV = "0.13.8"
AUDIT = "2.10.1"
PYTEST = "9"
POETRY = {1: "1.8.5", 2: "2.5.1"}
POETRY_EXPORT = {1: "1.8.0", 2: "1.10.1"}

PYTHON = "3.13"
PYTHONS = ("3.13", "3.14", "3.12", "3.11", "3.10")
"""The minor versions that the official images come in and that are not past their end, by preference."""
