"""Where this machine keeps the credentials that a generated Dockerfile mounts as secrets."""

from collections.abc import Mapping
from pathlib import Path

from bareboat.dockerfile import mounts
from bareboat.dockerfile.syntax import File

__all__ = ["asked", "find"]


def asked(file: File) -> tuple[str, ...]:
    """Return the ids of the secrets that a Dockerfile mounts, each once."""
    found: dict[str, None] = {}
    for instruction in file.instructions():
        for value in instruction.values("mount"):
            held = dict(one.partition("=")[::2] for one in mounts.fields(value))
            if held.get("type") == "secret" and held.get("id"):
                found[held["id"]] = None
    return tuple(found)


def find(name: str, environ: Mapping[str, str], *, system: Path = Path("/etc")) -> Path | None:
    """Return the file of a secret as its own program would find it; None where there is none."""
    home = Path(environ.get("HOME") or "/nonexistent")
    settings = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    known = {
        "pip-conf": (
            "PIP_CONFIG_FILE",
            (settings / "pip" / "pip.conf", home / ".pip" / "pip.conf", system / "pip.conf"),
        ),
        "uv-toml": ("UV_CONFIG_FILE", (settings / "uv" / "uv.toml", system / "uv" / "uv.toml")),
        "poetry-auth": ("", (_poetry(environ, settings) / "auth.toml",)),
        "netrc": ("NETRC", (home / ".netrc",)),
    }
    variable, places = known.get(name, ("", ()))
    if environ.get(variable):
        places = (Path(environ[variable]),)
    return next((place for place in places if place.is_file()), None)


def _poetry(environ: Mapping[str, str], settings: Path) -> Path:
    return Path(environ.get("POETRY_CONFIG_DIR") or settings / "pypoetry")
