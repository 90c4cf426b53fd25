"""A server's line beside the file of settings that it reads."""

import pytest

from bareboat.project import serverline
from bareboat.project.configured import Place, folder_of, path_of, settled
from bareboat.project.serverline import ServerLine

NAME = "gunicorn.conf.py"
TMP = "--worker-tmp-dir=/dev/shm"
BIND = "--bind 0.0.0.0:{port}"
OPEN = "bind = '0.0.0.0:9000'\n"


def line(text: str, configs: dict[str, str], *, folder: str = "", port: int | None = None) -> ServerLine:
    place = Place(frozenset({*configs, "web/app.py"}), configs, {}, folder)
    return settled(serverline.read(text.split()), place, port)


@pytest.mark.parametrize(
    ("text", "conf", "words", "port"),
    [
        ("gunicorn a:b", OPEN, f"gunicorn a:b {TMP}", 9000),
        ("gunicorn a:b", "workers = 2\n", f"gunicorn a:b {BIND} {TMP}", 0),
        ("gunicorn a:b -b :70", OPEN, f"gunicorn a:b {BIND} {TMP}", 70),
        ("gunicorn a:b", "bind = '127.0.0.1:9000'\n", f"gunicorn a:b {BIND} {TMP}", 9000),
        ("gunicorn a:b", "bind = 'unix:x.sock'\n", f"gunicorn a:b {BIND} {TMP}", 0),
        ("gunicorn a:b", "bind = '0.0.0.0:80'\n", f"gunicorn a:b {BIND} {TMP}", 80),
        ("gunicorn a:b", "from x import bind\nbind = bind.x\n", f"gunicorn a:b {BIND} {TMP}", 0),
        ("gunicorn a:b", f"{OPEN}worker_tmp_dir = '/tmp'\n", "gunicorn a:b", 9000),
        ("uvicorn a:b", OPEN, "uvicorn a:b --host 0.0.0.0 --port {port}", 0),
    ],
)
def test_an_address_that_others_reach_is_left_to_the_file(
    text: str, conf: str, words: str, port: int
) -> None:
    found = line(text, {NAME: conf})
    assert (" ".join(found.words), found.port) == (words, port)


def test_why_the_line_says_otherwise() -> None:
    (note,) = line("gunicorn a:b", {NAME: "bind = '127.0.0.1:9000'\n"}).remarks
    assert note == (
        f"{NAME}:1 binds 127.0.0.1:9000, which nothing outside of the container reaches: "
        "`--bind` says otherwise"
    )
    assert "for root alone" in line("gunicorn a:b", {NAME: "bind = ':80'\n"}).remarks[0]
    assert "not plain to see" in line("gunicorn a:b", {NAME: "bind = x()\n"}).remarks[0]
    other = line("gunicorn a:b", {NAME: OPEN}, port=8000)
    assert "which the port setting changes" in other.remarks[0]
    assert "--bind" in other.words
    assert line("gunicorn a:b", {NAME: OPEN}, port=9000).remarks == ()


def test_the_application_of_the_file() -> None:
    conf = {NAME: "wsgi_app = 'shop.web:make()'\n"}
    found = line("gunicorn", conf)
    assert (found.module, found.attribute, found.is_called) == ("shop.web", "make", True)
    assert line("gunicorn other:app", conf).module == "other"
    assert line("gunicorn --paste x.ini", conf).module == ""


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("gunicorn a:b -c conf/g.py", "conf/g.py", f"gunicorn a:b -c conf/g.py {TMP}"),
        ("gunicorn a:b -cconf/g.py", "conf/g.py", f"gunicorn a:b -c conf/g.py {TMP}"),
        ("gunicorn a:b --config=/srv/conf/g.py", "conf/g.py", f"gunicorn a:b --config conf/g.py {TMP}"),
        ("gunicorn a:b -c file:./g.py", "g.py", f"gunicorn a:b -c g.py {TMP}"),
        ("gunicorn a:b -c python:conf.g", "conf/g.py", f"gunicorn a:b -c python:conf.g {TMP}"),
    ],
)
def test_a_file_that_the_line_names(text: str, path: str, words: str) -> None:
    found = line(text, {path: OPEN})
    assert (" ".join(found.words), found.port) == (words, 9000)


def test_a_file_that_is_not_there_is_left_out() -> None:
    found = line("gunicorn a:b -c /etc/g.py", {})
    assert " ".join(found.words) == f"gunicorn a:b {BIND} {TMP}"
    assert found.notes == ("`--config /etc/g.py` is left out: that file is not in the project",)


def test_a_file_in_the_folder_where_it_is_started() -> None:
    found = line("gunicorn a:b", {f"web/{NAME}": OPEN}, folder="web")
    assert " ".join(found.words) == f"gunicorn a:b {TMP} --config web/{NAME}"
    assert line("gunicorn a:b", {NAME: OPEN}, folder="web").port == 9000
    assert line("gunicorn a:b -c g.py", {"web/g.py": OPEN}, folder="web").port == 9000


@pytest.mark.parametrize(
    ("chdir", "roots", "more"),
    [
        ("web", ("web",), ""),
        ("/app/web", ("web",), ""),
        ("/home/me/site/web", ("web",), "--chdir /app/web"),
        ("/nowhere", (), "--chdir /app"),
    ],
)
def test_folders_of_the_file(chdir: str, roots: tuple[str, ...], more: str) -> None:
    found = line("gunicorn a:b", {NAME: f"chdir = {chdir!r}\n"})
    assert found.roots == roots
    assert " ".join(found.words).partition(TMP)[2].strip() == more


def test_places() -> None:
    place = Place(frozenset({"a/b.py", "c.py"}), folder="a")
    assert path_of("b.py", place) == "a/b.py"
    assert path_of("./c.py", place) == "c.py"
    assert path_of("/code/a/b.py", place) == "a/b.py"
    assert path_of("d.py", place) == ""
    assert folder_of("/app", place.paths) == ""
    assert folder_of("x", place.paths) is None
