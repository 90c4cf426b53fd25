"""gunicorn's own file of settings."""

from bareboat.project.gunicornconf import GunicornConf, read

PATH = "gunicorn.conf.py"


def conf(text: str, **environ: str) -> GunicornConf:
    return read(text, PATH, environ)


def test_what_it_serves_and_where_it_binds() -> None:
    text = "import os\nwsgi_app = 'a:b()'\nbind = f\"0.0.0.0:{os.getenv('PORT', '8080')}\"\ndaemon = True\n"
    found = conf(text)
    assert found.app is not None
    assert (found.app.value, found.app.where) == ("a:b()", f"{PATH}:2")
    assert found.bound is not None
    assert found.bound.port == 8080
    assert found.binds is not None
    assert found.binds.where == f"{PATH}:3"
    assert found.daemon is not None
    assert found.names >= {"wsgi_app", "bind", "daemon"}
    again = conf(text, PORT="9")
    assert again.bound is not None
    assert again.bound.port == 9


def test_several_addresses() -> None:
    for text in ("bind = ['unix:x.sock', '127.0.0.1:1', ':2']", "bind = 'unix:x.sock,127.0.0.1:1, :2'"):
        found = conf(text)
        assert found.binds is not None
        assert found.binds.value is not None
        assert [one.port for one in found.binds.value] == [0, 1, 2]
        assert found.bound is not None
        assert found.bound.port == 2
    assert conf("bind = '127.0.0.1:1'").bound is None


def test_what_cannot_be_worked_out_is_there_and_unknown() -> None:
    found = conf("from x import y\nbind = y\nworker_class = y\nwsgi_app = y\nchdir = y")
    assert found.binds is not None
    assert found.binds.value is None
    assert found.worker is not None
    assert found.worker.value is None
    assert (found.app, found.roots, found.chdir) == (None, (), "")
    assert conf("bind = 8000").binds is not None
    assert conf("bind = None\nworker_class = None") == conf("bind = []\nworker_class = None")


def test_folders() -> None:
    found = conf("chdir = 'web'\npythonpath = 'lib,more'\nworker_class = 'gthread'")
    assert [one.value for one in found.roots] == ["web", "lib", "more"]
    assert found.chdir == "web"
    assert found.worker is not None
    assert found.worker.value == "gthread"


def test_what_is_no_python_says_nothing() -> None:
    assert conf("bind = (") == GunicornConf(PATH)
