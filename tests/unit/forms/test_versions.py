"""The releases of tools that files install."""

import re

from bareboat.forms import versions


def test_versions_are_exact() -> None:
    for text in (versions.UV, versions.AUDIT, *versions.POETRY.values(), *versions.POETRY_EXPORT.values()):
        assert re.fullmatch(r"\d+\.\d+\.\d+", text)
    assert versions.POETRY[1].startswith("1.")
    assert versions.POETRY[2].startswith("2.")
    assert versions.PYTHONS[0] == versions.PYTHON
