import ast
from pathlib import Path

from bareboat.project import files, modules, scopes
from bareboat.project.scopes import Scope
from bareboat.project.shapes import Shapes
from folders import ENVIRON, make

TEXT = """\
from fastapi import APIRouter, FastAPI
from part import router as other
routes = []
routes += [1]
routes.append(2)
routes.extend(more)
for one in (routes, other):
    print(one)
class Server:
    def __init__(self, settings, *, debug):
        self.app = FastAPI()
    def wire(self):
        self.app.include_router(other)
    @staticmethod
    def plain(value):
        return value
def make(name):
    app = FastAPI(title=name)
    with app as held:
        def inner(): pass
    return app
"""


def found(folder: Path) -> tuple[dict[str, Scope], Shapes]:
    texts = {"m.py": TEXT, "part.py": "from fastapi import APIRouter\nrouter = APIRouter()\n"}
    held = modules.read(files.read(make(folder, texts), environ=ENVIRON))
    shapes = Shapes(held)
    return {one.name: one for one in scopes.found(held.by_path["m.py"], shapes)}, shapes


def test_names_and_parameters(tmp_path: Path) -> None:
    held, _ = found(tmp_path)
    assert list(held) == [
        "m",
        "m.Server.__init__",
        "m.Server.wire",
        "m.Server.plain",
        "m.make",
        "m.make.inner",
    ]
    assert held["m.Server.__init__"].parameters == ("settings", "debug")
    assert held["m.Server.plain"].parameters == ("value",)
    assert held["m.make"].app == "m.make"
    assert [ast.unparse(one) for one in held["m.make"].returns] == ["app"]


def test_what_names_are_bound_to(tmp_path: Path) -> None:
    held, _ = found(tmp_path)
    assert [ast.unparse(one) for one in held["m"].values["routes"]] == ["[]", "[1]", "[2]", "more"]
    spread = [ast.unparse(one) for one in held["m"].spread(ast.parse("one", mode="eval").body)]
    assert spread == ["routes", "other"]


def test_owners(tmp_path: Path) -> None:
    held, shapes = found(tmp_path)

    def owner(scope: str, text: str) -> str:
        return scopes.owner(shapes, held[scope], ast.parse(text, mode="eval").body)

    assert owner("m", "other") == "part.router"
    assert owner("m.Server.wire", "self.app") == "m.Server.app"
    assert owner("m.Server.wire", "self.other") == ""
    assert owner("m.make", "app") == "m.make.app"
    assert owner("m.make", "name") == "m.make.name"
    assert owner("m.make", "nothing") == ""
    made = {name for name, _, _ in held["m.Server.__init__"].made(shapes)}
    assert made == {"m.Server.app"}
