"""Libraries that code opens by name, in the ways in which published packages do it."""

import pytest

from bareboat.facts.opened import Opened, read
from bareboat.tree.content import Bytes

MANY = """
import ctypes.util, os, sys
from ctypes import cdll
from contextlib import suppress


def opened(ffi, *names, allow_fail=False):
    for name in names:
        with suppress(OSError):
            return ffi.dlopen(name)
    if allow_fail:
        return
    return ffi.dlopen(names[0])


pango = opened(ffi, "libpango-1.0-0", "pango-1.0", "libpango-1.0.so.0", "libpango-1.0.dylib")
subset = opened(ffi, "libsubset.so.0", allow_fail=True)
"""
SEARCHED = """
from ctypes.util import find_library

def load(ffi, library_names, filenames):
    for library_name in library_names:
        library_filename = find_library(library_name)
        if library_filename:
            filenames = (library_filename, *filenames)
    for filename in filenames:
        try:
            return ffi.dlopen(filename)
        except OSError as exception:
            held = exception
    raise OSError(held)

cairo = load(ffi, ("cairo-2", "cairo"), ("libcairo.so.2", "libcairo.2.dylib"))
"""
CANDIDATES = """
import ctypes, sys
from ctypes.util import find_library as search

def candidates():
    yield search("magic")
    if sys.platform == "darwin":
        yield "libmagic.so.mac"
    elif sys.platform in ("win32", "cygwin"):
        yield search("magic1")
    elif sys.platform == "linux":
        yield "libmagic.so.1"

def load():
    for lib in candidates():
        if lib is None:
            continue
        try:
            return ctypes.CDLL(lib)
        except OSError:
            pass
    else:
        raise ImportError("failed to find libmagic")
"""


def found(*texts: str) -> list[tuple[tuple[str, ...], bool]]:
    sources = [(f"m{number}.py", f"m{number}", Bytes(text.encode())) for number, text in enumerate(texts)]
    return [(one.names, one.is_optional) for one in read(sources)]


def test_names_come_through_functions_and_one_may_be_absent() -> None:
    assert found(MANY) == [(("libpango-1.0.so.0",), False), (("libsubset.so.0",), True)]


def test_alternatives_are_one_library() -> None:
    assert found(SEARCHED) == [(("-lcairo-2", "-lcairo", "libcairo.so.2"), False)]
    assert found(CANDIDATES) == [(("-lmagic", "libmagic.so.1"), False)]


def test_where_a_library_is_opened_is_told() -> None:
    text = b"import ctypes\n\nctypes.CDLL('libfoo.so.1')\n"
    assert read([("pkg/a.py", "pkg.a", Bytes(text))]) == (Opened("pkg.a", "pkg/a.py:3", ("libfoo.so.1",)),)


def test_names_are_followed_from_one_module_to_another() -> None:
    lower = "import ctypes\ndef load(name):\n    return ctypes.CDLL(f'lib{name}.so.6')\n"
    upper = "from m0 import load\nimport m0\nload('X11')\nm0.load(name='Xi')\n"
    assert found(lower, upper) == [(("libX11.so.6",), False), (("libXi.so.6",), False)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("NAME = 'libfoo.so.' + str(2)\nCDLL(NAME)", ["libfoo.so.2"]),
        ("for lib in ['liba.so.1', 'libb.so.1']:\n    CDLL(lib)", ["liba.so.1", "libb.so.1"]),
        ("LIBS = {'linux': 'liba.so.1'}\nCDLL(LIBS.get(x, 'liba.so.1'))", ["liba.so.1"]),
        ("CDLL({'linux': 'liba.so.1', 'win32': 'libz.so.1'}[sys.platform])", ["liba.so.1"]),
        ("lib = os.environ.get('LIB') or 'liba.so.1'\ncdll.LoadLibrary(lib)", ["liba.so.1"]),
        ("CDLL('lib%s.so.%d' % ('a', 1))", ["liba.so.1"]),
        ("CDLL('lib{0}.so.{n}'.format('b', n=2))", ["libb.so.2"]),
        ("loader = CDLL\nfor n in ('x.dll', 'liba.so.1'):\n    loader(n)", ["liba.so.1"]),
        ("class A:\n    lib = 'liba.so.1'\n    def load(self): CDLL(self.lib)", ["liba.so.1"]),
        ("CDLL('/usr/lib/x86_64-linux-gnu/liba.so.1')\nCDLL('/opt/libb.so.1')", ["liba.so.1"]),
        ("CDLL(None), CDLL(''), CDLL(unknown), CDLL(), CDLL('a.dylib'), CDLL('foo'), CDLLs('liba.so.1')", []),
        ("find_library('a/b'), find_library('x.dll'), find_library(unknown)", []),
        ("a = b\nb = a\nCDLL(a)", []),
        ("def f(x):\n    return f(x)\nCDLL(f('liba.so.1'))", []),
        ("if os.name == 'nt':\n    CDLL('libz.so.1')\nelse:\n    CDLL('liba.so.1')", ["liba.so.1"]),
        ("system = platform.system()\nif system == 'Darwin':\n    CDLL('libz.so.1')", []),
    ],
)  # fmt: skip
def test_simple_code_is_folded(text: str, names: list[str]) -> None:
    head = "import os, platform, sys\nfrom ctypes import CDLL, cdll\nfrom ctypes.util import find_library\n"
    assert [name for group, _ in found(head + text) for name in group] == names


@pytest.mark.parametrize(
    ("text", "is_optional"),
    [
        ("lib = None", True),
        ("raise ImportError", False),
        ("lib = None\nif lib is None:\n    raise ImportError", False),
        ("CDLL('liba.so.0')", False),
        ("sys.exit('no')", False),
    ],
)
def test_what_is_caught_is_optional(text: str, *, is_optional: bool) -> None:
    ((_, answer),) = found(
        f"from ctypes import CDLL\ntry:\n    CDLL('liba.so.1')\nexcept OSError:\n    {text}"
    )
    assert answer is is_optional


def test_a_failure_that_the_caller_raises_is_none_to_go_on_from() -> None:
    load = "from ctypes import CDLL\ndef load():\n    try:\n        return CDLL('liba.so.1')\n"
    load += "    except OSError:\n"
    assert found(f"{load}        return None\nload()") == [(("liba.so.1",), True)]
    assert found(f"{load}        return None\nif load() is None:\n    raise ImportError") == [
        (("liba.so.1",), False)
    ]


@pytest.mark.parametrize("source", [b"CDLL(", b"CDLL('\xff')", b"CDLL\0", b"CDLL" + b"(" * 5000])
def test_sources_that_cannot_be_parsed_say_nothing(source: bytes) -> None:
    assert read([("a.py", "a", Bytes(source))]) == ()
