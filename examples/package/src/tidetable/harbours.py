"""The harbours that come with the package."""

import tomllib
from functools import cache
from importlib.resources import files

from tidetable.tide import Harbour


@cache
def harbours() -> dict[str, Harbour]:
    table = tomllib.loads(files("tidetable").joinpath("harbours.toml").read_text())
    return {name: Harbour(name, **values) for name, values in table.items()}
