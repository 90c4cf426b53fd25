"""compose.yaml: nothing more than the image needs."""

from msgspec.structs import replace

from bareboat.forms.compose import compose
from blueprints import PACKAGE, SOURCE, WORKSPACE


def test_the_service_is_closed_down() -> None:
    text = compose(SOURCE)
    for line in ("read_only: true", "- ALL", "- no-new-privileges:true", "- /tmp", "env_file:"):
        assert f"{line}\n" in text
    assert '- "127.0.0.1:8000:8000"' in text
    assert text.endswith("    volumes:\n      - media:/app/media\nvolumes:\n  media:\n")


def test_what_is_not_there_is_not_named() -> None:
    text = compose(replace(PACKAGE, start=replace(PACKAGE.start, port=None)))
    assert "ports:" not in text
    assert "env_file:" not in text
    assert "volumes:" not in text


def test_a_workspace_is_built_from_its_root() -> None:
    text = compose(WORKSPACE)
    assert 'context: "../.."' in text
    assert 'dockerfile: "services/api/Dockerfile"' in text


def test_each_further_command_is_a_service_of_the_same_image() -> None:
    worker = ("/opt/venv/bin/celery", "-A", "shop", "worker", "$PRICE")
    text = compose(replace(SOURCE, start=replace(SOURCE.start, commands=(("worker", worker),))))
    service = text.partition("  stock-worker:\n")[2]
    assert '    command: ["celery", "-A", "shop", "worker", "$$PRICE"]\n' in service
    assert "    healthcheck:\n      disable: true\n" in service
    assert "build:" not in service
    assert "ports:" not in service
    assert "- media:/app/media" in service
