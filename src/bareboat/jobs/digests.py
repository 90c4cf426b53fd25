"""The digest that an image's tag has in its registry now, asked through a program that is there.

crane, Docker's buildx and skopeo give the digest of the index, which serves every architecture.
They have the user's own credentials; nothing is pulled.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping

from bareboat.errors import InputError, NetworkError

__all__ = ["resolver"]

_PROGRAMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("crane", ("digest", "{image}")),
    ("docker", ("buildx", "imagetools", "inspect", "--format", "{{{{.Manifest.Digest}}}}", "{image}")),
    ("skopeo", ("inspect", "--no-tags", "--format", "{{{{.Digest}}}}", "docker://{image}")),
)
_TIMEOUT = 60


def resolver(environ: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function from an image's name to its digest.

    Raises InputError where none of the programs is there; what it returns raises NetworkError
    where none of them gets an answer.
    """
    there = [
        (found, words) for name, words in _PROGRAMS if (found := shutil.which(name, path=_path(environ)))
    ]
    if not there:
        raise InputError(
            "digests are asked for with crane, docker buildx or skopeo, and none of them is there",
            where="--pin",
            hint="install one of them, or leave --pin out",
        )

    def digest(image: str) -> str:
        said = ""
        for program, words in there:
            arguments = [word.format(image=image) for word in words]
            try:
                done = subprocess.run(
                    [program, *arguments],
                    check=False, capture_output=True, text=True, timeout=_TIMEOUT, env=dict(environ),
                )  # fmt: skip
            except (OSError, subprocess.TimeoutExpired) as error:
                said = said or str(error)
                continue
            match = re.search(r"sha256:[0-9a-f]{64}\b", done.stdout)
            if done.returncode == 0 and match is not None:
                return match[0]
            said = said or next(iter(done.stderr.strip().splitlines()[-1:]), "no digest in the answer")
        raise NetworkError(f"no digest to be had: {said}", where=image, hint="leave --pin out, or try again")

    return digest


def _path(environ: Mapping[str, str]) -> str:
    return environ.get("PATH", "")
