"""Real wheels, downloaded as the host's pip is configured: they install, and their RECORD is true.

Also measures what memory a wheel of 2 GB takes, which needs no network but time.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from bareboat.facts.wheel import decode, encode, read
from bareboat.target import Arch, PythonVersion, Target
from bareboat.tree.entry import Kind
from bareboat.wheel.install import install
from bareboat.wheel.policy import dropped
from bareboat.wheel.read import open_wheel
from bareboat.wheel.record import find_record, parse
from bareboat.wheel.tags import choose

TARGET = Target(Arch.AMD64, "3.13.5", (2, 41))
POPULAR = (
    *("aiohttp", "alembic", "boto3", "botocore", "celery", "certifi", "cffi", "cryptography", "django"),
    *("fastapi", "flask", "greenlet", "grpcio", "gunicorn", "httptools", "jinja2", "lxml", "matplotlib"),
    *("networkx", "numpy", "pandas", "pillow", "protobuf", "psutil", "psycopg2-binary", "pydantic"),
    *("pydantic-core", "pyyaml", "pyzmq", "redis", "requests", "ruff", "scikit-learn", "scipy"),
    *("setuptools", "sqlalchemy", "starlette", "tornado", "twisted", "urllib3", "uvicorn", "uvloop"),
    *("watchfiles", "websockets"),
)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    pip = shutil.which("pip3") or shutil.which("pip")
    if pip is None:
        pytest.skip("no pip on this machine to download wheels with")
    folder = tmp_path_factory.mktemp("wheels")
    platforms = [f"--platform=manylinux_2_{minor}_x86_64" for minor in (17, 24, 27, 28, 34)]
    arguments = [
        "--only-binary=:all:",
        "--no-deps",
        "--python-version=3.13",
        "--platform=manylinux2014_x86_64",
    ]
    abis = ["--implementation=cp", "--abi=cp313", "--abi=abi3", "--abi=none"]
    done = subprocess.run(
        [pip, "download", "-q", "-d", folder, *arguments, *abis, *platforms, *POPULAR],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no package index answers: {done.stderr.strip().splitlines()[-1:]}")
    return sorted(folder.glob("*.whl"))


@pytest.mark.network
@pytest.mark.timeout(900)
def test_popular_wheels_install_and_their_record_is_true(wheels: list[Path]) -> None:
    assert len(wheels) >= len(POPULAR)
    for path in wheels:
        assert choose([path.name], TARGET) == path.name
        wheel = open_wheel(path, filename=path.name)
        tree = install(wheel, python=PythonVersion(3, 13))
        record = find_record(tree)
        assert record is not None
        assert record.content is not None
        rows = parse(b"".join(record.content.chunks()), where=path.name)
        assert len(rows) == sum(entry.kind is Kind.FILE for entry in tree)
        site = record.path.rpartition("/")[0].rpartition("/")[0]
        for entry in tree:
            row = rows.get(entry.path.removeprefix(f"{site}/"))
            if entry.content is None or row is None or not row.hash:
                continue
            algorithm, _, expected = str(row.hash).partition("=")
            hashed = hashlib.new(algorithm)
            for chunk in entry.content.chunks():
                hashed.update(chunk)
            assert urlsafe_b64encode(hashed.digest()).decode().rstrip("=") == expected, entry.path
        facts = read(tree)
        assert facts.modules, path.name
        assert decode(encode(facts)) == facts
        kept = {
            name.partition("/")[0].partition(".")[0]
            for name in {m.name for m in wheel.members} - set(dropped(wheel))
        }
        assert {module.partition(".")[0] for module in facts.modules} <= kept


LARGE = 2 << 30
READER = """
import sys
from pathlib import Path
from bareboat.target import PythonVersion
from bareboat.wheel.install import install
from bareboat.wheel.read import open_wheel
path = Path(sys.argv[1])
tree = install(open_wheel(path, filename=path.name), python=PythonVersion(3, 13))
print(sum(len(chunk) for entry in tree if entry.content for chunk in entry.content.chunks()))
# not ru_maxrss, which a process inherits from the one that started it
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


def noise(length: int) -> Iterator[bytes]:
    """Yield bytes that shrink by half and are the same in every run."""
    block = b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() + bytes(32) for n in range(16384))
    for _ in range(length // len(block)):
        yield block


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A wheel of one file of two gigabytes."""
    path = tmp_path_factory.mktemp("huge") / "huge-1.0-py3-none-any.whl"
    hashed = hashlib.sha256()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("huge/data.bin", "w", force_zip64=True) as member:
            for chunk in noise(LARGE):
                hashed.update(chunk)
                member.write(chunk)
        texts = {
            "METADATA": "Metadata-Version: 2.1\nName: huge\nVersion: 1.0\n",
            "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        digests = {"huge/data.bin": (hashed.digest(), LARGE)}
        for name, text in texts.items():
            archive.writestr(f"huge-1.0.dist-info/{name}", text)
            digests[f"huge-1.0.dist-info/{name}"] = (hashlib.sha256(text.encode()).digest(), len(text))
        lines = [
            f"{name},sha256={urlsafe_b64encode(digest).decode().rstrip('=')},{size}"
            for name, (digest, size) in digests.items()
        ]
        archive.writestr("huge-1.0.dist-info/RECORD", "\n".join([*lines, "huge-1.0.dist-info/RECORD,,"]))
    yield path
    path.unlink()


@pytest.mark.full
@pytest.mark.timeout(600)
def test_wheel_of_two_gigabytes_takes_little_memory(huge: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READER, huge], capture_output=True, text=True, timeout=500, check=True
    )
    total, peak = map(int, done.stdout.split())
    assert total > LARGE
    assert peak * 1024 < 300 << 20, f"peak memory {peak} KiB"


BUILDER = """
import sys
from pathlib import Path
from bareboat.cli.main import main
code = main(sys.argv[1:])
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
sys.exit(code)
"""


@pytest.mark.full
@pytest.mark.network
@pytest.mark.timeout(900)
def test_two_gigabytes_become_an_image_in_little_memory(huge: Path, tmp_path: Path) -> None:
    """From the wheel to the layers of a layout, through the program itself."""
    folder = tmp_path / "project"
    folder.mkdir()
    with huge.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "large"\nversion = "1"\ndependencies = ["huge"]\n'
        '[tool.bareboat]\ncommand = ["python", "-c", "import huge"]\n'
    )
    (folder / "pylock.toml").write_text(
        'lock-version = "1.0"\ncreated-by = "test"\n[[packages]]\nname = "huge"\nversion = "1.0"\n'
        f'[[packages.wheels]]\nname = "{huge.name}"\npath = "{os.path.relpath(huge, folder)}"\n'
        f'hashes = {{ sha256 = "{digest}" }}\n'
    )
    command = [
        "build",
        str(folder),
        "-o",
        str(tmp_path / "out"),
        "--cache-dir",
        str(tmp_path / "cache"),
        "-q",
    ]
    done = subprocess.run(
        [sys.executable, "-c", BUILDER, *command], capture_output=True, text=True, timeout=800, check=False
    )
    assert done.returncode == 0, done.stderr
    peak = int(done.stdout.split()[-1])
    blobs = [path.stat().st_size for path in (tmp_path / "out" / "blobs" / "sha256").iterdir()]
    assert sum(blobs) > LARGE // 3, "the file is in the layers, shrunk by half"
    assert peak * 1024 < 300 << 20, f"peak memory {peak} KiB"
