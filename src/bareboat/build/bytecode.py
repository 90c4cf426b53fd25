"""Bytecode of an artifact, made once by the target's own interpreter and kept in the store.

The interpreter is unpacked and its workers are started when the first file has to be compiled; a
build whose bytecode is all in the store starts none.
"""

import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

from bareboat.build.keys import key
from bareboat.build.tools import Tools
from bareboat.oci.digest import Digest
from bareboat.progress import Kind
from bareboat.store.trees import find_tree, put_tree
from bareboat.tree.content import Content
from bareboat.tree.entry import file
from bareboat.tree.tree import Tree
from bareboat.wheel.bytecode import Compiler, Interpreter, sources

__all__ = ["Bytecode"]

_SHARED = "pyc"


class Bytecode:
    """Compiles for one interpreter. `version` names its exact build and is part of every key."""

    def __init__(self, tools: Tools, version: str, interpreter: Callable[[], Interpreter]) -> None:
        self.version = version
        self._tools = tools
        self._interpreter = interpreter
        self._guard = threading.Lock()
        self._compiler: Compiler | None = None

    def of_artifact(self, name: str, inputs: str, tree: Tree) -> list[tuple[str, bytes]]:
        """Return the .pyc files for every .py file of `tree`, which `inputs` names fully."""
        store = self._tools.store
        named = key("bytecode", inputs, self.version)
        held = find_tree(store, _SHARED, named)
        if held is None:
            made = self._compile(name, sources(tree))
            put_tree(store, _SHARED, named, Tree.of(file(path, data) for path, data in made))
            return made
        found, _ = held
        return [(entry.path, _bytes(entry.content)) for entry in found if entry.content is not None]

    def of_files(self, name: str, tree: Tree) -> list[tuple[str, bytes]]:
        """Return the .pyc files for every .py file of `tree`, each remembered by its own content."""
        store = self._tools.store
        found: list[tuple[str, bytes]] = []
        missing: dict[str, tuple[Content, str]] = {}
        for path, content in sources(tree):
            named = key("bytecode of a file", path, str(Digest.of(content.chunks())), self.version)
            held = store.recall(_SHARED, named)
            if held is None:
                missing[path] = (content, named)
            else:
                target, _, data = held.partition(b"\0")
                found.append((target.decode(), data))
        if missing:
            compiled = self._compile(name, [(path, content) for path, (content, _) in missing.items()])
            made = {_source(path): (path, data) for path, data in compiled}
            for path, (_, named) in missing.items():
                if path in made:
                    into, compiled_data = made[path]
                    store.remember(_SHARED, named, into.encode() + b"\0" + compiled_data)
            found += made.values()
        return sorted(found)

    def _compile(self, name: str, held: Iterable[tuple[str, Content]]) -> list[tuple[str, bytes]]:
        wanted = list(held)
        if not wanted:
            return []
        with self._tools.progress.begin(Kind.COMPILE, name, total=len(wanted)) as task:
            made = []
            for path, data in self._started().compile(wanted):
                made.append((path, data))
                task.advance(1)
        return sorted(made)

    def _started(self) -> Compiler:
        with self._guard:
            if self._compiler is None:
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
