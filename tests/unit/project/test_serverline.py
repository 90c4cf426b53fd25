"""Command lines of web servers as somebody wrote them."""

import pytest

from bareboat.project.serverline import SERVERS, ServerLine, read

TMP = "--worker-tmp-dir=/dev/shm"


def line(text: str) -> ServerLine:
    return read(text.split())


@pytest.mark.parametrize(
    ("given", "words", "port"),
    [
        ("gunicorn a:b -b 127.0.0.1:80 -w 4", f"gunicorn a:b -w 4 --bind 0.0.0.0:{{port}} {TMP}", 80),
        (
            "gunicorn -b:5000 a:b --worker-tmp-dir=/x",
            "gunicorn a:b --worker-tmp-dir=/x --bind 0.0.0.0:{port}",
            5000,
        ),
        ("gunicorn --bind=unix:/x.sock --reload -D a:b", f"gunicorn a:b --bind 0.0.0.0:{{port}} {TMP}", 0),
        ("gunicorn a:b --pid x.pid", f"gunicorn a:b --bind 0.0.0.0:{{port}} {TMP}", 0),
        ("uvicorn a:b --reload --host localhost --port 81", "uvicorn a:b --host 0.0.0.0 --port {port}", 81),
        ("uvicorn a:b --port {port}", "uvicorn a:b --host 0.0.0.0 --port {port}", 0),
        ("hypercorn a:b --bind 0.0.0.0:82", "hypercorn a:b --bind 0.0.0.0:{port}", 82),
        ("daphne -b 0 -p 83 a:b", "daphne a:b -b 0.0.0.0 -p {port}", 83),
        ("waitress-serve --port=84 a:b", "waitress-serve --listen=0.0.0.0:{port} a:b", 84),
        (
            "granian --interface asgi a:b --port 85",
            "granian --interface asgi a:b --host 0.0.0.0 --port {port}",
            85,
        ),
        ("fastapi run a.py --port 86", "fastapi run a.py --host 0.0.0.0 --port {port}", 86),
    ],
)
def test_where_it_binds_is_said_anew(given: str, words: str, port: int) -> None:
    found = line(given)
    assert (" ".join(found.words), found.port) == (words, port)


@pytest.mark.parametrize(
    ("given", "module", "attribute"),
    [
        ("gunicorn -k uvicorn.workers.UvicornWorker app.main:app", "app.main", "app"),
        ("gunicorn config.wsgi", "config.wsgi", ""),
        ("gunicorn --preload config.wsgi", "config.wsgi", ""),
        ("gunicorn --log-config logging.conf app", "app", ""),
        ("gunicorn shop:create_app()", "shop", "create_app"),
        ("hypercorn asgi:shop:app", "shop", "app"),
        ("uvicorn --factory shop:make", "shop", "make"),
        ("gunicorn -c gunicorn.conf.py", "", ""),
    ],
)
def test_what_it_serves(given: str, module: str, attribute: str) -> None:
    found = line(given)
    assert (found.module, found.attribute) == (module, attribute)


def test_files_and_folders_that_it_names() -> None:
    assert line("streamlit run pages/main.py").file == "pages/main.py"
    assert line("gunicorn --chdir web a:b").roots == ("web",)
    assert line("gunicorn --chdir=web a:b").roots == ("web",)
    assert line("gunicorn a:b --reload").notes == ("`--reload` is left out",)
    assert all(style.anew for style in SERVERS.values())
