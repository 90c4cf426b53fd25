"""The form poetry-direct."""

from bareboat.dockerfile.render import render
from bareboat.forms import poetry_direct
from blueprints import DJANGO, options


def test_what_makes_the_form() -> None:
    assert poetry_direct.fits(DJANGO, options().base) is None
    text = render(poetry_direct.write(DJANGO, options()))
    assert "poetry install --no-root --only main,web" in text
    assert "COPY --from=builder /srv/.venv /srv/.venv" in text
    assert text == render(poetry_direct.write(DJANGO, options()))
