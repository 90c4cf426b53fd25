"""Backends run in the sandbox on a root made of this machine's own Python."""

import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import folders
import hostpython
import smallbase
from bareboat.build.bases import Bases
from bareboat.build.builder import WORK, Builder, _own
from bareboat.build.prepare import tools_for
from bareboat.build.requirements import Resolver
from bareboat.build.root import materialise
from bareboat.build.sources import Laid
from bareboat.build.workshop import Job, Workshop, limits, memory, processors
from bareboat.errors import BuildError
from bareboat.lock import BaseLock
from bareboat.plan.settings import Settings
from bareboat.sandbox import confined
from bareboat.sandbox.limits import Limits
from bareboat.store.folders import folder
from bareboat.target import Target

TARGET = Target(smallbase.ARCH, smallbase.FULL, (2, 41))
TAG = f"cp{smallbase.PYTHON.tag}-cp{smallbase.PYTHON.tag}-linux_{smallbase.ARCH.machine}"
BACKEND = """
import base64, hashlib, os, random, time, zipfile
def build_wheel(folder, settings=None, metadata=None):
    print("building", flush=True)
    {before}
    files = {{
        "report.py": "x = 1\\n",
        "report-1.0.dist-info/METADATA": "Metadata-Version: 2.1\\nName: report\\nVersion: 1.0\\n",
        "report-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: {tag}\\n",
    }}
    lines = []
    name = "report-1.0-{tag}.whl"
    listed = list(files.items())
    random.SystemRandom().shuffle(listed)
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for inside, text in listed:
            hashed = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
            lines.append(f"{{inside}},sha256={{hashed}},{{len(text)}}\\n")
            wheel.writestr(zipfile.ZipInfo(inside, time.localtime()[:6]), text)
        lines.append("report-1.0.dist-info/RECORD,,\\n")
        wheel.writestr("report-1.0.dist-info/RECORD", "".join(sorted(lines)))
    return name
{more}
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A workshop with the root that it builds in."""

    shop: Workshop
    builder: Builder
    work: Path

    def job(self, before: str = "pass", *, more: str = "", tag: str = "py3-none-any") -> Job:
        text = BACKEND.format(before=before, more=more, tag=tag)
        source = folders.make(self.work / "work" / "source", {"backend.py": text})
        path = {"PYTHONHOME": sys.base_prefix}
        return Job("report", Laid(source, ()), (), "backend", (".",), more=path)


@contextmanager
def place(tmp_path: Path, bounds: Limits | None = None) -> Iterator[Place]:
    if (reason := confined.reason_against()) is not None:
        pytest.skip(reason)
    project = smallbase.project(tmp_path / "shop")
    wanted = smallbase.world().wanted(project, store=tmp_path / "store")
    with tools_for(wanted) as tools:
        bases = Bases(wanted, Settings(), tools)
        builder = Builder(tools, bases, BaseLock("trixie", smallbase.ARCH, smallbase.FULL, (), (), 0), TARGET)

        def fill(root: Path) -> None:
            hostpython.root(root)
            root.chmod(0o755)
            materialise(_own(set(), TARGET), root)
            program = root / f"usr/bin/python{smallbase.PYTHON}"
            program.parent.mkdir(parents=True, exist_ok=True)
            if not program.exists():
                program.symlink_to(hostpython.PYTHON)

        folder(tools.store, builder.key, fill)
        resolver = Resolver(tools, TARGET, wanted.environ, project, offline=True)
        yield Place(Workshop(tools, resolver, bounds or Limits(seconds=60), 0), builder, tmp_path)


def test_a_wheel_has_the_same_bytes_however_it_was_packed(tmp_path: Path) -> None:
    with place(tmp_path) as held:
        first = held.shop.build(held.job(), held.builder)
        second = held.shop.build(held.job(), held.builder)
        names = zipfile.ZipFile(first.blob.path).namelist()
    assert first.blob.digest == second.blob.digest
    assert (first.name, first.version, first.filename) == ("report", "1.0", "report-1.0-py3-none-any.whl")
    assert names[-1] == "report-1.0.dist-info/RECORD"


