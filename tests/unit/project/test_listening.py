"""Where code listens: ports and hosts as it says them, and as each way has them by default."""
# ruff: noqa: S104

from pathlib import Path

import pytest

from bareboat.project import files, modules, serving
from bareboat.project.listening import Listen
from bareboat.project.shapes import Shapes
from folders import ENVIRON, make

HEAD = """
import asyncio, os, grpc, gradio, tornado, uvicorn, waitress, bottle, websockets
from aiohttp import web
from http.server import HTTPServer
from flask import Flask
from flask_socketio import SocketIO
from telegram.ext import Application
from wsgiref.simple_server import make_server
app = Flask("x")
socketio = SocketIO(app)
PORT = 7000
"""


def listens(folder: Path, call: str) -> list[Listen]:
    found = modules.read(files.read(make(folder, {"m.py": f"{HEAD}{call}\n"}), environ=ENVIRON))
    return list(serving.read(found, Shapes(found)).listens)


@pytest.mark.parametrize(
    ("call", "host", "port", "is_said"),
    [
        ("uvicorn.run(app)", "127.0.0.1", 8000, False),
        ("uvicorn.run(app, host='0.0.0.0', port=PORT)", "0.0.0.0", 7000, True),
        ("app.run()", "127.0.0.1", 5000, False),
        ("app.run('0.0.0.0', 81)", "0.0.0.0", 81, True),
        ("app.run(debug=True, port=os.getenv('PORT', 82))", "127.0.0.1", 82, True),
        ("socketio.run(app, host='0.0.0.0')", "0.0.0.0", 5000, False),
        ("web.run_app(1)", "0.0.0.0", 8080, False),
        ("web.run_app(1, host=None, port=83)", "0.0.0.0", 83, True),
        ("waitress.serve(app, listen='*:84')", "*", 84, True),
        ("bottle.run(app, port=85)", "127.0.0.1", 85, True),
        ("server.add_insecure_port('[::]:50051')", "::", 50051, True),
        ("server.add_insecure_port(f'localhost:{PORT}')", "localhost", 7000, True),
        ("server.add_secure_port(f'[::]:{os.getenv(\"PORT\", 50052)}')", "::", 50052, True),
        ("application.listen(8888)", "0.0.0.0", 8888, True),
        ("application.listen(8888, address='127.0.0.1')", "127.0.0.1", 8888, True),
        ("gradio.Blocks().launch()", "127.0.0.1", 7860, False),
        ("HTTPServer(('', 86), 1)", "0.0.0.0", 86, True),
        ("HTTPServer(address, 1)", "", 0, False),
        ("make_server('localhost', 87, app)", "localhost", 87, True),
        ("asyncio.start_server(1, '127.0.0.1', 88)", "127.0.0.1", 88, True),
        ("websockets.serve(1, 'localhost', 8765)", "localhost", 8765, True),
        ("Application().run_webhook(listen='0.0.0.0', port=8443)", "0.0.0.0", 8443, True),
        ("uvicorn.run(app, host=unknown, port=unknown)", "", 0, False),
        ("uvicorn.run(*args)", "127.0.0.1", 8000, False),
    ],
)
def test_a_call_says_where(tmp_path: Path, call: str, host: str, port: int, is_said: bool) -> None:  # noqa: FBT001
    (found,) = listens(tmp_path, call)
    assert (found.host, found.port, found.is_said) == (host, port, is_said)


def test_a_variable_that_gives_the_host_is_told(tmp_path: Path) -> None:
    (found,) = listens(tmp_path, "uvicorn.run(app, host=os.environ.get('BIND', '127.0.0.1'))")
    assert (found.host, found.variable) == ("127.0.0.1", "BIND")
    (found,) = listens(tmp_path, "gradio.Interface().launch(share=True)")
    assert found.variable == "GRADIO_SERVER_NAME"


def test_other_calls_listen_nowhere(tmp_path: Path) -> None:
    assert listens(tmp_path, "print(1)\nasyncio.run(1)\nx.append(2)\nthing.run()") == []
