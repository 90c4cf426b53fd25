"""Every form has what the protocol names."""

import inspect

import pytest

from bareboat.forms import registry
from bareboat.forms.form import Form


@pytest.mark.parametrize("name", registry.NAMES)
def test_a_form_is_whole(name: str) -> None:
    form = registry.find(name)
    for attribute in Form.__annotations__:
        assert hasattr(form, attribute)
    assert name == form.NAME
    assert form.TOOL in {"pip", "poetry", "uv", "any"}
    assert list(inspect.signature(form.fits).parameters) == ["blueprint", "base"]
    assert list(inspect.signature(form.write).parameters) == ["blueprint", "options"]
