import pytest

from bareboat.dockerfile import make
from bareboat.dockerfile.expand import expand
from bareboat.dockerfile.parse import parse
from bareboat.dockerfile.render import render
from bareboat.dockerfile.syntax import Blank, Comment, File, Instruction
from bareboat.errors import InputError

ALL = make.file(
    make.arg("V", "3.13"),
    make.comment("the builder"),
    make.frm("python:${V}", "build", "linux/amd64"),
    make.arg("W"),
    make.shell("/bin/bash", "-c"),
    make.env({"A": "b c", "PATH": "/x:$PATH"}),
    make.label({"org.x": "y z", "a b": ""}),
    make.workdir("/app"),
    make.run(" a ", "b", mounts=[make.cache_mount("/c", id="i", sharing="locked", uid="1")], network="none"),
    make.script("x"),
    make.add("https://x/y", dest="/", chown="1:1", checksum="sha256:0", link=True),
    make.copy("a b", dest="/c", chmod="0755"),
    make.onbuild(make.user("nobody")),
    make.blank(),
    make.blank(),
    make.frm("scratch"),
    make.copy("/x", "/y", dest="/z/", from_="build", chown="1:1", link=True),
    make.volume("/a", "/b"),
    make.expose(80, "53/udp"),
    make.user(65532),
    make.stopsignal("SIGINT"),
    make.entrypoint("a"),
    make.cmd("b", "c d"),
    make.healthcheck("d", interval="1s", timeout="2s", start_period="3s", retries=4),
    make.healthcheck(),
    directives=[make.directive("syntax", "docker/dockerfile:1")],
)


def test_everything_reads_the_same() -> None:
    assert parse(render(ALL).encode()).file == ALL


def test_stages_are_set_off_and_comments_go_with_them() -> None:
    assert [
        type(item) for item in make.file(make.frm("a"), make.comment("x"), make.frm("b"), make.blank()).items
    ] == [
        Instruction,
        Blank,
        Comment,
        Instruction,
    ]
    assert make.file(make.blank(), make.frm("a")).items == (make.frm("a"),)
    assert make.file() == File()
    assert make.file(make.comment("a"), make.frm("b")).items == (Comment("a"), make.frm("b"))


def test_the_order_of_health() -> None:
    item = make.healthcheck("a", retries=1, start_period="2s", interval="3s")
    assert [flag.name for flag in item.flags] == ["interval", "start-period", "retries"]


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("a", "a"),
        ("", '""'),
        ("$A/b", "$A/b"),
        ("a b", '"a b"'),
        ('a"b\\', '"a\\"b\\\\"'),
        ("a\\$b", '"a\\$b"'),
        ("it's", '"it\'s"'),
    ],
)
def test_quoted(value: str, quoted: str) -> None:
    assert make.quoted(value) == quoted


def test_a_literal_is_no_variable() -> None:
    assert expand(make.quoted(make.literal("$A ${B}")), {"A": "x", "B": "y"}).text == "$A ${B}"


def test_mounts() -> None:
    assert make.bind_mount("/t", source="a,b", from_="x", is_writable=True).value == (
        'type=bind,from=x,"source=a,b",target=/t,rw=true'
    )
    assert make.bind_mount('/"').value == 'type=bind,"target=/"""'
    assert make.secret_mount("i", target="/t", env="E").value == "type=secret,id=i,target=/t,env=E"


@pytest.mark.parametrize("wrong", [lambda: make.quoted("a\nb"), make.run, lambda: make.env({})])
def test_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(InputError):
        wrong()
