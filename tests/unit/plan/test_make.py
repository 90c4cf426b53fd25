"""Facts and settings become layers, a config and decisions with reasons."""

import pytest
from msgspec.structs import replace

from bareboat.facts.artifact import Role
from bareboat.oci.image import Image
from bareboat.oci.platform import Platform
from bareboat.oci.validate import validate
from bareboat.plan.make import COMMANDS, EXPIRED, USER, Start, make
from bareboat.plan.plan import Plan
from bareboat.plan.settings import Settings
from bareboat.tree.compress import Compression
from plans import ARTIFACTS, BASE, artifact, gathered, plan


def names(made: Plan) -> list[list[str]]:
    return [[one.name for one in layer.artifacts] for layer in made.layers]


def environment(made: Plan) -> dict[str, str]:
    return dict(made.config.env)


def test_layers_lie_in_the_order_of_their_change() -> None:
    assert [layer.role for layer in plan().layers] == [
        Role.BASE,
        Role.INTERPRETER,
        Role.DEPENDENCY,
        Role.DEPENDENCY,
        Role.SOURCE,
    ]
    assert names(plan()) == [["libc6"], ["python3.13-minimal"], ["numpy"], ["click"], ["application"]]


def test_all_roles_have_their_place() -> None:
    more = (
        *ARTIFACTS,
        artifact(Role.NATIVE, "libpq5"),
        artifact(Role.PROJECT, "shop"),
        artifact(Role.STATIC, "static files"),
    )
    roles = list(dict.fromkeys(layer.role for layer in plan(artifacts=more).layers))
    assert roles == list(Role)


def test_the_order_of_the_artifacts_within_a_role_is_kept_and_of_dependencies_does_not_matter() -> None:
    mixed = [one for one in ARTIFACTS if one.role is not Role.DEPENDENCY]
    mixed += [artifact(Role.DEPENDENCY, f"p{number}", 40_000 * number) for number in range(30)]
    shuffled = [one for one in mixed if one.role is Role.DEPENDENCY]
    shuffled.sort(key=lambda one: hash(one.key))
    others = [one for one in mixed if one.role is not Role.DEPENDENCY]
    assert plan(artifacts=tuple(mixed)).layers == plan(artifacts=(*others, *shuffled)).layers


def test_one_dependency_changed_is_one_layer_changed() -> None:
    many = [artifact(Role.DEPENDENCY, f"p{number}", 1000 + number) for number in range(40)]
    changed = [artifact(Role.DEPENDENCY, "p7", 1234) if one.name == "p7" else one for one in many]
    before, after = plan(artifacts=tuple(many)).layers, plan(artifacts=tuple(changed)).layers
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_the_budget_counts_every_layer() -> None:
    many = (*ARTIFACTS, *(artifact(Role.DEPENDENCY, f"big{number}", 3 << 20) for number in range(80)))
    assert len(plan(artifacts=many).layers) <= 40
    assert len(plan(Settings(layers=12), artifacts=many).layers) <= 12


def test_a_huge_dependency_is_named_by_its_parts() -> None:
    huge = artifact(Role.DEPENDENCY, "torch", 900 << 20)
    layers = [layer for layer in plan(artifacts=(huge,)).layers if layer.role is Role.DEPENDENCY]
    assert [layer.name for layer in layers] == ["torch 1/3", "torch 2/3", "torch 3/3"]
    assert sum(layer.size for layer in layers) >= 900 << 20


def test_the_image_runs_as_a_number_with_a_known_environment() -> None:
    config = plan().config
    assert config.user == USER == "65532:65532"
    assert environment(plan()) == {
        "PATH": "/opt/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "VIRTUAL_ENV": "/opt/venv",
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": "/app",
    }
    assert (config.working_dir, config.exposed_ports, config.stop_signal) == (
        "/app",
        ("8000/tcp",),
        "SIGTERM",
    )


def test_settings_win_over_what_was_found() -> None:
    made = plan(
        Settings(
            env={"LANG": "de_DE.UTF-8", "DEBUG": "0"},
            labels={"org.opencontainers.image.title": "till", "team": "blue"},
            compression="zstd",
        )
    )
    assert environment(made)["LANG"] == "de_DE.UTF-8"
    assert environment(made)["DEBUG"] == "0"
    assert made.config.labels == (("org.opencontainers.image.title", "till"), ("team", "blue"))
    assert made.compression is Compression.ZSTD
    assert {one.subject: one.reason for one in made.decisions}["compression"] == "your setting"


def test_a_fixed_command_is_the_entrypoint() -> None:
    start = Start(("/opt/venv/bin/report",), None, "tcp", fixed=True)
    config = plan(start=start).config
    assert (config.entrypoint, config.cmd) == (("/opt/venv/bin/report",), ())
    assert (config.exposed_ports, config.healthcheck) == ((), None)
    assert "PYTHONPATH" not in dict(config.env)


@pytest.mark.parametrize(
    ("health", "expected"),
    [("/health", "GET /health HTTP/1.1"), ("tcp", "create_connection"), ("none", "")],
)
def test_the_health_check_follows_the_start(health: str, expected: str) -> None:
    check = plan(start=Start(("x",), 8000, health)).config.healthcheck
    assert (check is None) == (health == "none")
    assert check is None or expected in check.test[-1]


def test_every_decision_has_a_reason() -> None:
    decisions = plan().decisions
    assert [one.subject for one in decisions] == ["python", "user", "compression", "layers"]
    assert all(one.reason and one.value for one in decisions)


def test_making_is_pure() -> None:
    assert make(gathered(), Settings()) == make(gathered(), Settings())


def test_the_config_is_sound_by_the_oracle() -> None:
    config = plan().config
    assert validate(Image(Platform("linux", "amd64"), config).encode()) == ()


def test_a_base_from_expired_indexes_says_so_in_the_plan_and_in_a_label() -> None:
    made = plan(base=replace(BASE, expired=True))
    assert [one.code for one in made.findings] == ["BB910", EXPIRED]
    assert dict(made.config.labels)["bareboat.base.expired"] == "true"
    assert EXPIRED not in {one.code for one in plan().findings}
    assert "bareboat.base.expired" not in dict(plan().config.labels)


def test_steps_and_further_commands_are_in_the_config() -> None:
    start = Start(
        ("/opt/venv/bin/web",),
        None,
        "none",
        before=(("alembic", "upgrade", "head"),),
        commands=(("worker", ("celery", "-A", "shop")),),
        env=(("A", "start"), ("B", "start")),
    )
    made = make(replace(gathered(), start=start), Settings(env={"A": "setting"}))
    assert made.config.cmd == start.words
    assert made.config.cmd[-6:] == ("1", "alembic", "upgrade", "head", ";", "/opt/venv/bin/web")
    assert dict(made.config.labels)[COMMANDS] == '{"worker":["celery","-A","shop"]}'
    assert {"A": "setting", "B": "start"}.items() <= environment(made).items()
