import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bareboat.errors import InputError, IntegrityError, NetworkError, ResolveError
from bareboat.index.resolve import Selection, platform, resolve, resolve_pinned
from bareboat.lock import LockedRequirement
from bareboat.oci.digest import Digest
from bareboat.target import Arch, Target
from bareboat.testing import wheels
from bareboat.testing.web import Fault, File, Web

TARGET = Target(Arch.AMD64, "3.13.5", (2, 41))
WHEELS = {
    wheel.filename: wheel
    for wheel in (
        wheels.make("bbfoo", "1.0"),
        wheels.make("bbfoo", "2.0"),
        wheels.make("bbbar", requires=["bbfoo<2"]),
        wheels.make("bbbaz", requires=["bbfoo>=2"]),
        wheels.make("bbold", tag="cp39-cp39-manylinux_2_17_x86_64"),
        wheels.make("bbbin", tag="cp313-cp313-manylinux_2_17_x86_64"),
        wheels.make("bbbin", tag="cp313-cp313-manylinux_2_28_x86_64"),
        wheels.make("bbnew", tag="cp313-cp313-manylinux_2_40_x86_64"),
    )
}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    links = tmp_path / "links"
    links.mkdir()
    for wheel in WHEELS.values():
        wheels.write(wheel, links)
    (links / "bbsource-1.0.tar.gz").write_bytes(b"never opened")
    return {
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "UV_CACHE_DIR": str(tmp_path / "cache"),
        "UV_HTTP_RETRIES": "0",
        "PIP_FIND_LINKS": str(links),
        "PIP_NO_INDEX": "1",
        "PIP_CONFIG_FILE": "/dev/null",
    }


def packages(text: str) -> dict[str, Any]:
    return {package["name"]: package for package in tomllib.loads(text)["packages"]}


def versions(text: str) -> dict[str, str]:
    return {name: package["version"] for name, package in packages(text).items()}


def sha256(filename: str) -> str:
    return Digest.of(WHEELS[filename].data).hex


@pytest.mark.parametrize(
    ("arch", "glibc", "name"),
    [
        (Arch.AMD64, (2, 41), "x86_64-manylinux_2_40"),
        (Arch.AMD64, (2, 36), "x86_64-manylinux_2_36"),
        (Arch.ARM64, (2, 30), "aarch64-manylinux_2_28"),
        (Arch.ARM64, (2, 17), "aarch64-manylinux_2_17"),
        (Arch.ARM64, (3, 0), "aarch64-manylinux_2_40"),
    ],
)
def test_the_platform_is_the_newest_that_runs(arch: Arch, glibc: tuple[int, int], name: str) -> None:
    assert platform(Target(arch, "3.13.5", glibc)) == name


def test_too_old_a_libc_is_refused() -> None:
    with pytest.raises(InputError, match=r"glibc 2\.5"):
        platform(Target(Arch.AMD64, "3.13.5", (2, 5)))


def test_requirements_are_resolved_for_the_target(environ: dict[str, str]) -> None:
    found = packages(resolve(["bbbar", "bbbin", "bbnew"], TARGET, environ=environ))
    assert sorted(found) == ["bbbar", "bbbin", "bbfoo", "bbnew"]
    assert found["bbfoo"]["version"] == "1.0"
    assert found["bbfoo"]["wheels"][0]["hashes"]["sha256"] == sha256("bbfoo-1.0-py3-none-any.whl")


def test_a_wheel_for_a_newer_libc_does_not_fit(environ: dict[str, str]) -> None:
    with pytest.raises(ResolveError, match=r"bbnew.*: has no wheel for the target \(platform tag\)"):
        resolve(["bbnew"], Target(Arch.AMD64, "3.13.5", (2, 36)), environ=environ)


def test_a_wheel_for_another_python_does_not_fit(environ: dict[str, str]) -> None:
    with pytest.raises(ResolveError, match=r"bbold.*: has no wheel for the target"):
        resolve(["bbold"], TARGET, environ=environ)


def test_an_earlier_lock_is_kept_to(environ: dict[str, str]) -> None:
    old = resolve(["bbfoo<2"], TARGET, environ=environ)
    assert versions(resolve(["bbfoo"], TARGET, environ=environ, preferred=old)) == {"bbfoo": "1.0"}
    assert versions(resolve(["bbfoo>1"], TARGET, environ=environ, preferred=old)) == {"bbfoo": "2.0"}
    assert versions(resolve(["bbfoo"], TARGET, environ=environ, preferred=old, upgrade=True)) == {
        "bbfoo": "2.0"
    }


