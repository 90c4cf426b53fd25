"""Root file systems that look like well-known base images, made from the Debian archive.

Nothing of a registry is needed. Python is compiled from Debian's source package as the official images
compile it (below /usr/local, shared library, pip from ensurepip), but without profile-guided
optimisation. Debian's own build would be quicker to take and cannot be: its `site` is frozen into the
interpreter with dist-packages for site-packages.
"""

import os
import re
import shutil
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import standin_packages as packages
import uv as uv_package
from standin_archive import SUITE, Archive, run

__all__ = [
    "MINOR",
    "distroless",
    "extra_certificates",
    "full",
    "lacking",
    "python",
    "slim",
    "uv",
]

MINOR = "3.13"

_SLIM = ("doc/*", "info/*", "locale/*", "man/*", "lintian/*")
_KEPT = ("doc/*/copyright", "locale/locale.alias")
_DOCKER_CLEAN = (
    'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb'
    ' /var/cache/apt/*.bin || true"; };\n'
    'APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb'
    ' /var/cache/apt/*.bin || true"; };\n'
    'Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache "";\n'
)
_CONFIGURE = (
    "--prefix=/usr/local --enable-shared --enable-loadable-sqlite-extensions --with-ensurepip"
    " --disable-test-modules --quiet"
)


def lacking() -> str:
    """Return what this machine lacks to make roots, nothing if it has all."""
    wanted = ("mmdebstrap", "apt-get", "dpkg-deb", "chroot", "tar")
    missing = [name for name in wanted if shutil.which(name) is None]
    return ", ".join(missing) if missing else "" if os.geteuid() == 0 else "root"


def slim(archive: Path, debian: Archive, compiled: Path) -> None:
    """Make python:3.13-slim: Debian minimal, Python in /usr/local, no compiler, no documentation."""
    with _debootstrap(debian, packages.RUNTIME, is_slim=True) as root:
        _finish(root, debian, compiled)
        _pack(root, archive)


def full(archive: Path, debian: Archive, compiled: Path) -> None:
    """Make python:3.13: as slim, on what buildpack-deps holds."""
    with _debootstrap(debian, sorted({*packages.RUNTIME, *packages.BUILDPACK}), is_slim=False) as root:
        _finish(root, debian, compiled)
        _pack(root, archive)


def distroless(archive: Path, debian: Archive) -> None:
    """Make distroless' python3: packages unpacked and not configured, no shell, users by hand."""
    with _folder() as root:
        for deb in debian.download([name.format(minor=MINOR) for name in packages.DISTROLESS]):
            run(["dpkg-deb", "--extract", str(deb), str(root)])
            status = root / "var/lib/dpkg/status.d" / deb.name.split("_")[0]
            status.parent.mkdir(parents=True, exist_ok=True)
            status.write_bytes(run(["dpkg-deb", "--field", str(deb)]))
        users = (
            "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\n"
        )
        users += "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n"
        (root / "etc/passwd").write_text(users)
        (root / "etc/group").write_text("root:x:0:\ntty:x:5:\nnobody:x:65534:\nnonroot:x:65532:\n")
        (root / "etc/os-release").unlink(missing_ok=True)
        (root / "etc/os-release").symlink_to("../usr/lib/os-release")
        (root / "usr/bin/python3").symlink_to(f"python{MINOR}")
        bundle = root / "etc/ssl/certs/ca-certificates.crt"
        bundle.parent.mkdir(parents=True, exist_ok=True)
        shipped = sorted((root / "usr/share/ca-certificates").rglob("*.crt"))
        bundle.write_text("".join(file.read_text() for file in shipped))
        with bundle.open("a") as file:
            file.writelines(extra_certificates(bundle.read_text()))
        home = root / "home/nonroot"
        home.mkdir(parents=True)
        home.chmod(0o700)
        os.chown(home, 65532, 65532)
        for name in ("usr/share/man", "usr/share/lintian", "usr/share/locale", "usr/share/bug"):
            shutil.rmtree(root / name, ignore_errors=True)
        (root / "tmp").mkdir(exist_ok=True)
        (root / "tmp").chmod(0o1777)
        _forget_bytecode(root / "usr/lib")
        _pack(root, archive)


def uv(archive: Path, program: Path) -> None:
    """Make ghcr.io/astral-sh/uv: the two programs and nothing else."""
    with _folder() as root:
        for name in ("uv", "uvx"):
            shutil.copy(program.with_name(name), root / name)
            (root / name).chmod(0o755)
        _pack(root, archive)


def extra_certificates(known: str) -> Iterator[str]:
    """Yield the host's trusted certificates that a bundle lacks: a network's own authority."""
    place = Path(os.environ.get("SSL_CERT_FILE") or "/etc/ssl/certs/ca-certificates.crt")
    text = place.read_text(errors="replace") if place.is_file() else ""
    have = {_body(block) for block in _blocks(known)}
    shipped = Path("/usr/share/ca-certificates")
    for file in shipped.rglob("*.crt"):  # what Debian itself ships, in an older or newer edition
        have |= {_body(block) for block in _blocks(file.read_text())}
    for block in _blocks(text):
        if _body(block) not in have:
            yield block + "\n"


