"""Variables of a Dockerfile that the application reads."""

from pathlib import Path

from bareboat.build.inherited import variables
from folders import project

CODE = """import os
from pydantic_settings import BaseSettings
class Settings(BaseSettings):
    production: bool
    data_dir: str = "/x"
    secret_key: str
    db_url: str
    app_port: int = 1
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "a.b")
"""
DOCKERFILE = """FROM python AS build
ENV GONE=1 PRODUCTION=no
FROM python
ARG LEVEL=3
ENV PRODUCTION=true PIP_NO_CACHE_DIR=1 SECRET_KEY=abc APP_PORT=9 DJANGO_SETTINGS_MODULE=a.prod
WORKDIR /code
ENV DATA_DIR /code/data
ENV DB_URL=postgres://u:p@db/x
CMD ["python", "app.py"]
"""


def test_what_the_code_reads_is_taken_without_secrets_and_addresses(tmp_path: Path) -> None:
    held = project(tmp_path, {"app.py": CODE, "requirements.txt": "", "Dockerfile": DOCKERFILE})
    found, reasons = variables(held)
    assert found == (("DATA_DIR", "/app/data"), ("PRODUCTION", "true"))
    assert [one.where for one in reasons] == ["Dockerfile", "Dockerfile"]
    assert "app.py:4" in reasons[1].reason


def test_without_a_dockerfile_there_is_none(tmp_path: Path) -> None:
    assert variables(project(tmp_path, {"app.py": CODE})) == ((), ())
