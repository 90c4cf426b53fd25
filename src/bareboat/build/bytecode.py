"""Bytecode of an artifact, made once by the target's own interpreter and kept in the store.

The interpreter is unpacked and its workers are started when the first file has to be compiled; a
build whose bytecode is all in the store starts none.
"""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from types import TracebackType
from typing import Self

import msgspec

from bareboat.build.keys import key
from bareboat.build.tools import Tools
from bareboat.finding import Finding
from bareboat.oci.digest import Digest
from bareboat.progress import Kind
from bareboat.store.trees import find_tree, put_tree
from bareboat.tree.content import Content
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree
from bareboat.wheel.bytecode import Compiler, Interpreter, sources

__all__ = ["Bytecode"]

_SHARED = "bytecode"


class _Compiled(msgspec.Struct, frozen=True, array_like=True):
    path: str
    data: bytes
    findings: tuple[Finding, ...]


class Bytecode:
    """Compiles for one interpreter. `version` names its exact build and is part of every key."""

    def __init__(self, tools: Tools, version: str, interpreter: Callable[[], Interpreter]) -> None:
        self.version = version
        self._tools = tools
        self._interpreter = interpreter
        self._guard = threading.Lock()
        self._compiler: Compiler | None = None
        self._files: Future[None] | None = None

    def after(self, files: Future[None]) -> None:
        """Start the interpreter only when its files have arrived; what `files` raises is raised then."""
        self._files = files

    def of_artifact(
        self, name: str, inputs: str, tree: Tree, *, findings: list[Finding]
    ) -> list[tuple[str, bytes]]:
        """Return the .pyc files for every .py file of `tree`, which `inputs` names fully.

        What does not compile is added to `findings`, now and whenever the result is recalled.
        """
        store = self._tools.store
        named = key("bytecode", inputs, self.version)
        held = find_tree(store, _SHARED, named)
        if held is None:
            made, left = self._compile(name, sources(tree))
            compiled = Tree.of(file(path, data) for path, data in made)
            put_tree(store, _SHARED, named, compiled, meta=msgspec.json.encode(left))
            findings += left
            return made
        found, meta = held
        findings += msgspec.json.decode(meta, type=list[Finding])
        return [(entry.path, _bytes(entry.content)) for entry in found if entry.content is not None]

    def of_files(self, name: str, tree: Tree, *, findings: list[Finding]) -> list[tuple[str, bytes]]:
        """Return the .pyc files for every .py file of `tree`, each remembered by its own content.

        What does not compile is added to `findings`, and remembered too.
        """
        store = self._tools.store
        found: list[_Compiled] = []
        missing: dict[str, tuple[Content, str]] = {}
        for path, content in sources(tree):
            named = key("bytecode of a file", path, str(Digest.of(content.chunks())), self.version)
            held = store.recall(_SHARED, named)
            if held is None:
                missing[path] = (content, named)
            else:
                found.append(msgspec.msgpack.decode(held, type=_Compiled))
        if missing:
            compiled, left = self._compile(name, [(path, content) for path, (content, _) in missing.items()])
            made = {_source(path): _Compiled(path, data, ()) for path, data in compiled}
            for finding in left:
                made[finding.where] = _Compiled("", b"", (finding,))
            for path, (_, named) in missing.items():
                store.remember(_SHARED, named, msgspec.msgpack.encode(made[path]))
            found += made.values()
        findings += sorted(finding for one in found for finding in one.findings)
        return sorted((one.path, one.data) for one in found if one.path)

    def _compile(
        self, name: str, held: Iterable[tuple[str, Content]]
    ) -> tuple[list[tuple[str, bytes]], list[Finding]]:
        wanted = list(held)
        if not wanted:
            return [], []
        left: list[Finding] = []
        with self._tools.progress.begin(Kind.COMPILE, name, total=len(wanted)) as task:
            made = []
            for path, data in self._started().compile(wanted, findings=left):
                made.append((path, data))
                task.advance(1)
            task.advance(len(left))
        return sorted(made), sorted(left)

    def _started(self) -> Compiler:
        with self._guard:
            if self._compiler is None:
                if self._files is not None:
                    self._files.result()
                self._compiler = Compiler(self._interpreter(), workers=self._tools.workers)
                self._compiler.__enter__()
            return self._compiler

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._guard:
            if self._compiler is not None:
                self._compiler.__exit__(kind, value, trace)
                self._compiler = None


def _source(compiled: str) -> str:
    folder, _, name = compiled.rpartition("/__pycache__/")
    return f"{folder}/{name.rsplit('.', 2)[0]}.py"


def _bytes(content: Content) -> bytes:
    return b"".join(content.chunks())