def test_a_wheel_of_the_target_is_taken_and_one_of_another_is_not(tmp_path: Path) -> None:
    with place(tmp_path) as held:
        assert held.shop.build(held.job(tag=TAG), held.builder).filename == f"report-1.0-{TAG}.whl"
        with pytest.raises(BuildError, match="does not run on the target"):
            held.shop.build(held.job(tag="cp27-cp27m-win32"), held.builder)


def test_the_last_words_of_a_failure(tmp_path: Path) -> None:
    with place(tmp_path) as held, pytest.raises(BuildError, match="ValueError: no luck") as caught:
        held.shop.build(held.job("raise ValueError('no luck')"), held.builder)
    assert "building" in caught.value.hint


def test_one_that_hangs_ends_at_its_limit(tmp_path: Path) -> None:
    with (
        place(tmp_path, Limits(seconds=3)) as held,
        pytest.raises(BuildError, match="ended: it ran for more than 3 s"),
    ):
        held.shop.build(held.job("time.sleep(60)"), held.builder)


def test_one_that_eats_memory_ends_at_its_limit(tmp_path: Path) -> None:
    greedy = "held = []\n    while True: held.append(b'x' * (8 << 20))"
    with (
        place(tmp_path, Limits(seconds=60, memory=300 << 20)) as held,
        pytest.raises(BuildError, match=r"of memory, 0\.3 GB are allowed"),
    ):
        held.shop.build(held.job(greedy), held.builder)


def test_a_backend_that_is_not_there(tmp_path: Path) -> None:
    with place(tmp_path) as held:
        job = held.job()
        (job.laid.folder / "backend.py").write_text("import nothing_like_it\n")
        with pytest.raises(BuildError, match=r"cannot be imported: .*nothing_like_it"):
            held.shop.build(job, held.builder)


def test_what_it_asks_for_besides(tmp_path: Path) -> None:
    more = "def get_requires_for_build_wheel(settings=None):\n    return ['more>=1']\n"
    with place(tmp_path) as held:
        assert held.shop.wants(held.job(more=more), held.builder) == ("more>=1",)
        assert held.shop.wants(held.job(), held.builder) == ()


def test_what_it_asks_for_on_other_platforms_is_not_missed(tmp_path: Path) -> None:
    more = "def get_requires_for_build_wheel(settings=None):\n    return [\"more>=1 ; os_name == 'nt'\"]\n"
    with place(tmp_path) as held:
        assert held.shop.build(held.job(more=more), held.builder).name == "report"


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("os.symlink('/etc/passwd', os.path.join(folder, 'x.whl')); return 'x.whl'", "left no x.whl"),
        ("os.mkfifo(os.path.join(folder, 'x.whl')); return 'x.whl'", "no plain file"),
        ("return 'none.whl'", "left no none.whl"),
        (
            "open(os.path.join(folder, 'x-1-py3-none-any.whl'), 'w'); return 'x-1-py3-none-any.whl'",
            "bad wheel",
        ),
        ("open(os.path.join(folder, 'x.whl'), 'w').write('x'); return 'x.whl'", "bad wheel"),
        (f"os.mkdir('/{WORK}/answer.json')", "the build failed"),
    ],
)
def test_what_it_leaves_is_not_trusted(tmp_path: Path, before: str, message: str) -> None:
    with place(tmp_path) as held, pytest.raises(BuildError, match=message):
        held.shop.build(held.job(before), held.builder)


def test_limits_follow_the_machine() -> None:
    assert memory() > 1 << 28
    assert processors() >= 1
    large, small = limits(16 << 30, 64), limits(1 << 30, 1)
    assert (large.memory, small.memory) == (12 << 30, 2 << 30)
    assert (large.processes, small.processes) == (4096, 512)
    assert large.cpu == 64 * large.seconds
    assert small.cpu == small.seconds == large.seconds
