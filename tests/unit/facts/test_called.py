"""Programs that code runs, in the ways in which people write it."""

import pytest

from bareboat.facts.called import read
from bareboat.tree.content import Bytes

HEAD = """import asyncio, os, shlex, shutil, subprocess, sys
from subprocess import check_output as output
def run(cmd, **options):
    return subprocess.run(cmd, check=True, **options)
"""


def found(text: str) -> list[tuple[str, ...]]:
    return [one.names for one in read([("m.py", "m", Bytes((HEAD + text).encode()))])]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("run(['ffmpeg', '-i', x])", [("ffmpeg",)]),
        ("subprocess.Popen('/usr/bin/gs')", [("gs",)]),
        ("CMD = 'tesseract'\nargs = [CMD, x]\nargs.append('y')\nsubprocess.call(args)", [("tesseract",)]),
        ("output(shlex.split('git log -1'))", [("git",)]),
        ("subprocess.run(['avconv' if old else 'ffmpeg', x])", [("avconv", "ffmpeg")]),
        ("os.execvp('nginx', ['nginx'])", [("nginx",)]),
        ("os.spawnlp(os.P_WAIT, 'cp', 'cp')", [("cp",)]),
        ("async def f():\n    await asyncio.create_subprocess_exec('curl', x)", [("curl",)]),
        ("class A:\n    tool = 'dot'\n    def f(self): run([self.tool, x])", [("dot",)]),
        ("subprocess.run([sys.executable, '-m', 'x']); run(unknown); run(['./own']); run(['x y'])", []),
        ("subprocess.run(['x.exe']); subprocess.run()", []),
        (
            "def which():\n    return None if x else ('less', [])\nc, p = which()\nrun([f'{c}', p])",
            [("less",)],
        ),
        (
            "def which():\n    return None if x else 'less'\nrun([str(which())])\nrun(['%s' % which()])",
            [("less",), ("less",)],
        ),
        (
            "if sys.platform == 'darwin':\n    run(['open', x])\nelse:\n    run(['xdg-open', x])",
            [("xdg-open",)],
        ),
    ],
)
def test_the_first_word_is_the_program(text: str, names: list[tuple[str, ...]]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("os.system('pdftotext a b')", ["pdftotext", "sh"]),
        ("os.system(f'convert {x} o.png | grep -q y && cd / && echo')", ["convert", "grep", "sh"]),
        ("subprocess.run('gs -q %s' % x, shell=True)", ["gs", "sh"]),
        ("os.popen('tar xf ' + x)", ["sh", "tar"]),
        ("os.popen('tar xf {}'.format(x))", ["sh", "tar"]),
        ("subprocess.getoutput(' '.join(['zip', x]))", ["sh", "zip"]),
        ("subprocess.run(['sh', '-c', 'zip -r a b'])", ["sh", "zip"]),
        ("c = f'xz {x}'\nos.system(c)", ["sh", "xz"]),
        ("os.system(f'{x} a'); os.system(x); os.system('it\\'s')", ["sh"]),
    ],
)
def test_of_a_shells_text_each_command_counts(text: str, names: list[str]) -> None:
    assert sorted({name for (name,) in found(text)}) == names


@pytest.mark.parametrize(
    ("text", "is_optional"),
    [
        ("shutil.which('pandoc')", True),
        ("try:\n    run(['pandoc'])\nexcept OSError:\n    x = None\nrun([y])", True),
        ("try:\n    run(['pandoc'])\nexcept OSError:\n    raise", False),
        ("run(['pandoc'])", False),
    ],
)
def test_what_is_only_looked_for_is_optional(text: str, *, is_optional: bool) -> None:
    (one,) = read([("m.py", "m", Bytes((HEAD + text).encode()))])
    assert (one.is_optional, one.where.partition(":")[0]) == (is_optional, "m.py")


def test_a_helper_of_another_module_is_followed() -> None:
    sources = [
        ("p/tools.py", "p.tools", Bytes(HEAD.encode())),
        ("p/work.py", "p.work", Bytes(b"from p import tools\ntools.run(['soffice', x])\n")),
    ]
    assert [(one.module, one.names) for one in read(sources)] == [("p.work", ("soffice",))]


def test_sources_without_such_calls_are_not_parsed() -> None:
    assert read([("m.py", "m", Bytes(b"import os\nx = ("))]) == ()