def test_a_project_file_with_extras_and_groups(environ: dict[str, str], tmp_path: Path) -> None:
    project = tmp_path / "project" / "pyproject.toml"
    project.parent.mkdir()
    project.write_text(
        "[project]\nname = 'x'\nversion = '1'\ndependencies = ['bbfoo']\n"
        "[project.optional-dependencies]\nmore = ['bbbar']\n[dependency-groups]\nbin = ['bbbin']\n"
    )
    assert versions(resolve(project, TARGET, environ=environ)) == {"bbfoo": "2.0"}
    asked = Selection(extras=("more",), groups=("bin",))
    assert sorted(packages(resolve(project, TARGET, environ=environ, selection=asked))) == [
        "bbbar", "bbbin", "bbfoo",
    ]  # fmt: skip
    assert sorted(file.name for file in project.parent.iterdir()) == ["pyproject.toml"]
    project.write_text("[project]\nname = 'x'\nversion = '1'\ndependencies = ['bbfoo<1']\n")
    with pytest.raises(ResolveError) as raised:
        resolve(project, TARGET, environ=environ)
    assert raised.value.where == str(project)


def test_paths_in_the_lock_are_absolute(environ: dict[str, str], tmp_path: Path) -> None:
    wheel = tmp_path / "links" / "bbfoo-1.0-py3-none-any.whl"
    found = packages(resolve([str(wheel)], TARGET, environ=environ))
    assert found["bbfoo"]["archive"]["path"] == str(wheel)


@pytest.mark.parametrize(
    ("requirements", "where", "words"),
    [
        (
            ["bbbar", "bbbaz"],
            "requirements",
            "all versions of bbbaz depend on bbfoo>=2 and all versions of bbbar",
        ),
        (["bbfoo<1.5", "bbfoo>1.5"], "requirements", "the project requires bbfoo<1.5 and bbfoo>1.5"),
        (["bbsource"], "bbsource==1.0", "has no wheel for the target, only a source distribution"),
        (["bbsource==1.0"], "bbsource==1.0", "has no wheel for the target, only a source distribution"),
        (["bbmissing"], "bbmissing", "no index has a package of this name"),
    ],
)
def test_what_cannot_be_resolved_is_named(
    environ: dict[str, str], requirements: list[str], where: str, words: str
) -> None:
    with pytest.raises(ResolveError) as raised:
        resolve(requirements, TARGET, environ=environ)
    assert raised.value.where == where
    assert raised.value.message.startswith(words)
    assert raised.value.hint


def test_what_is_no_requirement_is_an_input_error(environ: dict[str, str]) -> None:
    with pytest.raises(InputError, match="foo===bar baz"):
        resolve(["foo===bar baz"], TARGET, environ=environ)


def test_a_hashed_file_is_resolved_to_its_own_wheels(environ: dict[str, str], tmp_path: Path) -> None:
    older = sha256("bbbin-1.0-cp313-cp313-manylinux_2_17_x86_64.whl")
    file = tmp_path / "requirements.txt"
    file.write_text(
        f"bbbar==1.0 --hash=sha256:{sha256('bbbar-1.0-py3-none-any.whl')}\nbbbin==1.0 --hash=sha256:{older}\n"
    )
    found = packages(resolve_pinned(file, TARGET, environ=environ))
    assert sorted(found) == ["bbbar", "bbbin"]
    assert [wheel["hashes"]["sha256"] for wheel in found["bbbin"]["wheels"]] == [older]


def test_a_hash_that_nothing_has_is_an_integrity_error(environ: dict[str, str]) -> None:
    pins = [LockedRequirement("bbfoo", "1.0", ("0" * 64,))]
    with pytest.raises(
        IntegrityError, match=r"bbfoo==1\.0: no wheel on the index has one of the given hashes"
    ):
        resolve_pinned(pins, TARGET, environ=environ)


def test_sources_serve_where_they_may_unopened(environ: dict[str, str]) -> None:
    pins = [
        LockedRequirement("bbfoo", "1.0", (sha256("bbfoo-1.0-py3-none-any.whl"),)),
        LockedRequirement("bbsource", "1.0", (Digest.of(b"never opened").hex,)),
    ]
    found = packages(resolve_pinned(pins, TARGET, environ=environ, sources=True))
    assert found["bbsource"]["sdist"]["hashes"]["sha256"] == Digest.of(b"never opened").hex
    assert len(found["bbfoo"]["wheels"]) == 1
    pins = [LockedRequirement("bbsource", "1.0", ("0" * 64,))]
    with pytest.raises(IntegrityError, match=r"bbsource==1\.0: no file on the index"):
        resolve_pinned(pins, TARGET, environ=environ, sources=True)


@pytest.fixture
def index(environ: dict[str, str]) -> Iterator[Web]:
    environ.pop("PIP_NO_INDEX")
    environ.pop("PIP_FIND_LINKS")
    with Web() as web:
        wheel = WHEELS["bbfoo-1.0-py3-none-any.whl"]
        link = f'<a href="/files/{wheel.filename}#sha256={sha256(wheel.filename)}">{wheel.filename}</a>'
        web.put("/simple/bbfoo/", link.encode())
        web.files["/simple/bbfoo/"].headers["Content-Type"] = "text/html"
        web.put(f"/files/{wheel.filename}", wheel.data)
        environ["PIP_INDEX_URL"] = f"{web.url}/simple"
        yield web


def test_an_index_of_pip_is_asked(environ: dict[str, str], index: Web) -> None:
    found = packages(resolve(["bbfoo"], TARGET, environ=environ))
    assert found["bbfoo"]["wheels"][0]["url"] == f"{index.url}/files/bbfoo-1.0-py3-none-any.whl"


def test_an_index_with_a_password(environ: dict[str, str], index: Web) -> None:
    index.files["/simple/bbfoo/"].login = "me:secret"
    with pytest.raises(NetworkError, match="refuses access") as raised:
        resolve(["bbfoo"], TARGET, environ=environ)
    assert "netrc" in raised.value.hint
    environ["PIP_INDEX_URL"] = f"{index.url}/simple".replace("://", "://me:secret@")
    text = resolve(["bbfoo"], TARGET, environ=environ)
    assert versions(text) == {"bbfoo": "1.0"}
    assert "secret" not in text


def test_a_broken_index_is_named_without_its_password(environ: dict[str, str], index: Web) -> None:
    index.files["/simple/bbfoo/"].faults = [Fault.DOWN] * 20
    environ["PIP_INDEX_URL"] = f"{index.url}/simple".replace("://", "://me:secret@")
    with pytest.raises(NetworkError) as raised:
        resolve(["bbfoo"], TARGET, environ=environ)
    assert f"{index.url}/simple/bbfoo/" in str(raised.value)
    assert "503" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_closed_index_is_named(environ: dict[str, str], index: Web) -> None:
    environ["PIP_INDEX_URL"] = "http://me:secret@127.0.0.1:9/simple"
    with pytest.raises(
        NetworkError, match=r"http://127\.0\.0\.1:9/simple/bbfoo/: the index cannot be read"
    ) as raised:
        resolve(["bbfoo"], TARGET, environ=environ)
    assert "secret" not in str(raised.value)


def test_offline_needs_what_was_seen_before(environ: dict[str, str], index: Web) -> None:
    with pytest.raises(NetworkError) as raised:
        resolve(["bbfoo"], TARGET, environ=environ, offline=True)
    assert raised.value.hint == "run once without --offline"
    resolve(["bbfoo"], TARGET, environ=environ)
    asked = len(index.requests)
    assert versions(resolve(["bbfoo"], TARGET, environ=environ, offline=True)) == {"bbfoo": "1.0"}
    assert len(index.requests) == asked


def test_a_name_bound_to_an_index_is_taken_from_there(environ: dict[str, str], tmp_path: Path) -> None:
    with Web() as web:
        for place, version in (("other", "2.0"), ("own", "1.0")):
            held = wheels.make("bbfoo", version)
            page = f'<!DOCTYPE html><a href="{held.filename}">x</a>'.encode()
            web.files[f"/{place}/bbfoo/"] = File(page, headers={"Content-Type": "text/html"})
            web.put(f"/{place}/bbfoo/{held.filename}", held.data)
        index = f'[{{ name = "own", url = "{web.url}/own", explicit = true }}]'
        table = f'[tool.uv]\nsources = {{ bbfoo = [{{ index = "own" }}] }}\nindex = {index}\n'
        given = {name: value for name, value in environ.items() if not name.startswith("PIP_")}
        given |= {
            "UV_DEFAULT_INDEX": f"{web.url}/other",
            "no_proxy": "127.0.0.1",
            "PIP_CONFIG_FILE": "/dev/null",
        }
        free = resolve(["bbfoo"], TARGET, environ=given)
        bound = resolve(["bbfoo"], TARGET, environ=given, selection=Selection(folder=tmp_path, table=table))
    assert versions(free) == {"bbfoo": "2.0"}
    assert versions(bound) == {"bbfoo": "1.0"}
