"""The form pip-venv."""

from bareboat.dockerfile.render import render
from bareboat.forms import pip_venv
from blueprints import FLASK, options


def test_what_makes_the_form() -> None:
    assert pip_venv.fits(FLASK, options().base) is None
    text = render(pip_venv.write(FLASK, options()))
    assert "--python /opt/venv/bin/python install --no-compile --require-hashes" in text
    assert "COPY --from=builder /opt/venv /opt/venv" in text
    assert text == render(pip_venv.write(FLASK, options()))
