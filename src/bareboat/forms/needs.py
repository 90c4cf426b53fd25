"""Which packages of a lock must be compiled, and with what: wheel names and the table in `facts`."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from bareboat.facts.needs import Need, table
from bareboat.finding import Finding, Severity
from bareboat.plan.blueprint import Distribution
from bareboat.target import PythonVersion

__all__ = ["MUSL", "UNKNOWN", "Needs", "find", "has_musl"]

MUSL = "BB932"
"""The code of the finding for a package without a wheel for musl."""
UNKNOWN = "BB931"
"""The code of the finding for a package that is compiled with nobody knows what."""
_COMPILERS = ("gcc", "libc6-dev")
_MUSL_COMPILERS = ("gcc", "musl-dev")
_BROAD = ("build-essential",)
_MUSL_BROAD = ("build-base",)
_COMMON = {"gcc", "g++", "libc6-dev", "make", "musl-dev"}  # the broad ones bring these


class Needs(Struct, frozen=True):
    """What is compiled on a base, the packages for that, and what there is to say about it."""

    compiled: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


def find(
    distributions: Iterable[Distribution], *, runs: Callable[[Sequence[str]], bool], is_musl: bool = False
) -> Needs:
    """Return what must be compiled; `runs` says whether one of some wheels runs on the target."""
    compiled, packages, findings = [], set(), []
    for one in distributions:
        need = table().get(one.name)
        is_always = need is not None and need.always
        if not (is_always if one.wheels is None else not runs(one.wheels)):
            continue
        compiled.append(one.name)
        packages |= set(_wanted(need, is_musl=is_musl))
        if is_musl and one.wheels:
            findings.append(
                Finding(
                    MUSL, one.name, "has no wheel for musl and is compiled on Alpine", Severity.WARNING,
                    hint="a slim base takes the wheel",
                )
            )  # fmt: skip
        if need is None:
            findings.append(
                Finding(
                    UNKNOWN, one.name, "no wheel: built from its source, and what that takes is not known",
                    Severity.WARNING,
                    hint='name headers in pyproject.toml: [tool.bareboat.build] packages = ["lib…-dev"]',
                )
            )  # fmt: skip
    for broad in (_BROAD, _MUSL_BROAD):
        packages -= _COMMON if packages.issuperset(broad) else set()
    return Needs(tuple(sorted(compiled)), tuple(sorted(packages)), tuple(findings))


def has_musl(wheels: Sequence[str], python: PythonVersion) -> bool:
    """Say whether one of some wheels runs with musl on either of the usual machines."""
    for name in wheels:
        try:
            tags = parse_wheel_filename(name)[3]
        except InvalidWheelFilename:
            continue
        for tag in tags:
            fits = tag.platform == "any" or tag.platform.startswith("musllinux")
            if fits and _speaks(tag.interpreter, tag.abi, python):
                return True
    return False


def _speaks(interpreter: str, abi: str, python: PythonVersion) -> bool:
    if interpreter.startswith("py"):
        return interpreter in {"py3", f"py{python.tag}"} or interpreter.startswith("py3")
    number = interpreter.removeprefix("cp3")
    if not (interpreter.startswith("cp3") and number.isdecimal()):
        return False
    return int(number) == python.minor or (abi == "abi3" and int(number) <= python.minor)


def _wanted(need: Need | None, *, is_musl: bool) -> tuple[str, ...]:
    if need is None:
        return _MUSL_BROAD if is_musl else _BROAD
    return (*_MUSL_COMPILERS, *need.alpine) if is_musl else (*_COMPILERS, *need.debian)
