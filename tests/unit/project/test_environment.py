from pathlib import Path

from bareboat.project import environment, files, modules
from folders import ENVIRON, make

TEXT = """\
import os
from os import environ, getenv as g
import environ as django_environ
from pydantic_settings import BaseSettings
from typing import ClassVar
from decouple import config

env = django_environ.Env()

A = os.environ["REQUIRED"]
B = os.environ.get("OPTIONAL", "x")
C = g("BARE")
D = environ["FROM_IMPORT"]
E = env("DJANGO")
F = env.int("NUMBER", default=5)
G = config("DECOUPLED")
H = os.environ.get(name)
I = os.environ.get("not a name")
J = os.getenv("REQUIRED", "late default")
os.environ["WRITTEN"] = "x"
K = other["NOT"]
L = os.getenv("NONE", None)

class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="app_")
    db_url: str
    debug: bool = False
    token: str = Field(default="")
    _private: int = 1
    constant: ClassVar[int] = 1
    plain = 2

class Other(Base):
    field: str
"""


def test_variables_are_found_with_their_defaults(tmp_path: Path) -> None:
    folder = make(tmp_path, {"a.py": TEXT, "tests/t.py": "import os\nos.environ['TEST']"})
    found = environment.variables(modules.read(files.read(folder, environ=ENVIRON), aside=True))
    assert [(held.name, held.is_required, held.default) for held in found] == [
        ("APP_DB_URL", True, None),
        ("APP_DEBUG", False, "False"),
        ("APP_TOKEN", False, None),
        ("BARE", False, None),
        ("DECOUPLED", True, None),
        ("DJANGO", True, None),
        ("FROM_IMPORT", True, None),
        ("NONE", False, None),
        ("NUMBER", False, "5"),
        ("OPTIONAL", False, "x"),
        ("REQUIRED", True, None),
    ]
    assert found[10].where == "a.py:10"
