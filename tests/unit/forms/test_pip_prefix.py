"""The form pip-prefix."""

from bareboat.dockerfile.render import render
from bareboat.forms import pip_prefix
from blueprints import SOURCE, options


def test_what_makes_the_form() -> None:
    assert pip_prefix.fits(SOURCE, options().base) is None
    text = render(pip_prefix.write(SOURCE, options()))
    assert "--prefix=/install --ignore-installed" in text
    assert "COPY --from=builder /install /usr/local" in text
    assert text == render(pip_prefix.write(SOURCE, options()))
