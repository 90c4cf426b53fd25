from bareboat.oci.config import Config, Healthcheck
from images import CONFIG


def test_empty_fields_are_not_written() -> None:
    assert Config().document() == {}
    assert Healthcheck(("NONE",)).document() == {"Test": ["NONE"]}


def test_every_field_has_its_name_and_form() -> None:
    assert CONFIG.document() == {
        "User": "65532:65532",
        "Env": ["PATH=/opt/venv/bin:/usr/bin", "PYTHONUNBUFFERED=1"],
        "Entrypoint": ["/opt/venv/bin/python"],
        "Cmd": ["-m", "app"],
        "WorkingDir": "/app",
        "ExposedPorts": {"8000/tcp": {}},
        "Labels": {"org.opencontainers.image.version": "1"},
        "StopSignal": "SIGTERM",
        "Healthcheck": {
            "Test": ["CMD", "/opt/venv/bin/python", "-c", "0"],
            "Interval": 5_000_000_000,
            "Retries": 3,
        },
        "Volumes": {"/var/lib/app": {}},
    }
