"""Wheels made ready: fetched, verified, installed as a tree, compiled."""

from collections.abc import Callable
from pathlib import Path

from bareboat.build.bytecode import Bytecode
from bareboat.build.keys import key
from bareboat.build.ready import Ready, is_measured, measured
from bareboat.build.tools import Tools
from bareboat.errors import BuildError, InputError
from bareboat.facts.artifact import Artifact, Role
from bareboat.finding import Finding
from bareboat.lock import LockedPackage, Wheel
from bareboat.oci.digest import Digest
from bareboat.store.stored import StoredBlob
from bareboat.target import Target
from bareboat.tree.tree import Tree

__all__ = ["fetched", "installed", "is_known", "ready"]

_REFUSED = "the wheel itself is at fault: take another version, or tell whoever publishes it"


def fetched(tools: Tools, package: LockedPackage) -> StoredBlob:
    """Return the wheel's bytes in the store, verified against the lock."""
    wheel = _wheel(package)
    digest = Digest(wheel.sha256)
    held = tools.store.find(digest)
    if held is not None:
        return held
    chunks = tools.client.fetch(
        wheel.url,
        sha256=wheel.sha256,
        size=wheel.size,
        progress=tools.progress,
        name=wheel.filename,
    )
    return tools.store.put(chunks, expect=digest, size=wheel.size)


def is_known(tools: Tools, package: LockedPackage, target: Target, bytecode: Bytecode) -> bool:
    """Say whether the package was made ready before, for this target by this interpreter."""
    return is_measured(tools.store, _named(_inputs(package, target), bytecode))


def ready(tools: Tools, package: LockedPackage, target: Target, bytecode: Bytecode) -> Ready:
    """Return the package installed and compiled.

    Its key is made of the wheel's hash and what compiled it, so every project shares the result.
    """

    def locate() -> Path:
        blob = fetched(tools, package)
        blob.verify()  # a zip is read by its directory: damage elsewhere would pass unseen
        return blob.path

    return installed(
        tools,
        Role.PROJECT if package.folder is not None else Role.DEPENDENCY,
        (package.name, package.version),
        locate,
        _wheel(package).filename,
        inputs=_inputs(package, target),
        target=target,
        bytecode=bytecode,
    )


def installed(  # noqa: PLR0913  each is one input of the bytes or of their name
    tools: Tools,
    role: Role,
    named: tuple[str, str],
    locate: Callable[[], Path],
    filename: str,
    *,
    inputs: str,
    target: Target,
    bytecode: Bytecode,
) -> Ready:
    """Return the wheel at the path that `locate` gives, installed and compiled.

    `named` is its name and version; `inputs` names its bytes and where they go.
    """
    findings: list[Finding] = []

    def make() -> Tree:
        # a build whose wheels are all known needs none of this
        from bareboat.wheel.install import install
        from bareboat.wheel.read import open_wheel
        from bareboat.wheel.record import with_bytecode
        from bareboat.wheel.unpack import unpacked

        try:
            tree = install(
                unpacked(open_wheel(locate(), filename=filename), tools.store.spool().keep),
                python=target.python,
            )
        except InputError as error:
            error.hint = error.hint or _REFUSED
            raise
        return with_bytecode(tree, bytecode.of_artifact(named[0], inputs, tree, findings=findings))

    def describe(tree: Tree) -> Artifact:
        from bareboat.facts import wheel as facts

        found = facts.read(tree)
        return Artifact(
            role,
            *named,
            "",
            found.size,
            found.files,
            modules=found.modules,
            needed=found.needed,
            opened=found.opened,
            bundled=found.bundled,
            programs=found.scripts,
        )

    return measured(tools.store, _named(inputs, bytecode), make, describe, findings=findings)


def _inputs(package: LockedPackage, target: Target) -> str:
    wheel = _wheel(package)
    role = (Role.PROJECT,) if package.folder is not None else ()
    return key("wheel", wheel.filename, wheel.sha256, str(target.python), *role)


def _wheel(package: LockedPackage) -> Wheel:
    if package.wheel is None:
        raise BuildError("is locked as sources, and was not built", where=package.name)
    return package.wheel


def _named(inputs: str, bytecode: Bytecode) -> str:
    return key("installed", inputs, bytecode.version)
