"""The form uv-sync."""

from bareboat.dockerfile.render import render
from bareboat.forms import uv_sync
from blueprints import MEMBER, PACKAGE, options


def test_what_makes_the_form() -> None:
    assert uv_sync.fits(PACKAGE, options().base) is None
    text = render(uv_sync.write(PACKAGE, options()))
    assert "uv sync --locked --no-dev --no-install-project" in text
    assert "uv sync --locked --no-dev --no-editable" in text
    assert text == render(uv_sync.write(PACKAGE, options()))


def test_the_only_member_of_a_workspace_is_installed_where_the_lock_has_it() -> None:
    text = render(uv_sync.write(MEMBER, options()))
    assert "uv sync --locked --no-dev --package backend --no-install-workspace" in text
    assert "source=backend/pyproject.toml,target=/src/backend/pyproject.toml" in text
    install = text[text.index("FROM build AS install") :]
    assert install.splitlines()[1] == "WORKDIR /src/backend"
    assert "COPY backend/" in install
    assert "uv sync --locked --no-dev --package backend --no-editable" in install
