"""The form single-slim."""

from bareboat.dockerfile.render import render
from bareboat.forms import single_slim
from blueprints import FLASK, options


def test_what_makes_the_form() -> None:
    assert single_slim.fits(FLASK, options().base) is None
    text = render(single_slim.write(FLASK, options()))
    assert "FROM python:${PYTHON_VERSION}-slim-trixie AS final" in text
    assert "pip install -r requirements.txt" in text
    assert text == render(single_slim.write(FLASK, options()))
