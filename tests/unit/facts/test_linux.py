import ast

import pytest

from bareboat.facts.linux import constants, is_true


@pytest.mark.parametrize(
    ("test", "answer"),
    [
        ("sys.platform == 'linux'", True),
        ("'win32' == sys.platform", False),
        ("sys.platform != 'win32'", True),
        ("sys.platform in ('win32', 'cygwin')", False),
        ("sys.platform not in {'win32'}", True),
        ("sys.platform.startswith('linux')", True),
        ("sys.platform.startswith(('win', 'darwin'))", False),
        ("sys.platform[:3] == 'win'", False),
        ("'win' in sys.platform", False),
        ("'linux' in platform.system().lower()", True),
        ("os.name == 'nt' or platform.system() == 'Windows'", False),
        ("os.name == 'posix' and x", None),
        ("x or os.name == 'posix'", True),
        ("not os.name == 'nt'", True),
        ("TYPE_CHECKING", False),
        ("system == 'Darwin'", False),
        ("IS_WINDOWS", False),
        ("unknown == 'x'", None),
        ("sys.platform == unknown", None),
        ("sys.platform > 'a'", None),
        ("f(x)", None),
    ],
)
def test_tests_are_answered_for_linux(test: str, *, answer: bool | None) -> None:
    known = constants(
        ast.parse("system = platform.system()\nIS_WINDOWS = os.name == 'nt'\nx = 1\ny = 2; y = 3")
    )
    assert is_true(ast.parse(test, mode="eval").body, known) is answer
