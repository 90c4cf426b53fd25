"""Which indexes are asked, where a lock or a requirements file has its own say in it.

The options of a requirements file hold as in pip: `--index-url` takes the place of the host's
index, `--extra-index-url` and `--find-links` come beside it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

__all__ = ["Choice", "only", "options", "with_extra"]

_INDEXES = ("UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_NO_INDEX")
_OTHERS = (*_INDEXES, "UV_FIND_LINKS")
_INDEX = ("-i", "--index-url", "--pypi-url")


class Choice(Struct, frozen=True):
    """The environment for uv, and lines to be put before the requirements."""

    environ: Mapping[str, str]
    lines: tuple[str, ...] = ()


def only(environ: Mapping[str, str], url: str) -> Choice:
    """Return `environ` with the index at `url` as the only one, whatever else is configured."""
    left = {name: value for name, value in environ.items() if name not in _OTHERS}
    return Choice({**left, "UV_DEFAULT_INDEX": url, "UV_NO_CONFIG": "1"})


def with_extra(environ: Mapping[str, str], urls: Sequence[str]) -> Choice:
    """Return `environ` with indexes beside those that are configured; the best version of all wins."""
    if not urls:
        return Choice(environ)
    held = [*environ.get("UV_INDEX", "").split(), *urls]
    return Choice({**environ, "UV_INDEX": " ".join(held), "UV_INDEX_STRATEGY": "unsafe-best-match"})


def options(environ: Mapping[str, str], lines: Sequence[str], folder: Path) -> Choice:
    """Return what the options `lines` of a requirements file in `folder` make of `environ`."""
    made, kept, extra = dict(environ), [], []
    for line in lines:
        name, _, value = line.replace("=", " ", 1).partition(" ") if line.startswith("--") else _short(line)
        value = value.strip().strip("'\"")
        if name in _INDEX:
            made = {key: one for key, one in made.items() if key not in _INDEXES} | {
                "UV_DEFAULT_INDEX": value
            }
        elif name == "--extra-index-url":
            extra.append(value)
        elif name in {"-f", "--find-links"}:
            place = folder / value
            kept.append(f"--find-links {place.resolve() if '://' not in value and place.exists() else value}")
        elif name == "--trusted-host":
            made["UV_INSECURE_HOST"] = " ".join(filter(None, (made.get("UV_INSECURE_HOST", ""), value)))
        elif name in {"--no-index", "--pre"}:
            kept.append(name)
    return Choice(with_extra(made, extra).environ, tuple(kept))


def _short(line: str) -> tuple[str, str, str]:
    return line[:2], " ", line[2:].lstrip("= ")
