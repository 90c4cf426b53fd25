from pathlib import Path

import pytest

from bareboat.project import files, modules, serving
from bareboat.project.serving import Served
from bareboat.project.shapes import Shapes
from folders import ENVIRON, make

HEAD = "import os\nimport uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\nPORT = 7000\n"


def served(folder: Path, texts: dict[str, str], *, aside: bool = False) -> Served:
    found = modules.read(files.read(make(folder, texts), environ=ENVIRON), aside=aside)
    return serving.read(found, Shapes(found))


@pytest.mark.parametrize(
    ("call", "target", "port"),
    [
        ("uvicorn.run('main:app', port=8001)", "main:app", 8001),
        ("uvicorn.run('main:make()', port='8001')", "main:make", 8001),
        ("uvicorn.run(app, port=PORT)", "m:app", 7000),
        ("uvicorn.run(app=app, port=int(os.environ.get('PORT', 8002)))", "m:app", 8002),
        ("uvicorn.run(app=app, port=int(os.getenv('PORT', '8003')))", "m:app", 8003),
        ("uvicorn.run(app, port=int(os.getenv('PORT') or 8004))", "m:app", 8004),
        ("app.run(host='0.0.0.0', port=8005)", None, 8005),
        ("hypercorn.run('x', bind='0.0.0.0:8006')", None, None),
        ("uvicorn.run(port=99999)", None, None),
        ("uvicorn.run(5, port=unknown())", None, None),
        ("uvicorn.run(unknown, port=os.getenv('PORT'))", None, None),
        ("other.run(app, port=1)", None, None),
        ("asyncio.run(main())", None, None),
    ],
)
def test_calls_that_serve_are_read(tmp_path: Path, call: str, target: str | None, port: int | None) -> None:
    found = served(tmp_path, {"m.py": f"{HEAD}def main():\n    {call}\n"})
    assert [fact.value for fact in found.targets] == ([target] if target else [])
    assert [fact.value for fact in found.ports] == ([port] if port else [])
    assert all(fact.where == "m.py:7" for fact in (*found.targets, *found.ports))


def test_a_port_that_names_itself_ends(tmp_path: Path) -> None:
    assert served(tmp_path, {"m.py": "import uvicorn\nP = Q\nQ = P\nuvicorn.run('a:b', port=P)"}).ports == ()


def test_tests_say_nothing_about_serving(tmp_path: Path) -> None:
    texts = {"tests/m.py": f"{HEAD}uvicorn.run(app, port=1)"}
    assert served(tmp_path, texts, aside=True).ports == ()


def test_applications_inside_others_are_known(tmp_path: Path) -> None:
    text = """
from fastapi import FastAPI
import socketio
app = FastAPI()
api = FastAPI()
web = FastAPI()
lone = FastAPI()
app.mount("/api", api)
app.mount("/web", app=web)
asgi = socketio.ASGIApp(sio, other_asgi_app=app)
print(lone)
"""
    assert served(tmp_path, {"m.py": text}).contained == {"m.api", "m.web", "m.app"}
