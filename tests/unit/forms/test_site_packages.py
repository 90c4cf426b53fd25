"""The form site-packages."""

from bareboat.dockerfile.render import render
from bareboat.forms import site_packages
from blueprints import FLASK, options


def test_what_makes_the_form() -> None:
    assert site_packages.fits(FLASK, options().base) is None
    text = render(site_packages.write(FLASK, options()))
    assert "# Mind: the path holds the Python version" in text
    assert "COPY --from=builder /usr/local/bin /usr/local/bin" in text
    assert text == render(site_packages.write(FLASK, options()))
