"""The form uv-pip."""

from bareboat.dockerfile.render import render
from bareboat.forms import uv_pip
from blueprints import FLASK, options


def test_what_makes_the_form() -> None:
    assert uv_pip.fits(FLASK, options().base) is None
    text = render(uv_pip.write(FLASK, options()))
    assert "uv venv --quiet /opt/venv" in text
    assert "uv pip install --python /opt/venv --require-hashes" in text
    assert text == render(uv_pip.write(FLASK, options()))
