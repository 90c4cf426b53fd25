"""The images that a form builds in and ends in, by the word that `--base` takes.

The suite is always in the tag: which run-time libraries there are, and what they are called,
depends on it. Distroless images hold Debian's own Python, so only that version can end there.
"""

from enum import StrEnum

from msgspec import Struct, field

from bareboat.errors import InputError
from bareboat.oci.reference import Reference
from bareboat.target import PythonVersion

__all__ = ["DISTROLESS", "NAMES", "Base", "Family", "find"]

NAMES = ("slim", "alpine", "distroless", "full")
DISTROLESS = {"trixie": ("13", "3.13"), "bookworm": ("12", "3.11")}
"""The number of Debian's release in the image's name, and the Python of that release."""
_OFFICIAL = ("trixie", "bookworm")
_PYTHON = "${PYTHON_VERSION}"


class Family(StrEnum):
    """Which package manager an image has."""

    DEBIAN = "debian"
    ALPINE = "alpine"


class Base(Struct, frozen=True):
    """`builder` and `final` are image names in which `${PYTHON_VERSION}` stands for the version.

    `interpreter` is the final image's Python, which a virtual environment must link to where it
    differs from the builder's; empty where it is the same. `pins` are digests by image name with
    the version written out.
    """

    name: str
    builder: str
    final: str
    family: Family = Family.DEBIAN
    interpreter: str = ""
    has_shell: bool = True
    version: str = ""
    pins: dict[str, str] = field(default_factory=dict)

    def image(self, name: str) -> str:
        """Return an image as FROM names it: by digest, and then without a variable, where pinned."""
        plain = name.replace(_PYTHON, self.version)
        return f"{plain}@{self.pins[plain]}" if plain in self.pins else name


def find(word: str, *, python: PythonVersion, suite: str, pins: dict[str, str] | None = None) -> Base:
    """Return the base called `word`, or the one that is the image of that name.

    Raises InputError for what is no image's name, for a suite without official images, and for a
    Python that distroless does not have.
    """
    held = pins or {}
    if word in NAMES and word != "alpine" and suite not in _OFFICIAL:
        raise InputError(
            f"the official images of Python come in {' and '.join(_OFFICIAL)}, not in {suite!r}",
            where="suite setting",
            hint="choose one of them, or name an image with --base IMAGE",
        )
    slim = f"python:{_PYTHON}-slim-{suite}"
    version = str(python)
    match word:
        case "slim":
            return Base(word, slim, slim, version=version, pins=held)
        case "full":
            image = f"python:{_PYTHON}-{suite}"
            return Base(word, image, image, version=version, pins=held)
        case "alpine":
            image = f"python:{_PYTHON}-alpine"
            return Base(word, image, image, Family.ALPINE, version=version, pins=held)
        case "distroless":
            return _distroless(slim, version, suite, held)
    image = Reference.parse(word).familiar if word else ""
    family = Family.ALPINE if "alpine" in image else Family.DEBIAN
    return Base(image, image, image, family, version=version, pins=held)


def _distroless(builder: str, version: str, suite: str, pins: dict[str, str]) -> Base:
    number, offered = DISTROLESS[suite]
    if version != offered:
        listed = ", ".join(f"{one[1]} ({name})" for name, one in DISTROLESS.items())
        raise InputError(
            f"distroless has Debian's own Python only: {listed}, not {version}",
            where="--base distroless",
            hint=f"--python {offered}, or another base",
        )
    return Base(
        "distroless",
        builder,
        f"gcr.io/distroless/python3-debian{number}:nonroot",
        interpreter=f"/usr/bin/python{offered}",
        has_shell=False,
        version=version,
        pins=pins,
    )
