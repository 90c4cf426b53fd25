"""The kinds of projects below tests/projects: what is expected of each, read strictly; built, started, asked.

A kind is a folder with `project/`, as a stranger would have it, and `expect.toml`. The project is copied
to a fresh place, its lock made by the format's own tool where the repository holds none, and built by the
real command. README.md lists the kinds; `python tests/kinds.py` writes it anew.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

import prepared
import sources
from bareboat.build.root import materialise
from bareboat.oci.blob import BytesBlob
from bareboat.oci.descriptor import Descriptor
from bareboat.oci.digest import Digest
from bareboat.oci.validate import validate_blobs
from bareboat.tree.compress import Compression, decompress
from bareboat.tree.entry import Entry
from bareboat.tree.untar import read
from built import environment

__all__ = ["FOLDER", "Expected", "Kind", "Place", "kinds", "readme"]

FOLDER = sources.ROOT / "tests" / "projects"
README = FOLDER / "README.md"
_LISTED = "| kind | in CI | what it is |\n|---|---|---|\n"

Prepare = Literal["", "uv-lock", "pylock", "requirements", "poetry-lock", "pdm-lock", "pipenv-lock"]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class PlanExpected(_Strict, frozen=True, kw_only=True):
    """What `bareboat plan --json` must say.

    `command` is entrypoint and command in one. `packages` and `absent` are names or `name==version` of
    the lock; `says` are texts of the decisions, as `subject: value, reason (where)`.
    """

    command: list[str] | None = None
    python: str = ""
    port: int | None = None
    health: str = ""
    packages: list[str] = []
    absent: list[str] = []
    says: list[str] = []
    writable: list[str] = []


class AnswerExpected(_Strict, frozen=True, kw_only=True):
    """What a request must bring once the application has been started."""

    path: str = "/"
    status: int = 200
    has: str = ""


class OutputExpected(_Strict, frozen=True, kw_only=True):
    """What the application must write; one that does not end is stopped as an engine would.

    `command` is started in place of the image's own.
    """

    command: list[str] = []
    has: str = ""
    code: int = 0
    ends: bool = True


class RefusalExpected(_Strict, frozen=True, kw_only=True):
    """The one line and the hint with which a project is refused."""

    has: str
    hint: str = ""
    code: int


class FindingsExpected(_Strict, frozen=True, kw_only=True):
    """Texts that must stand in findings, as `code severity where: message hint`; `none` for no finding."""

    has: list[str] = []
    none: bool = False


class Expected(_Strict, frozen=True, kw_only=True):
    """One expect.toml. `minutes` are what it may take, on a machine with much else to do."""

    about: str
    core: bool = False
    minutes: int = 5
    flags: list[str] = []
    path: str = ""
    prepare: Prepare = ""
    git: bool = False
    tags: list[str] = []
    env: dict[str, str] = {}
    plan: PlanExpected = PlanExpected()
    answer: AnswerExpected | list[AnswerExpected] = []
    output: OutputExpected | list[OutputExpected] = []
    refusal: RefusalExpected | None = None
    findings: FindingsExpected = FindingsExpected()

    @property
    def answers(self) -> list[AnswerExpected]:
        return [self.answer] if isinstance(self.answer, AnswerExpected) else self.answer

    @property
    def outputs(self) -> list[OutputExpected]:
        return [self.output] if isinstance(self.output, OutputExpected) else self.output

    def fault(self) -> str:
        """Return why this cannot be right, empty where it can."""
        if self.refusal is not None:
            return "a refusal and an answer" if self.answers or self.outputs else ""
        return "" if self.answers or self.outputs else "neither answer, output nor refusal"


@dataclass(frozen=True, slots=True)
class Kind:
    """A folder below tests/projects."""

    name: str

    @property
    def folder(self) -> Path:
        return FOLDER / self.name

    def expected(self) -> Expected:
        """Read expect.toml; ValueError, with the path of the key, where it cannot be right."""
        text = (self.folder / "expect.toml").read_bytes()
        found = msgspec.toml.decode(text, type=Expected)
        if fault := found.fault():
            raise ValueError(f"{self.name}/expect.toml: {fault}")
        return found


def kinds() -> list[Kind]:
    """Return every folder, by name."""
    return [Kind(folder.name) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()]


def readme() -> str:
    """Return README.md with the list of all kinds."""
    head = README.read_text().partition(_LISTED)[0]
    rows = []
    for kind in kinds():
        expected = kind.expected()
        rows.append(f"| `{kind.name}` | {'yes' if expected.core else ''} | {expected.about} |\n")
    return head + _LISTED + "".join(rows)


@dataclass(frozen=True)
class Place:
    """A fresh place for one kind, and the cache that all share."""

    kind: Kind
    folder: Path
    cache: Path

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def image(self) -> Path:
        return self.folder / "image"

    def make(self, expected: Expected) -> None:
        """Copy the project, make its lock, make a repository of it."""
        left_out = shutil.ignore_patterns("__pycache__", ".venv")
        shutil.copytree(self.kind.folder / "project", self.project, symlinks=True, ignore=left_out)
        prepared.rewrite(self.project)
        if expected.prepare:
            at_root = (
                not (self.project / expected.path / "pyproject.toml").is_file()
                or (self.project / "pyproject.toml").is_file()
            )
            prepared.lock(expected.prepare, self.project if at_root else self.project / expected.path)
        if expected.git or expected.tags:
            prepared.repository(self.project, expected.tags)

    def bareboat(
        self, command: str, expected: Expected, *more: str | Path
    ) -> "subprocess.CompletedProcess[str]":
        """Run one command on the project, as a user would."""
        return subprocess.run(
            [
                *(sys.executable, "-m", "bareboat", command, str(self.project / expected.path)),
                *(*expected.flags, *map(str, more), "--cache-dir", str(self.cache), "--quiet"),
            ],
            capture_output=True,
            check=False,
            text=True,
            env=environment(),
            cwd=self.folder,
            timeout=60 * expected.minutes - 20,
        )

    def valid(self) -> None:
        """Hold that the image is right, by its bytes."""
        (entry,) = json.loads((self.image / "index.json").read_text())["manifests"]
        root = Descriptor(entry["mediaType"], Digest(entry["digest"].partition(":")[2]), entry["size"])

        def find(digest: Digest) -> BytesBlob | None:
            file = self.blob(str(digest))
            return BytesBlob(file.read_bytes()) if file.is_file() else None

        assert [str(one) for one in validate_blobs(root, find)] == []

    def blob(self, digest: str) -> Path:
        return self.image / "blobs" / digest.replace(":", "/")

    def unpacked(self) -> tuple[Path, dict[str, Any]]:
        """Return the image's root, unpacked layer by layer, and its config."""
        (entry,) = json.loads((self.image / "index.json").read_text())["manifests"]
        manifest = json.loads(self.blob(entry["digest"]).read_text())
        root = self.folder / "root"
        root.mkdir()
        for layer in manifest["layers"]:
            chunks = decompress([self.blob(layer["digest"]).read_bytes()], Compression.GZIP)
            materialise(_owned(read(chunks, limit=1 << 34), root), root)
        config = json.loads(self.blob(manifest["config"]["digest"]).read_text())["config"]
        return root, config

    def started(self, expected: Expected) -> Iterator[tuple[dict[str, Any], OutputExpected]]:
        """Start the image as often as is expected; yield what came and what should have been written.

        Read-only, without rights, as 65532, in a network of its own.
        """
        root, config = self.unpacked()
        own = [*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ())]
        env = dict(one.split("=", 1) for one in config["Env"]) | expected.env
        assert config["User"] == "65532:65532"
        (port,) = config.get("ExposedPorts") or {"0/tcp": {}}
        told = {"root": str(root), "env": env, "working_dir": config["WorkingDir"]}
        told["writable"] = expected.plan.writable
        told |= {"port": int(port.partition("/")[0])}
        check = (config.get("Healthcheck") or {}).get("Test", [""])
        for number, output in enumerate(expected.outputs or [OutputExpected(ends=False)]):
            asked = [(one.path, one.has) for one in expected.answers if number == 0]
            yield (
                _in_own_network(
                    {
                        **told,
                        "command": output.command or own,
                        "asked": asked,
                        "word": output.has,
                        "ends": output.ends and not asked,
                        "check": check[1:] if check[0] == "CMD" and asked else [],
                    }
                ),
                output,
            )


def _owned(entries: Iterable[Entry], root: Path) -> Iterator[Entry]:
    """Yield the entries; each that was written gets its owner where that can be set: as root.

    Any other user is 65532 in the namespace where the image is started, and so owns all of it.
    """
    for entry in entries:
        yield entry
        if (entry.uid or entry.gid) and os.geteuid() == 0:
            os.chown(root / entry.path, entry.uid, entry.gid, follow_symlinks=False)


def _in_own_network(told: Mapping[str, Any]) -> dict[str, Any]:
    apart = ["--net"] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps", "--net"]
    done = subprocess.run(
        ["unshare", *apart, sys.executable, sources.ROOT / "tests" / "started.py"],
        input=json.dumps(told),
        capture_output=True,
        check=False,
        text=True,
        env={**environment(), "PYTHONPATH": str(sources.SOURCE)},
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


if __name__ == "__main__":
    README.write_text(readme())