def _finish(root: Path, debian: Archive, compiled: Path) -> None:
    """Add what the official image adds to Debian: Python, apt's settings, the machine's trust."""
    _add_python(root, compiled)
    settings = root / "etc/apt"
    (settings / "apt.conf.d/docker-clean").write_text(_DOCKER_CLEAN)
    (settings / "apt.conf.d/docker-no-languages").write_text('Acquire::Languages "none";\n')
    (settings / "apt.conf.d/docker-gzip-indexes").write_text(
        'Acquire::GzipIndexes "true"; Acquire::CompressionTypes::Order:: "gz";\n'
    )
    (settings / "apt.conf.d/docker-autoremove-suggests").write_text(
        'Apt::AutoRemove::SuggestsImportant "false";\n'
    )
    (settings / "sources.list").unlink(missing_ok=True)
    for file in (settings / "sources.list.d").iterdir():
        file.unlink()
    (settings / "sources.list.d/debian.sources").write_text(debian.deb822())
    bundle = root / "etc/ssl/certs/ca-certificates.crt"
    local = root / "usr/local/share/ca-certificates"
    local.mkdir(parents=True, exist_ok=True)
    for number, block in enumerate(extra_certificates(bundle.read_text())):
        (local / f"host-{number}.crt").write_text(block)
    _inside(root, ["update-ca-certificates"])
    _help_poetry(root)
    for name in ("etc/hostname", "etc/resolv.conf", "etc/hosts"):
        (root / name).unlink(missing_ok=True)


def _add_python(root: Path, python: Path) -> None:
    """Unpack the compiled Python and do what follows `make install` in the official images."""
    run(["tar", "--extract", f"--file={python}", f"--directory={root}"])
    _inside(root, ["ldconfig"])
    for name in ("python3", "pip3", "pydoc3", "python3-config"):
        (root / "usr/local/bin" / name.replace("3", "")).symlink_to(name)


def _help_poetry(root: Path) -> None:
    """Let Poetry install where the index has no JSON interface, which it needs of its default index alone.

    A plugin makes it read that index as it reads any other. It lies apart and only Poetry's own process
    is shown it, so that every other program sees the official image's modules and nothing more.
    """
    ask = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
    usual = run(["chroot", str(root), "/usr/local/bin/python3", "-B", "-c", ask]).decode().strip()
    index = os.environ.get("PIP_INDEX_URL") or os.environ.get("UV_DEFAULT_INDEX") or usual
    if index == usual and _speaks_json(usual):
        return
    plugins = root / "usr/local/share/standin"
    command = [uv_package.find_uv_bin(), "pip", "install", "--quiet", "--no-deps", f"--target={plugins}"]
    run([*command, f"--python-version={MINOR}", "poetry-plugin-pypi-mirror==0.6.5"])
    (root / f"usr/local/lib/python{MINOR}/sitecustomize.py").write_text(
        "import os\nimport sys\n\n"
        'if any(os.path.basename(word) == "poetry" for word in sys.orig_argv[:3]):\n'
        f'    os.environ.setdefault("POETRY_PYPI_MIRROR_URL", {index!r})\n'
        f'    sys.path.append("/{plugins.relative_to(root)}")\n'
    )


def _speaks_json(index: str) -> bool:
    request = urllib.request.Request(  # noqa: S310 - pip's own address, https
        index.rstrip("/") + "/pip/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
            return bool(answer.headers.get_content_type().endswith("json"))
    except OSError:
        return False


def python(archive: Path, debian: Archive) -> None:
    """Compile Python in a root of its own; the archive holds usr/local alone."""
    with _debootstrap(debian, packages.HEADERS, is_slim=True) as root:
        work = root / "usr/src/python"
        work.mkdir()
        source = debian.upstream(f"python{MINOR}")
        run(["tar", "--extract", f"--file={source}", f"--directory={work}", "--strip-components=1"])
        steps = f"""cd /usr/src/python
            ./configure {_CONFIGURE} CFLAGS=-g0
            make -s -j{os.cpu_count()} LDFLAGS=-Wl,--strip-all
            make -s install DESTDIR=/usr/src/made"""
        _inside(root, ["sh", "-euc", steps])
        local = root / "usr/src/made/usr/local"
        _forget_bytecode(local)
        for folder in [*local.rglob("test"), *local.rglob("tests"), *local.rglob("idle_test")]:
            shutil.rmtree(folder, ignore_errors=True)
        for static in local.rglob("libpython*.a"):
            static.unlink()
        _pack(root / "usr/src/made", archive)


@contextmanager
def _debootstrap(debian: Archive, wanted: Sequence[str], *, is_slim: bool) -> Iterator[Path]:
    rules = [f"path-exclude=/usr/share/{name}" for name in _SLIM]
    rules += [f"path-include=/usr/share/{name}" for name in _KEPT]
    with _folder() as root:
        command = ["mmdebstrap", "--quiet", "--mode=root", "--format=directory", "--variant=minbase"]
        command += [f"--include={','.join(wanted)}", *(f"--dpkgopt={rule}" for rule in rules if is_slim)]
        run([*command, '--aptopt=Acquire::Languages "none"', SUITE, str(root), *debian.lines()])
        (root / "etc/apt/apt.conf.d/99mmdebstrap").unlink(missing_ok=True)
        yield root


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bareboat-standin-") as folder:
        root = Path(folder) / "root"
        root.mkdir()
        yield root


def _inside(root: Path, command: list[str]) -> None:
    environ = {"PATH": "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    run(["chroot", str(root), *command], environ=environ)


def _forget_bytecode(folder: Path) -> None:
    for cache in list(folder.rglob("__pycache__")):
        shutil.rmtree(cache)


def _pack(root: Path, archive: Path) -> None:
    """Write the tar beside its place and move it there."""
    root.chmod(0o755)
    partial = archive.with_suffix(".part")
    left_out = [f"--exclude=./{name}/*" for name in ("dev", "proc", "sys", "run")]
    command = [
        "tar",
        "--create",
        f"--file={partial}",
        f"--directory={root}",
        "--numeric-owner",
        "--sort=name",
    ]
    run([*command, *left_out, "."])
    partial.rename(archive)


def _blocks(text: str) -> list[str]:
    return re.findall(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", text, re.DOTALL)


def _body(block: str) -> str:
    return "".join(block.split())
