import ast
from pathlib import Path

import pytest

from bareboat.project import answering, files, modules
from bareboat.project.shapes import Shapes
from folders import ENVIRON, make


def call(text: str) -> ast.Call:
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Call)
    return node


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f()", True),
        ("f(methods=['GET', 'HEAD'])", True),
        ("f(methods=('POST',))", False),
        ("f(method='get')", True),
        ("f(method='POST')", False),
        ("f(http_method=HttpMethod.GET)", True),
        ("f(http_method=[HttpMethod.PUT])", False),
        ("f(request_method='*')", True),
        ("f(methods=METHODS[0])", True),
        ("f('/x', ['POST'])", False),
        ("f('/x', ['GET', 'POST'])", True),
        ("f('/x', 'PUT')", False),
        ("f('/x', 'name')", True),
        ("f('/x', handler.post)", True),
    ],
)
def test_get_is_let_through(text: str, *, expected: bool) -> None:
    assert answering.takes_get(call(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f(dependencies=[Depends(get_current_user)])", True),
        ("f(guards=[jwt_guard])", True),
        ("f(auth_required=True)", True),
        ("f(dependencies=[Depends(get_db)])", False),
        ("f(tags=['auth'])", False),
    ],
)
def test_a_login_in_front(text: str, *, expected: bool) -> None:
    assert answering.is_guarded(call(text)) is expected


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        ("", True),
        ("self, request", True),
        ("name: str", False),
        ("name: str = 'x'", True),
        ("*, number: int", False),
        ("key: Annotated[str, Header()]", False),
        ("key: Annotated[str, Header()] = ''", True),
        ("key: str = Query(...)", False),
        ("key: str = Query()", False),
        ("key: str = Query(None)", True),
        ("user: CurrentUser", False),
        ("db: SessionDep", True),
        ("token=Depends(check_token)", False),
        ("db=Depends(session)", True),
    ],
)
def test_what_a_signature_demands(signature: str, *, expected: bool) -> None:
    node = ast.parse(f"def f({signature}): pass").body[0]
    assert isinstance(node, ast.FunctionDef)
    assert answering.is_open(node) is expected


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        ("Gets", False),
        ("Gets.as_view('x')", False),
        ("Below()", False),
        ("made", False),
        ("Posts", True),
        ("posted", True),
        ("Guarded", True),
        ("view", False),
        ("closed", True),
        ("login_required(view)", True),
        ("UserHealth()", False),
        ("elsewhere.view", False),
        ("lambda request: 1", False),
    ],
)
def test_what_refuses_a_plain_get(tmp_path: Path, handler: str, *, expected: bool) -> None:
    text = """\
        class Gets:
            def get(self): pass
        class Below(Gets): pass
        class UserHealth(Gets): pass
        class Posts:
            def post(self): pass
        class Guarded(Gets):
            @authenticated
            def get(self): pass
        made, posted = 1, 2
        made = Gets()
        posted = Posts()
        def view(): pass
        @login_required
        def closed(): pass
    """
    held = modules.read(files.read(make(tmp_path, {"m.py": text}), environ=ENVIRON))
    node = ast.parse(handler, mode="eval").body
    assert answering.refuses(Shapes(held), held.by_path["m.py"], node) is expected
