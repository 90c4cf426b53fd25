"""A small root that really runs: this machine's own Python, its libraries and little else.

Made by copying, so that tests of engines and namespaces need neither a registry nor a network.
"""

import hashlib
import io
import json
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

__all__ = ["PYTHON", "SERVER", "archive", "root"]

_LEFT_OUT: tuple[str, ...] = (
    "test",
    "tests",
    "idlelib",
    "tkinter",
    "turtledemo",
    "ensurepip",
    "lib2to3",
    "site-packages",
)
_LEFT_OUT += ("dist-packages", "__pycache__", "config-*", "*.a", "pydoc_data", "unittest", "venv")

PYTHON = str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())

SERVER = """
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"uid={os.getuid()}".encode()
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
        self.wfile.write(body)
print("serving", flush=True)
http.server.HTTPServer(("0.0.0.0", int(sys.argv[1])), Handler).serve_forever()
"""


def root(folder: Path) -> Path:
    """Make the root in `folder` and return it; /server.py answers on /health."""
    standard = Path(sysconfig.get_path("stdlib"))
    program = Path(PYTHON)
    extensions = [str(file) for file in (standard / "lib-dynload").glob("*.so")]
    for library in libraries([PYTHON, *extensions]):
        place(folder, library)
    place(folder, program)
    shutil.copytree(
        standard,
        folder / standard.relative_to("/"),
        ignore=shutil.ignore_patterns(*_LEFT_OUT),
        dirs_exist_ok=True,
    )
    for name in ("tmp", "proc", "dev", "etc"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "tmp").chmod(0o1777)
    (folder / "server.py").write_text(SERVER)
    return folder


def libraries(files: list[str]) -> set[Path]:
    """Return what the loader needs for these files, under the names that they are found by."""
    listed = subprocess.run(["ldd", *files], check=False, capture_output=True, text=True).stdout
    words = {word for line in listed.splitlines() for word in line.split() if word.startswith("/")}
    return {Path(word) for word in words if not word.endswith(":")}


def place(folder: Path, file: Path) -> None:
    target = folder / file.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file.resolve(), target)
    target.chmod(0o755)


def archive(folder: Path, file: Path, *, reference: str, port: int) -> Path:
    """Write a root as an image archive with manifest.json, started as uid 65532 with a health check."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as tar:
        tar.add(folder, arcname=".", filter=anonymous)
    content = layer.getvalue()
    probe = f"import urllib.request as r; r.urlopen('http://127.0.0.1:{port}/health')"
    config = {
        "architecture": {"x86_64": "amd64", "aarch64": "arm64"}[sysconfig.get_platform().split("-")[-1]],
        "os": "linux",
        "config": {
            "User": "65532:65532",
            "Entrypoint": [PYTHON, "-B", "/server.py", str(port)],
            "Env": [f"PYTHONHOME={sys.base_prefix}"],
            "Healthcheck": {"Test": ["CMD", PYTHON, "-c", probe], "Interval": 10**9, "StartInterval": 10**9},
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(content).hexdigest()}"]},
    }
    text = json.dumps(config).encode()
    name = f"{hashlib.sha256(text).hexdigest()}.json"
    manifest = [{"Config": name, "RepoTags": [reference], "Layers": ["layer.tar"]}]
    with tarfile.open(file, "w") as tar:
        for member, data in (
            (name, text),
            ("layer.tar", content),
            ("manifest.json", json.dumps(manifest).encode()),
        ):
            header = tarfile.TarInfo(member)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))
    return file


def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
