"""Which wheels run on a Target, best first.

Spec: PyPA platform compatibility tags (PEP 425, 600); build tags of the binary distribution format.
"""

from collections.abc import Sequence
from functools import lru_cache

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename

from bareboat.target import Target

__all__ = ["choose", "tags"]


@lru_cache(maxsize=16)
def tags(target: Target) -> tuple[Tag, ...]:
    """Return every tag that `target` accepts, best first; nothing of the host enters it."""
    python = (target.python.major, target.python.minor)
    abi = f"cp{target.python.tag}"
    platforms = target.platforms()
    # `abis` is named: left out, packaging asks the running interpreter for debug and free-threaded builds.
    return (
        *cpython_tags(python, [abi], platforms),
        *compatible_tags(python, abi, platforms),
    )


@lru_cache(maxsize=16)
def _ranks(target: Target) -> dict[Tag, int]:
    ranks: dict[Tag, int] = {}
    for rank, tag in enumerate(tags(target)):
        ranks.setdefault(tag, rank)
    return ranks


def choose(filenames: Sequence[str], target: Target) -> str | None:
    """Return the wheel of `filenames` that suits `target` best, None where none runs there.

    All names are taken to be of one version; of equal tags the higher build tag wins. Names that
    are no wheel's are passed over.
    """
    ranks = _ranks(target)
    best: tuple[int, tuple[int, str], str] | None = None
    for filename in sorted(filenames):
        try:
            _, _, build, wheel_tags = parse_wheel_filename(filename)
        except ValueError:
            continue
        rank = min((ranks[tag] for tag in wheel_tags if tag in ranks), default=None)
        if rank is None:
            continue
        build_key = (build[0], build[1]) if build else (-1, "")
        if best is None or (-rank, build_key) > (-best[0], best[1]):
            best = (rank, build_key, filename)
    return best[2] if best is not None else None
