"""What a small file assigns, without running it."""

import ast
import textwrap
from typing import Any

import pytest

from bareboat.project.assigned import UNKNOWN, read


def value(text: str, name: str = "x", **environ: str) -> Any:
    held = read(ast.parse(textwrap.dedent(text)), environ, file="/app/conf/file.py")[0].get(name)
    return "nothing" if held is None else held.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 'a' + \"b\"", "ab"),
        ("p = 80\nx = f'0.0.0.0:{p}'", "0.0.0.0:80"),
        ("x = '%s:%d' % ('a', 80)", "a:80"),
        ("x = '{}:{port}'.format('a', port=80)", "a:80"),
        ("x = ':'.join(['a', 'b'])", "a:b"),
        ("import os\nx = os.environ.get('PORT', '80')", "80"),
        ("from os import environ as e, getenv\nx = e.get('A') or getenv('B', 'c')", "c"),
        ("import os\nx = os.environ['A']", UNKNOWN),
        ("import os\nx = int(os.getenv('N') or 3) * 2 + 1", 7),
        ("import os\nx = 'A' in os.environ", False),
        ("import os\nx = 'a' if os.getenv('A') == 'b' else 'c'", "c"),
        ("from decouple import config\nx = config('A', default=80, cast=int)", 80),
        ("import os\nx = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'a')", "/app/conf/a"),
        (
            "import os\nif os.getenv('A'):\n    x = 1\nelif not os.getcwd():\n    x = 2\nelse:\n    x = 3",
            3,
        ),
        ("import y\nif y.z:\n    x = 1\nelse:\n    x = 2", UNKNOWN),
        ("import y\nif y.z:\n    x = 1\nelse:\n    x = 1", 1),
        ("import y\nx = 1\nif y.z:\n    pass", 1),
        ("x = ['a', 'b']\nx += ['c']", ("a", "b", "c")),
        ("x: str = 'a'\n(y, x) = 1, 2", 2),
        ("d = {'a': 1}\nx = d['a'] + d.get('b', 1) - 1", 1),
        ("for x in [1]:\n    pass", UNKNOWN),
        ("x = 1\nwith open('f') as x:\n    pass", UNKNOWN),
        ("x = 1\ndel x", UNKNOWN),
        ("x = 1\ndef x(): ...", UNKNOWN),
        ("x = ['a']\nx[0] = 'b'", UNKNOWN),
        ("try:\n    import y\n    x = 1\nexcept ImportError:\n    x = 2", 1),
        ("import multiprocessing\nx = multiprocessing.cpu_count() * 2 + 1", UNKNOWN),
        ("import os\nx = os", UNKNOWN),
        ("from y import x", UNKNOWN),
        ("import y\nx = 'a' if y.z == 'b' else 'c'", UNKNOWN),
        ("import y\nx = y.z or 'c'", UNKNOWN),
        ("y = 1", "nothing"),
        ("x = 'a' * 10**9", UNKNOWN),
        ("x = -1 if not 0 else 1", -1),
        ("x = 1 / 0", UNKNOWN),
        ("x = f'{1:03}'", UNKNOWN),
        ("x = [1] if 2 > 1 and 'a'.upper() == 'A' else 0", (1,)),
        ("x = undefined", UNKNOWN),
        ("x = (1).bit_length()", UNKNOWN),
        ("x = [n for n in (1, 2)]", UNKNOWN),
    ],
)
def test_a_value_is_worked_out(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_variables_of_the_environment_count() -> None:
    text = "import os\nx = os.environ['PORT'] if 'PORT' in os.environ else '1'"
    assert value(text) == "1"
    assert value(text, PORT="9") == "9"


def test_the_line_is_told() -> None:
    assert read(ast.parse("a = 1\nb = 2"), {}, file="/app/x.py")[0]["b"].line == 2


def test_the_variables_that_are_asked_for_are_told() -> None:
    text = (
        "import os\nif os.getenv('A'):\n    b = os.environ['B']\nc = os.environ.get('C', os.environ['D'])\n"
    )
    assert read(ast.parse(text), {}, file="/app/x.py")[1] == {"A", "C", "D"}
    assert read(ast.parse(text), {"A": "1"}, file="/app/x.py")[1] == {"A", "B", "C", "D"}
