"""Headers and the libraries behind them, on a small signed archive."""

from pathlib import Path

import pytest
from msgspec.structs import replace

import smallbase
from bareboat.build import known
from bareboat.build.gather import Complete
from bareboat.build.ready import Ready
from bareboat.debian.keys import Keyring
from bareboat.errors import NetworkError
from bareboat.facts.artifact import Artifact, Role
from bareboat.forms.needs import UNKNOWN
from bareboat.jobs.context import Context
from bareboat.jobs.runtime import learned, system
from bareboat.lock import BaseLock
from bareboat.plan.blueprint import Distribution, System
from bareboat.plan.settings import Build, Settings
from bareboat.project import read
from bareboat.store.cas import Store
from bareboat.target import Target
from bareboat.testing.debian import Package, Signer, save
from bareboat.tree.tree import Tree

TARGET = Target(smallbase.ARCH, "3.13.99", (2, 41))
PSYCOPG2 = (Distribution("psycopg2", "2.9", ()),)


def package(name: str, source: str, depends: str = "") -> Package:
    more = {"Source": source, **({"Depends": depends} if depends else {})}
    return Package(name, "1-1", smallbase.ARCH.value, more=more)


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> Context:
    root, signer = tmp_path_factory.mktemp("archive"), Signer()
    held = [
        package("libpq-dev", "postgresql-17", "libpq5, libssl-dev"),
        package("libpq5", "postgresql-17", "libssl3t64"),
        package("libssl-dev", "openssl", "libssl3t64"),
        package("libssl3t64", "openssl"),
        package("default-libmysqlclient-dev", "mysql-defaults", "libmariadb-dev-compat"),
        package("libmariadb-dev-compat", "mariadb", "libmariadb-dev"),
        package("libmariadb-dev", "mariadb", "libmariadb3, libssl-dev"),
        package("libmariadb3", "mariadb", "libssl3t64"),
        package("headers-only-dev", "headers-only"),
    ]
    for name, files in smallbase.published(held, signer).items():
        save(root / name, files)
    keys = Keyring((signer.certificate,), frozenset({signer.fingerprint}))
    environ = {
        **smallbase.ENVIRON,
        "BAREBOAT_DEBIAN_MIRROR": (root / "main").as_uri(),
        "BAREBOAT_DEBIAN_SECURITY_MIRROR": (root / "security").as_uri(),
    }
    return Context(
        environ, smallbase.NOW, root / "store", smallbase.ARCH, apt_folder=root / "no-apt", keys=keys
    )


def found(
    context: Context, held: tuple[Distribution, ...], *, is_alpine: bool = False, **said: object
) -> System:
    settings = Settings(**said)  # type: ignore[arg-type]  # the settings by name
    return system(Path(), {}, settings, context, held, TARGET, is_alpine=is_alpine)[0]


def test_wheels_need_nothing(context: Context) -> None:
    wheel = Distribution("flask", "3", ("flask-3-py3-none-any.whl",))
    assert found(context, (wheel,)) == System()


def test_the_library_is_of_the_same_source(context: Context) -> None:
    held = found(context, PSYCOPG2)
    assert held.builder == ("gcc", "libc6-dev", "libpq-dev")
    assert held.runtime == ("libpq5",)
    assert held.compiled == ("psycopg2",)


def test_a_header_that_stands_for_another_leads_there(context: Context) -> None:
    held = found(context, (), build=Build(packages=("default-libmysqlclient-dev",)))
    assert held.runtime == ("libmariadb3",)
    assert found(context, (), build=Build(packages=("headers-only-dev",))).runtime == ()


def test_settings_add(context: Context) -> None:
    held = found(context, PSYCOPG2, packages=("tini",), build=Build(packages=("make",)))
    assert held.runtime == ("libpq5", "tini")
    assert held.opened == ("tini",)
    assert "make" in held.builder


def test_alpine_asks_no_archive(context: Context) -> None:
    lost = replace(context, environ={**context.environ, "BAREBOAT_DEBIAN_MIRROR": "file:///nonexistent"})
    held = found(lost, PSYCOPG2, is_alpine=True, build=Build(packages=("make",)))
    assert held.alpine == ("gcc", "libpq-dev", "make", "musl-dev")


def test_without_the_archive_a_setting_is_needed(context: Context, tmp_path: Path) -> None:
    environ = {**context.environ, "BAREBOAT_DEBIAN_MIRROR": "file:///nonexistent"}
    lost = replace(context, environ=environ, store=tmp_path / "store")
    with pytest.raises(NetworkError) as caught:
        found(lost, PSYCOPG2)
    assert "[tool.bareboat] packages" in caught.value.hint
    assert found(lost, PSYCOPG2, packages=("libpq5",)).runtime == ("libpq5",)


def test_an_unknown_need_is_said_unless_settled(context: Context) -> None:
    strange = (Distribution("strange", "1", ()),)
    _, said = system(Path(), {}, Settings(), context, strange, TARGET, is_alpine=False)
    assert [one.code for one in said] == [UNKNOWN]
    settled = Settings(build=Build(packages=("make",)))
    assert system(Path(), {}, settled, context, strange, TARGET, is_alpine=False)[1] == ()


def test_what_a_plan_has_found_is_recalled(context: Context, tmp_path: Path) -> None:
    project = read.read(smallbase.project(tmp_path / "shop"), environ=smallbase.ENVIRON)
    base = BaseLock("trixie", smallbase.ARCH, "3.13.5", (), (), 0)
    native = Ready(Artifact(Role.NATIVE, "libdep1", "1", "key", 1, 1), Tree)
    held = System(runtime=("tini",), opened=("tini",))
    mine = replace(context, store=tmp_path / "store")
    assert learned(held, project, mine, "trixie", is_alpine=False) == (held, (), ())
    with Store(mine.store) as store:
        known.remember(store, project, Complete((native,), base, (), because={"libmagic1": "has libmagic"}))
    made, decisions, findings = learned(held, project, mine, "trixie", is_alpine=False)
    assert (made.runtime, made.opened) == (("libmagic1", "tini"), ("libdep1", "tini"))
    assert [(one.value, one.reason) for one in decisions] == [("libmagic1", "has libmagic")]
    assert findings == ()
    made, _, (finding,) = learned(held, project, mine, "trixie", is_alpine=True)
    assert made == held
    assert "libmagic1 has libmagic" in finding.message
