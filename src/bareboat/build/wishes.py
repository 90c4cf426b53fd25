"""What limits the choice of an interpreter: what the project allows and wishes, what the user asks for."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct
from packaging.specifiers import SpecifierSet

from bareboat.errors import InputError
from bareboat.project import pyversion
from bareboat.project.modules import is_aside
from bareboat.project.project import Project
from bareboat.target import PythonVersion

__all__ = ["SETTING", "STABLE", "UNSTABLE", "Origin", "Wish", "Wishes", "may", "refuse_old", "wishes"]

STABLE = ("trixie", "bookworm")
UNSTABLE = ("sid",)
SETTING = "python setting"
_OLD_SIGNS = (
    "missing parentheses in call to 'print'",
    "missing parentheses in call to 'exec'",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal integer literals",
)
_PATCHES = (0, 99, *range(1, 40))


class Origin(StrEnum):
    """Where the interpreter may come from, as the setting says it.

    `DEBIAN` is a suite's own CPython, `STANDALONE` a build of python-build-standalone, `ANY` the
    latter only where no suite has the version that is asked or wished for.
    """

    DEBIAN = "debian"
    STANDALONE = "standalone"
    ANY = "any"


class Wish(Struct, frozen=True):
    """A version somebody wrote down: `text` as 3.12 or 3.12.4, `where` it stands."""

    text: str
    where: str

    @property
    def python(self) -> PythonVersion:
        """Its minor version."""
        return PythonVersion.parse(self.text)

    @property
    def is_full(self) -> bool:
        """Whether it names a patch release."""
        return self.text.count(".") > 1


class Wishes(Struct, frozen=True):
    """What limits the choice: `exact` must be met, one of `wished` should be, `allowed` bounds all.

    `wished` are those that are allowed, the strongest first; `refused` are sentences on the others.
    `is_fixed` says that `suites` is the one that the user named.
    """

    allowed: SpecifierSet
    allowed_where: str
    exact: Wish | None
    wished: tuple[Wish, ...]
    suites: tuple[str, ...]
    is_fixed: bool = False
    source: Origin = Origin.DEBIAN
    refused: tuple[str, ...] = ()


def wishes(
    project: Project, *, python: str | None, suite: str | None, interpreter: str | None = None
) -> Wishes:
    """Return what the project and the settings `python`, `suite` and `interpreter` say.

    Raises InputError for no version, and for a project of Python 2.
    """
    allowed, where = pyversion.bounds(project.requires_python, project.wishes)
    exact = _wish(python, SETTING) if python is not None else None
    said = _said(project)
    refuse_old(project, python=python)
    fitting = tuple(wish for wish in said if may(allowed, wish))
    return Wishes(
        allowed,
        where,
        exact,
        fitting,
        (suite,) if suite is not None else (*STABLE, *UNSTABLE),
        is_fixed=suite is not None,
        source=Origin(interpreter or Origin.DEBIAN),
        refused=tuple(
            f"{wish.where} wishes for {wish.text}, which {where} does not allow"
            for wish in said
            if wish not in fitting
        ),
    )


def refuse_old(project: Project, *, python: str | None) -> None:
    """Raise InputError for a project of Python 2, unless the setting `python` says that it is none."""
    if python is None:
        allowed, where = pyversion.bounds(project.requires_python, project.wishes)
        _refuse_old(allowed, where, _said(project))
        _refuse_old_sources(project, where)


def _said(project: Project) -> list[Wish]:
    return [_wish(fact.value, fact.where) for fact in project.wishes if not pyversion.is_range(fact.value)]


def may(allowed: SpecifierSet, wish: Wish) -> bool:
    """Say whether `allowed` admits a release of the version that `wish` names."""
    if wish.is_full and allowed.contains(wish.text, prereleases=True):
        return True
    return any(allowed.contains(f"{wish.python}.{patch}") for patch in _PATCHES)


def _refuse_old(allowed: SpecifierSet, where: str, said: Sequence[Wish]) -> None:
    """Raise InputError for a project that is for Python 2 alone."""
    hint = "port it to Python 3; if it runs there already, say so: requires-python, or --python 3.13"
    old = [wish for wish in said if wish.python.major < 3]
    if where and not _any(allowed, 3) and _any(allowed, 2):
        raise InputError(
            f"the project is for Python 2 ({allowed}), which ended in 2020", where=where, hint=hint
        )
    if old and len(old) == len(said) and not where:
        raise InputError(f"asks for Python {old[0].text}, which ended in 2020", where=old[0].where, hint=hint)


def _refuse_old_sources(project: Project, allowed_where: str) -> None:
    """Raise InputError where nothing names a version and most of the sources are Python 2."""
    held = [fact for fact in project.application.unread if any(sign in fact.value for sign in _OLD_SIGNS)]
    files = {fact.where.rpartition(":")[0] for fact in held}
    count = sum(entry.path.endswith(".py") and not is_aside(entry.path) for entry in project.files)
    if not allowed_where and held and 2 * len(files) >= count:
        reason = held[0].value.rpartition(": ")[2].partition(". did you mean")[0]
        raise InputError(
            f"is Python 2 ({reason})",
            where=held[0].where,
            hint="port it to Python 3; if the rest runs there, say so: requires-python, or --python 3.13",
        )


def _any(allowed: SpecifierSet, major: int) -> bool:
    return any(may(allowed, Wish(f"{major}.{minor}", "")) for minor in range(40, -1, -1))


def _wish(text: str, where: str) -> Wish:
    try:
        PythonVersion.parse(text)
    except ValueError as error:
        raise InputError(f"{text!r} is no Python version", where=where, hint="write it as 3.13") from error
    return Wish(text.strip(), where)
