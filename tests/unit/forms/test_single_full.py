"""The form single-full."""

from bareboat.dockerfile.render import render
from bareboat.forms import single_full
from blueprints import FLASK, options


def test_what_makes_the_form() -> None:
    assert single_full.fits(FLASK, options().base) is None
    text = render(single_full.write(FLASK, options()))
    assert "FROM python:${PYTHON_VERSION}-trixie AS final" in text
    assert "pip install -r requirements.txt" in text
    assert text == render(single_full.write(FLASK, options()))
