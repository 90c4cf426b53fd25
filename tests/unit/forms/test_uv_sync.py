"""The form uv-sync."""

from bareboat.dockerfile.render import render
from bareboat.forms import uv_sync
from blueprints import PACKAGE, options


def test_what_makes_the_form() -> None:
    assert uv_sync.fits(PACKAGE, options().base) is None
    text = render(uv_sync.write(PACKAGE, options()))
    assert "uv sync --locked --no-dev --no-install-project" in text
    assert "uv sync --locked --no-dev --no-editable" in text
    assert text == render(uv_sync.write(PACKAGE, options()))
