"""The image's files on disk, and a program run among them: in the sandbox and on the host."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import smallbase
from bareboat.build import imageroot
from bareboat.build.imageroot import WORK, ImageRoot
from bareboat.build.prepare import prepared
from bareboat.sandbox import confined
from bareboat.sandbox.limits import Limits


@contextmanager
def laid(tmp_path: Path, *, sandboxed: bool, more: tuple[str, ...] = ()) -> Iterator[ImageRoot]:
    if sandboxed and (reason := confined.reason_against()) is not None:
        pytest.skip(reason)
    folder = smallbase.project(tmp_path / "shop")
    with prepared(smallbase.world().wanted(folder)) as (found, tools):
        ready = tuple(found.ready.values())
        yield imageroot.lay(
            tools,
            ready,
            tmp_path / "scratch",
            target=found.plan.target,
            sandboxed=sandboxed,
            more=more,
        )


SCRIPT = """
import os, sys
print(os.getcwd(), os.environ["PLACE"], sys.argv[1:])
with open("made.txt", "w") as file:
    file.write("by the program")
"""


@pytest.mark.parametrize("sandboxed", [True, False])
def test_a_program_runs_among_the_files(tmp_path: Path, *, sandboxed: bool) -> None:
    with laid(tmp_path, sandboxed=sandboxed) as image:
        (image.work / "say.py").write_text(SCRIPT)
        env = {"PLACE": "/app/x", "PATH": "/usr/bin"}
        done = image.run(f"/{WORK}/say.py", f"/{WORK}/y", env=env, limits=Limits(seconds=60))
        assert done.code == 0, done.output
        assert done.output.split() == [
            *(image.place("/app"), image.place("/app/x"), f"[{image.place(f'/{WORK}/y')!r}]")
        ]
        assert (image.app / "made.txt").read_text() == "by the program"
        assert (image.app / "main.py").is_file()
        assert (image.venv / "bin" / "python").is_symlink()
        assert image.inside(image.place("/app/a")) == "/app/a"
        assert image.inside("/srv/a") == image.place("/srv/a") == "/srv/a"


def test_on_the_host_time_is_bounded(tmp_path: Path) -> None:
    with laid(tmp_path, sandboxed=False) as image:
        (image.work / "wait.py").write_text("import os\nwhile os.getpid():\n    pass\n")
        done = image.run(f"/{WORK}/wait.py", "", env={}, limits=Limits(seconds=1))
        assert (done.code, done.stopped) == (137, "ran for more than 1 s")


def test_a_folder_is_mounted_where_it_is_asked_for(tmp_path: Path) -> None:
    with laid(tmp_path, sandboxed=True, more=("srv/www", "opt/venv/share/www")) as image:
        text = "for place in ('/srv/www/a', '/opt/venv/share/www/b'):\n    open(place, 'w').close()\n"
        (image.work / "make.py").write_text(text)
        done = image.run(f"/{WORK}/make.py", "", env={}, limits=Limits(seconds=60))
        assert done.code == 0, done.output
        assert image.outside("/srv/www/a") == image.mounted[0][1] / "a"
        for path in ("/srv/www/a", "/opt/venv/share/www/b"):
            assert (held := image.outside(path)) is not None
            assert held.is_file()
        assert image.outside("/srv/other") is None
