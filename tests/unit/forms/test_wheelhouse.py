"""The form wheelhouse."""

from bareboat.dockerfile.render import render
from bareboat.forms import wheelhouse
from blueprints import FLASK, options


def test_what_makes_the_form() -> None:
    assert wheelhouse.fits(FLASK, options().base) is None
    text = render(wheelhouse.write(FLASK, options()))
    assert "python -m pip wheel --wheel-dir /wheels --require-hashes" in text
    assert "--no-index --find-links=/wheels" in text
    assert text == render(wheelhouse.write(FLASK, options()))
