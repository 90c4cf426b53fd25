"""The mounts of RUN: caches that stay out of the image, files of the context, credentials.

Credentials are mounts and never ARG or ENV: those stay in the image's history. A secret that the
caller of the build does not hand over is an empty place, so the same file builds without it.
Targets are absolute: not every builder takes them relative to WORKDIR.
"""

from collections.abc import Sequence

from bareboat.dockerfile.make import bind_mount, cache_mount, secret_mount
from bareboat.dockerfile.syntax import Flag
from bareboat.forms.options import Options

__all__ = ["APT", "SECRETS", "caches", "files", "secrets"]

APT = (
    cache_mount("/var/cache/apt", sharing="locked"),
    cache_mount("/var/lib/apt", sharing="locked"),
)
_CACHES = {"pip": "/root/.cache/pip", "uv": "/root/.cache/uv", "poetry": "/root/.cache/pypoetry"}
SECRETS = {
    "pip": ("pip-conf", "/etc/pip.conf"),
    "uv": ("uv-toml", "/etc/uv/uv.toml"),
    "poetry": ("poetry-auth", "/root/.config/pypoetry/auth.toml"),
}
"""The configuration file of each installer: the secret's id and where it is mounted."""
_NETRC = ("netrc", "/root/.netrc")


def caches(*tools: str) -> tuple[Flag, ...]:
    """Return the cache of each installer named."""
    return tuple(cache_mount(_CACHES[tool]) for tool in tools)


def files(names: Sequence[str], folder: str) -> tuple[Flag, ...]:
    """Return files of the build context, each below `folder` under its own name."""
    return tuple(bind_mount(f"{folder}/{name}", source=name) for name in dict.fromkeys(names) if name)


def secrets(options: Options, tool: str) -> tuple[Flag, ...]:
    """Return the credentials for an index: the installer's own file and netrc."""
    if not options.has_secrets:
        return ()
    return tuple(secret_mount(name, target=target) for name, target in (SECRETS[tool], _NETRC))
