"""Packages of the distribution."""

from msgspec.structs import replace

from bareboat.forms import system
from bareboat.plan.blueprint import System
from blueprints import FLASK, PACKAGE, SOURCE, options

SLIM, ALPINE, DISTROLESS = (options(name).base for name in ("slim", "alpine", "distroless"))


def test_wheels_need_nothing() -> None:
    for base in (SLIM, ALPINE, DISTROLESS):
        assert system.builder(FLASK, base) == ()
        assert system.runtime(FLASK, base, stage="x") == ()
        assert system.collect(FLASK, base, folder="/opt/venv") == ()
        assert system.libraries(FLASK, base) == ()


def test_compilers_stay_in_the_builder() -> None:
    assert "gcc libc6-dev libpq-dev" in str(system.builder(SOURCE, SLIM))
    final = str(system.runtime(SOURCE, SLIM, stage="x"))
    assert "libpq5" in final
    assert "gcc" not in final
    assert "-dev" not in final
    assert "git" in str(system.builder(replace(PACKAGE, asks_git=True), SLIM))


def test_libraries_are_read_off_the_files() -> None:
    assert system.is_collected(SOURCE, ALPINE)
    assert system.is_collected(SOURCE, DISTROLESS)
    assert not system.is_collected(SOURCE, SLIM)
    assert "scanelf" in str(system.collect(SOURCE, ALPINE, folder="/opt/venv"))
    assert "ldd" in str(system.collect(SOURCE, DISTROLESS, folder="/opt/venv"))
    assert "xargs -r apk add" in str(system.runtime(SOURCE, ALPINE, stage="x"))
    assert system.runtime(SOURCE, DISTROLESS, stage="x")[0].arguments == ("/native/", "/")
    assert "pax-utils" in str(system.libraries(SOURCE, ALPINE))


def test_what_the_user_named_is_unpacked() -> None:
    named = replace(FLASK, system=System(runtime=("tini",), opened=("tini",)))
    assert "apt-get download tini" in str(system.collect(named, DISTROLESS, folder="/opt/venv"))
    assert "apk add --no-cache tini" in str(system.runtime(named, ALPINE, stage="x"))
