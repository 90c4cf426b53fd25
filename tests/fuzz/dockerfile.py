"""Fuzz everything that reads a Dockerfile; any exception but InputError, and any lost byte, is a find.

    python tests/fuzz/dockerfile.py SECONDS [SEED]

With atheris installed its mutations are led by coverage; without it, the corpus is mutated by a seeded loop.
"""

import importlib
import random
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT.parent / "src")]
sys.path = [place for place in sys.path if Path(place or ".").resolve() != Path(__file__).resolve().parent]


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    try:
        atheris = importlib.import_module("atheris")
    except ImportError:
        return mutations(seconds, seed)
    return led(atheris, seconds, seed)


def mutations(seconds: float, seed: int) -> int:
    """Mutate the corpus, and what came of it, until the time is up."""
    import dockerfilecorpus
    from dockerfilework import whole

    chance = random.Random(seed)  # noqa: S311 the same files for the same seed
    pool = [case.source for case in dockerfilecorpus.corpus()]
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        source = dockerfilecorpus.mutated(chance.choice(pool), chance)
        try:
            whole(source)
        except Exception:
            sys.stdout.write(f"found with {source!r}\n")
            raise
        count += 1
        if len(source) < 4096 and chance.random() < 0.02:
            pool[chance.randrange(len(pool))] = source
    sys.stdout.write(f"{count} files in {seconds:.0f} s, seed {seed}: nothing found\n")
    return 0


def led(atheris: Any, seconds: float, seed: int) -> int:
    """Let atheris look for new paths; its corpus begins with ours."""
    import tempfile

    import dockerfilecorpus

    with atheris.instrument_imports(include=["bareboat.dockerfile"]):
        from dockerfilework import whole

    with tempfile.TemporaryDirectory() as folder:
        for place, case in enumerate(dockerfilecorpus.corpus()):
            (Path(folder) / str(place)).write_bytes(case.source)
        options = [f"-max_total_time={seconds:.0f}", f"-seed={seed}", "-max_len=4096", "-timeout=20", folder]
        atheris.Setup([sys.argv[0], *options], whole)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
