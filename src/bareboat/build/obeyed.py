"""Whether the base that bareboat.lock pins still is what the project and the user ask for."""

from bareboat.build.wishes import Origin, Wishes
from bareboat.errors import InputError
from bareboat.lock import BaseLock
from bareboat.plan.settings import Settings
from bareboat.target import PythonVersion

__all__ = ["check"]

_HINT = "renew it with `bareboat lock --upgrade`"


def check(lock: BaseLock, wishes: Wishes, settings: Settings, *, where: str) -> None:
    """Raise InputError where `lock`, read from `where`, contradicts what is asked for."""
    exact, allowed = wishes.exact, wishes.allowed
    held = Origin.STANDALONE if lock.standalone is not None else Origin.DEBIAN
    missing = set(settings.packages or ()) - {one.name for one in lock.packages}
    said = ""
    if exact is not None and exact.python != PythonVersion.parse(lock.python):
        said = f"pins Python {PythonVersion.parse(lock.python)}, but {exact.text} is asked for"
    elif exact is not None and exact.is_full and held is Origin.STANDALONE and exact.text != lock.python:
        said = f"pins Python {lock.python}, but {exact.text} is asked for"
    elif not allowed.contains(lock.python, prereleases=True):
        said = f"pins Python {lock.python}, but requires-python is {allowed}"
    elif settings.interpreter not in {None, held, Origin.ANY}:
        said = f"pins a Python of {held}, but {settings.interpreter} is asked for"
    elif missing:
        said = f"does not pin {', '.join(sorted(missing))}, which the packages setting asks for"
    if said:
        raise InputError(said, where=where, hint=_HINT)
