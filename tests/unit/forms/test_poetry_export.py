"""The form poetry-export."""

from bareboat.dockerfile.render import render
from bareboat.forms import poetry_export
from blueprints import DJANGO, options


def test_what_makes_the_form() -> None:
    assert poetry_export.fits(DJANGO, options().base) is None
    text = render(poetry_export.write(DJANGO, options()))
    assert "poetry export" in text
    assert "--require-hashes -r /requirements.txt" in text
    assert text == render(poetry_export.write(DJANGO, options()))
