"""Debian packages made ready: fetched, unpacked once, cut down, compiled, with scanners' records."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bareboat.build.bytecode import Bytecode
from bareboat.build.keys import key
from bareboat.build.ready import Ready, is_measured, measured
from bareboat.build.tools import Tools
from bareboat.debian import base, package, policy, status
from bareboat.debian.package import Unpacked
from bareboat.elf.trim import trim
from bareboat.facts.artifact import Artifact, Role
from bareboat.lock import DebianPackage
from bareboat.oci.blob import Blob
from bareboat.progress import Kind
from bareboat.store.trees import find_tree, put_tree
from bareboat.target import Arch, PythonVersion
from bareboat.tree.entry import Entry
from bareboat.tree.tree import Tree
from bareboat.wheel import venv
from bareboat.wheel.record import with_bytecode

__all__ = ["is_known", "own", "ready", "unpacked"]

_KIND = "deb"


def unpacked(tools: Tools, one: DebianPackage, fetch: Callable[[DebianPackage], Blob]) -> Unpacked:
    """Return a package with its files in the store; it is fetched only if they are not there yet."""
    named = key(_KIND, one.sha256)
    held = find_tree(tools.store, _KIND, named)
    if held is not None:
        return package.decode(one, *held)
    blob = fetch(one)
    with tools.progress.begin(Kind.UNPACK, one.name), tools.store.scratch() as folder:
        found = package.unpack(blob, one, scratch=folder)
        tree = put_tree(tools.store, _KIND, named, found.tree, meta=package.encode(found))
    return replace(found, tree=tree)


def is_known(tools: Tools, one: DebianPackage, role: Role, bytecode: Bytecode) -> bool:
    """Say whether the package was made ready before."""
    return is_measured(tools.store, _named(one, role, bytecode))


def ready(
    tools: Tools,
    one: DebianPackage,
    role: Role,
    bytecode: Bytecode,
    fetch: Callable[[DebianPackage], Blob],
) -> Ready:
    """Return a package as the image holds it, its record for scanners included."""
    inputs = key("package", one.sha256, role)

    def make() -> Tree:
        held = unpacked(tools, one, fetch)
        kept = policy.apply(held).tree
        lean = Tree(tuple(_lean(entry) for entry in kept))
        compiled = bytecode.of_artifact(one.name, inputs, kept) if role is Role.INTERPRETER else []
        return with_bytecode(lean.merge(status.tree(held, kept)), compiled)

    def describe(tree: Tree) -> Artifact:
        gone = policy.apply(unpacked(tools, one, fetch)).dropped
        return Artifact(
            role,
            one.name,
            one.version,
            "",
            tree.size,
            len(tree),
            provided=_libraries(tree, Arch(one.architecture) if one.architecture != "all" else None),
            dropped=tuple((rule.rule, rule.size) for rule in gone if rule.size),
        )

    return measured(tools.store, _named(one, role, bytecode), make, describe)


def own(
    tools: Tools,
    packages: Sequence[DebianPackage],
    python: PythonVersion,
    arch: Arch,
    fetch: Callable[[DebianPackage], Blob],
) -> tuple[Ready, ...]:
    """Return bareboat's own entries: those of the base, then the interpreter's with the environment.

    `packages` are those of the base.
    """
    inputs = key("own", *sorted(one.sha256 for one in packages), str(python), arch)

    def below() -> Tree:
        return base.base_tree([unpacked(tools, one, fetch) for one in packages], arch=arch)

    def above() -> Tree:
        return base.interpreter_tree(python, arch=arch).merge(venv.tree(python))

    return (
        measured(
            tools.store,
            key("own base", inputs),
            below,
            lambda tree: Artifact(Role.BASE, "users, links, certificates", "", "", tree.size, len(tree)),
        ),
        measured(
            tools.store,
            key("own interpreter", inputs),
            above,
            lambda tree: Artifact(Role.INTERPRETER, "environment", "", "", tree.size, len(tree)),
        ),
    )


def _named(one: DebianPackage, role: Role, bytecode: Bytecode) -> str:
    version = bytecode.version if role is Role.INTERPRETER else ""
    return key("package and bytecode", one.sha256, role, version)


def _libraries(tree: Iterable[Entry], arch: Arch | None) -> tuple[str, ...]:
    """Return the names in the folders that the dynamic loader searches."""
    folders = {f"usr/lib/{arch.multiarch}", "usr/lib", "usr/lib64"} if arch is not None else set()
    found = (entry.path.rpartition("/") for entry in tree)
    return tuple(sorted({name for folder, _, name in found if folder in folders and ".so" in name}))


def _lean(entry: Entry) -> Entry:
    if entry.content is None or not (entry.mode & 0o111 or ".so" in entry.path):
        return entry
    return replace(entry, content=trim(entry.content))
