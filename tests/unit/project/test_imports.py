"""What the application imports from elsewhere."""

from pathlib import Path

import folders
from bareboat.project import files, imports

MAIN = """
from __future__ import annotations
import os, sys
import yaml, cv2 as vision
from flask import Flask
from .near import x
from helpers.more import y
import google.cloud.storage
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import pandas
try:
    import orjson
except ImportError:
    import json
try:
    import requests
finally:
    pass
def late():
    import psycopg2
    with open("x"):
        from PIL import Image
"""


def test_what_is_foreign(tmp_path: Path) -> None:
    folders.make(
        tmp_path,
        {
            "app/main.py": MAIN,
            "app/near.py": "x = 1\n",
            "helpers/more.py": "y = 1\n",
            "tests/test_a.py": "import pytest\n",
            "broken.py": "def (\n",
        },
    )
    found = imports.foreign(files.read(tmp_path, environ=folders.ENVIRON))
    assert [one.value for one in found] == [
        "PIL", "cv2", "flask", "google", "psycopg2", "requests", "yaml",
    ]  # fmt: skip
    assert {one.value: one.where for one in found}["flask"] == "app/main.py:5"
