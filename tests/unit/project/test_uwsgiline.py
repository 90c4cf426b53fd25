"""A command line of uWSGI beside its file."""

import pytest

from bareboat.project.configured import Place
from bareboat.project.serverline import ServerLine
from bareboat.project.uwsgiline import PROTOCOL, read

NAME = "uwsgi.ini"
PATHS = frozenset({NAME, "shop/wsgi.py", "web/run.py"})
ANSWER = "0.0.0.0:{port}"


def line(text: str, conf: str = "", port: int | None = None) -> ServerLine:
    return read(text.split(), Place(PATHS, {NAME: f"[uwsgi]\n{conf}\n"} if conf else {}), port)


def told(text: str, conf: str = "", port: int | None = None) -> str:
    return " ".join(line(text, conf, port).words)


@pytest.mark.parametrize("text", ["uwsgi uwsgi.ini", "uwsgi --ini uwsgi.ini", "uwsgi --ini=/srv/x/uwsgi.ini"])
def test_a_file_that_holds_is_read_by_uwsgi_itself(text: str) -> None:
    found = line(text, "module = shop.wsgi\nhttp-socket = :8080\nuid = www-data\npidfile = /tmp/x")
    assert " ".join(found.words) == "uwsgi --ini uwsgi.ini"
    assert (found.module, found.attribute, found.port, found.bound) == (
        "shop.wsgi",
        "application",
        8080,
        f"{NAME}:3",
    )
    assert (found.obeys, found.remarks, found.findings) == (NAME, (), ())


def test_a_file_without_an_address_is_told_one() -> None:
    assert told("uwsgi --ini uwsgi.ini", "module = a:b") == f"uwsgi --ini uwsgi.ini --http-socket {ANSWER}"


def test_a_socket_for_a_web_server_becomes_http() -> None:
    found = line("uwsgi uwsgi.ini", "module = a:b\nsocket = /run/x.sock\nmaster = true")
    assert " ".join(found.words) == f"uwsgi --set module=a:b --set master=true --http-socket {ANSWER}"
    (finding,) = found.findings
    assert (finding.code, finding.where) == (PROTOCOL, f"{NAME}:3")
    assert finding.message.startswith("`socket = /run/x.sock` speaks another protocol than http")
    assert "proxy_pass" in finding.hint
    assert found.remarks == ("its other options are written out",)


@pytest.mark.parametrize(
    ("conf", "words", "remark"),
    [
        ("http = 127.0.0.1:80", f"--http {ANSWER}", "binds 127.0.0.1:80, which nothing outside"),
        ("http-socket = :80", f"--http-socket {ANSWER}", "binds :80, which is for root alone"),
        ("http-socket = :$(PORT)", f"--http-socket {ANSWER}", "which is not plain to see"),
        ("virtualenv = /x\nhttp = :8080", "--http :8080", "`virtualenv` goes (line 3)"),
        ("daemonize = /x\nhttp = :8080", "--http :8080", "`daemonize` goes (line 3)"),
        ("chdir = /srv/code/web", f"--set chdir=/app/web --http-socket {ANSWER}", "it is /app/web here"),
        ("pidfile = /run/x\nhttp = :8080", "--http :8080", "`pidfile` goes (line 3)"),
        ("env = A=b=c\nhttp = :80", f"--set env=A=b=c --http {ANSWER}", "for root alone"),
        ("pp = /nowhere", f"--http-socket {ANSWER}", "`pp` goes (line 3)"),
    ],
)
def test_what_does_not_hold_is_said_otherwise(conf: str, words: str, remark: str) -> None:
    found = line("uwsgi uwsgi.ini", f"module = a:b\n{conf}")
    assert " ".join(found.words) == f"uwsgi --set module=a:b {words}"
    assert remark in "; ".join(found.remarks)


def test_the_port_setting_comes_before_the_file() -> None:
    conf = "module = a:b\nhttp-socket = :8080"
    assert told("uwsgi uwsgi.ini", conf, 8080) == "uwsgi --ini uwsgi.ini"
    assert told("uwsgi uwsgi.ini", conf, 9000) == f"uwsgi --set module=a:b --http-socket {ANSWER}"
    assert "the port setting changes" in line("uwsgi uwsgi.ini", conf, 9000).remarks[-1]


@pytest.mark.parametrize(
    ("text", "words", "port"),
    [
        ("uwsgi --http :{port} -w a:b --master", f"uwsgi -w a:b --master --http {ANSWER}", 0),
        ("uwsgi --http=:8081 -w a:b -p 4", "uwsgi -w a:b -p 4 --http :8081", 8081),
        ("uwsgi -s x.sock -w a:b -H /venv", f"uwsgi -w a:b --http-socket {ANSWER}", 0),
        (
            "uwsgi --chdir /srv/web --file web/run.py",
            f"uwsgi --chdir /app/web --file web/run.py --http-socket {ANSWER}",
            0,
        ),
    ],
)
def test_a_line_without_a_file(text: str, words: str, port: int) -> None:
    found = line(text)
    assert (" ".join(found.words), found.port, found.obeys) == (words, port, "")


@pytest.mark.parametrize(
    ("conf", "module", "attribute", "file"),
    [
        ("module = a.b:c", "a.b", "c", ""),
        ("wsgi = a.b\ncallable = c", "a.b", "c", ""),
        ("mount = /=a.b:c()", "a.b", "c", ""),
        ("wsgi-file = shop/wsgi.py\ncallable = app", "", "app", "shop/wsgi.py"),
        ("chdir = web\nwsgi-file = run.py", "", "application", "web/run.py"),
        ("mount = /x=shop/wsgi.py", "", "application", "shop/wsgi.py"),
        ("module = $(X)", "", "application", ""),
    ],
)
def test_what_it_serves(conf: str, module: str, attribute: str, file: str) -> None:
    found = line("uwsgi uwsgi.ini", conf)
    assert (found.module, found.attribute, found.file) == (module, attribute, file)
