import pytest
from django.conf import settings
from django.core.management import call_command
from django.test.utils import override_settings


@pytest.fixture(scope="session")
def collected(tmp_path_factory):
    """A folder of collected static files: hashed names exist only there."""
    folder = tmp_path_factory.mktemp("static")
    with override_settings(STATIC_ROOT=folder, STORAGES=settings.STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder
