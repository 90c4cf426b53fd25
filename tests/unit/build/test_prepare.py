"""Everything above the Plan, on a whole small project: settings in their order, errors before work."""

from pathlib import Path

import pytest

import folders
import smallbase
from bareboat.build.prepare import _reference, prepared, project_of
from bareboat.errors import InputError, ResolveError
from bareboat.facts.artifact import Role
from bareboat.plan.plan import Plan
from bareboat.plan.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return smallbase.project(tmp_path / "shop")


def plan(folder: Path, **more: object) -> Plan:
    with prepared(smallbase.world().wanted(folder, **more)) as (found, _):
        assert set(found.ready) == set(found.plan.artifacts)
        return found.plan


def test_a_plan_is_made(folder: Path) -> None:
    made = plan(folder)
    assert made.reference == "shop:latest"
    assert [layer.role for layer in made.layers][:2] == [Role.BASE, Role.INTERPRETER]
    assert made.layers[-1].role is Role.SOURCE
    assert [one.subject for one in made.decisions] == [
        *(
            "python",
            "packages",
            "start",
            "server",
            "port",
            "health",
            "command",
            "user",
            "compression",
            "layers",
        )
    ]
    assert dict(made.config.labels)["org.opencontainers.image.version"] == "1.2"


def test_warm_and_cold_plans_are_the_same(folder: Path, tmp_path: Path) -> None:
    cold = plan(folder, store=tmp_path / "store")
    warm = plan(folder, store=tmp_path / "store", offline=True)
    assert cold == warm
    assert [one.where.rpartition("/")[2] for one in cold.findings] == ["broken.py", "template.py"]


def test_the_wheels_folder_is_left_out_as_the_setting_says(folder: Path) -> None:
    with prepared(smallbase.world().wanted(folder)) as (found, _):
        source = next(one for one in found.ready.values() if one.artifact.role is Role.SOURCE)
        paths = [entry.path for entry in source.tree()]
    assert "app/main.py" in paths
    assert not any(path.startswith("app/wheels") for path in paths)


def test_flags_win_over_the_environment_and_that_over_the_table(folder: Path) -> None:
    world = smallbase.world()
    environ = {**world.environ, "BAREBOAT_PORT": "8001", "BAREBOAT_NAME": "till:2"}
    assert plan(folder).config.exposed_ports == ("8000/tcp",)
    made = plan(folder, environ=environ)
    assert (made.config.exposed_ports, made.reference) == (("8001/tcp",), "till:2")
    assert plan(folder, environ=environ, flags={"port": 8002}).config.exposed_ports == ("8002/tcp",)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"name": "Shop"}, "bad repository name"),
        ({"name": "shop:"}, "empty tag"),
        ({"name": f"shop@sha256:{'0' * 64}"}, "cannot be named by a digest"),
        ({"app": "nothing:here"}, "names nothing"),
        ({"python": "three"}, "no Python version"),
        ({"suite": "buzz"}, "no Debian suite"),
        ({"prot": 1}, "did you mean 'port'"),
    ],
)
def test_what_cannot_be_is_refused_before_any_download(
    folder: Path, tmp_path: Path, flags: dict[str, object], said: str
) -> None:
    heard = smallbase.Heard()
    with pytest.raises(InputError, match=said):
        plan(folder, flags=flags, store=tmp_path / "store", progress=heard)
    assert heard.began == []


def test_a_python_that_nobody_has_is_refused(folder: Path) -> None:
    with pytest.raises(ResolveError, match=r"no Debian suite has Python 3\.99"):
        plan(folder, flags={"python": "3.99", "suite": "trixie"})


def test_a_secret_is_refused_unless_it_is_named(folder: Path) -> None:
    (folder / "kubeconfig").write_text("not really")
    with pytest.raises(InputError, match="kubeconfig"):
        plan(folder)
    plan(folder, flags={"include": ["kubeconfig"]})


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        project_of(smallbase.world().wanted(tmp_path / "missing"))


def test_a_table_that_is_none_is_refused(folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n[tool]\nbareboat = 3\n')
    with pytest.raises(InputError, match="is no table"):
        project_of(smallbase.world().wanted(folder))


def test_settings_are_read_off_every_source(folder: Path) -> None:
    _, settings = project_of(smallbase.world().wanted(folder, flags={"env": {"A": "1"}}))
    assert (settings.port, settings.exclude, settings.env) == (8000, ("wheels",), {"A": "1"})


@pytest.mark.parametrize(
    ("name", "named"), [("Python polylith example", "python-polylith-example"), ("-", "app")]
)
def test_a_name_that_no_image_can_have_is_made_one(tmp_path: Path, name: str, named: str) -> None:
    text = f'[tool.poetry]\nname = "{name}"\npackage-mode = false\n'
    project = folders.project(tmp_path, {"pyproject.toml": text, "main.py": ""})
    assert _reference(project, Settings()) == f"{named}:latest"
