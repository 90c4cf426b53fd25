"""Debian packages made ready: fetched, unpacked once, cut down, compiled, with scanners' records."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from msgspec.structs import replace

from bareboat.build.bytecode import Bytecode
from bareboat.build.keys import key
from bareboat.build.ready import Ready, is_measured, measured
from bareboat.build.tools import Tools
from bareboat.debian import alternatives, base, package, policy, scripts, status
from bareboat.debian.package import Unpacked
from bareboat.errors import InputError, IntegrityError
from bareboat.facts.artifact import Artifact, Role
from bareboat.finding import Finding, Severity
from bareboat.lock import STANDALONE, DebianPackage
from bareboat.oci.blob import Blob
from bareboat.progress import Kind
from bareboat.store.trees import find_tree, put_tree
from bareboat.target import Arch, PythonVersion
from bareboat.tree.entry import Entry, directory, file
from bareboat.tree.tree import Tree
from bareboat.wheel import venv

__all__ = ["APP", "MADE", "UNMADE", "is_known", "kept_of", "listed", "made", "own", "ready", "unpacked"]

APP = "app"
"""The working directory, there even where the project is installed as a wheel."""

UNMADE = "BB914"
"""The code of the finding for what a package's script would have made."""

MADE = "links of alternatives, caches"
"""The name of the artifact with what scripts would have made."""

_KIND = "deb"
_PATH = ("usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "opt/venv/bin")


def unpacked(tools: Tools, one: DebianPackage, fetch: Callable[[DebianPackage], Blob]) -> Unpacked:
    """Return a package with its files in the store; it is fetched only if they are not there yet."""
    found = tools.unpacked.get(one.sha256)
    if found is None or found.package != one:
        found = tools.unpacked[one.sha256] = _unpacked(tools, one, fetch)
    return found


def _unpacked(tools: Tools, one: DebianPackage, fetch: Callable[[DebianPackage], Blob]) -> Unpacked:
    named = key(_KIND, one.sha256)
    held = find_tree(tools.store, _KIND, named)
    if held is not None:
        return package.decode(one, *held)
    blob = fetch(one)
    with tools.progress.begin(Kind.UNPACK, one.name), tools.store.scratch() as folder:
        try:
            if one.archive == STANDALONE:
                from bareboat.build import standalone  # most builds have no such package

                found = standalone.unpack(blob, one, tools.store.spool().keep)
            else:
                found = package.unpack(blob, one, scratch=folder)
        except (InputError, IntegrityError):
            for _ in blob.chunks():  # damaged in the store: that says so, and is mended by the caller
                pass
            raise
        tree = put_tree(tools.store, _KIND, named, found.tree, meta=package.encode(found))
    return replace(found, tree=tree)


def is_known(tools: Tools, one: DebianPackage, role: Role, bytecode: Bytecode) -> bool:
    """Say whether the package was made ready before."""
    return is_measured(tools.store, _named(one, role, bytecode))


def ready(  # noqa: PLR0913 - each is an input of the bytes
    tools: Tools,
    one: DebianPackage,
    role: Role,
    bytecode: Bytecode,
    fetch: Callable[[DebianPackage], Blob],
    *,
    wanted: tuple[str, ...] = (),
) -> Ready:
    """Return a package as the image holds it, its record for scanners included.

    `wanted` are sonames that must stay although a rule would drop them. Debian's files are not
    trimmed: they are stripped already, and scanners compare them with the package's sums; an
    interpreter that is not Debian's has no record and is trimmed.
    """
    named = _named(one, role, bytecode, wanted)
    findings: list[Finding] = []

    @cache
    def cut() -> policy.Kept:
        return kept_of(unpacked(tools, one, fetch), wanted=wanted)

    def make() -> Tree:
        kept = cut().tree
        recorded = status.tree(unpacked(tools, one, fetch), kept) if one.archive != STANDALONE else Tree()
        whole = kept.merge(recorded)
        if role is not Role.INTERPRETER:
            return whole
        from bareboat.wheel.record import with_bytecode

        return with_bytecode(whole, bytecode.of_artifact(one.name, named, kept, findings=findings))

    def describe(tree: Tree) -> Artifact:
        provided = _libraries(tree)
        return Artifact(
            role,
            one.name,
            one.version,
            "",
            tree.size,
            len(tree),
            provided=provided,
            needed=_needed(tree) if role is Role.NATIVE else (),
            programs=_programs(tree),
            withheld=tuple(sorted(set(_libraries(unpacked(tools, one, fetch).tree)) - set(provided))),
            dropped=tuple((rule.rule, rule.size) for rule in cut().dropped if rule.size),
        )

    return measured(tools.store, named, make, describe, findings=findings)


def kept_of(found: Unpacked, *, wanted: tuple[str, ...] = ()) -> policy.Kept:
    """Return what of a package the image holds, and what each rule left out."""
    if found.package.archive != STANDALONE:
        return policy.apply(found, wanted=wanted)
    from bareboat.build import standalone

    more = standalone.rules(found.tree, PythonVersion.parse(found.package.version))
    kept = policy.apply(found, wanted=wanted, more=more)
    return replace(kept, tree=standalone.trimmed(kept.tree))


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
        own = base.interpreter_tree(python, arch=arch).merge(venv.tree(python))
        return own.merge(Tree.of([directory(APP)]))

    return (
        measured(
            tools.store,
            key("own base", inputs),
            below,
            lambda tree: Artifact(Role.BASE, "users, links, certificates", "", "", tree.size, len(tree)),
        ),
        measured(
            tools.store,
            key("own interpreter", inputs, APP),
            above,
            lambda tree: Artifact(
                Role.INTERPRETER, "environment", "", "", tree.size, len(tree), programs=_programs(tree)
            ),
        ),
    )


def made(
    tools: Tools, packages: Sequence[DebianPackage], fetch: Callable[[DebianPackage], Blob]
) -> Ready | None:
    """Return what the scripts of the native `packages` would have made, None where that is nothing.

    Those are links of alternatives and fontconfig's folder for its cache. What is not made for want
    of a program that may run here is a finding.
    """
    if not packages:
        return None
    findings: list[Finding] = []

    def make() -> Tree:
        held = [unpacked(tools, one, fetch) for one in packages]
        paths = [entry.path for one in held for entry in one.tree]
        findings.extend(
            Finding(
                UNMADE,
                one.makes,
                f"is made by {one.program} once packages are installed, and is not there: {one.lacks}",
                Severity.INFO,
                hint="where the application needs it, make it on a Debian machine and add it through `files`",
            )
            for one in scripts.unmade(paths)
        )
        folder, path, text = scripts.FONTS
        fonts = (file(path, text.encode()),) if any(each.startswith(folder) for each in paths) else ()
        return alternatives.tree(held).merge(Tree.of(fonts).with_parents())

    def describe(tree: Tree) -> Artifact:
        return Artifact(
            Role.NATIVE,
            MADE,
            "",
            "",
            tree.size,
            len(tree),
            provided=_libraries(tree),
            programs=_programs(tree),
        )

    ready = measured(
        tools.store,
        key("made", *sorted(one.sha256 for one in packages)),
        make,
        describe,
        findings=findings,
    )
    return ready if ready.artifact.files or ready.findings else None


def listed(found: Unpacked) -> list[str]:
    """Return the paths of a package, with those that its alternatives lead to it."""
    return [entry.path for entry in (*found.tree, *alternatives.tree([found]))]


def _programs(tree: Iterable[Entry]) -> tuple[str, ...]:
    """Return the names of files and links in the folders of the PATH."""
    found = (entry.path.rpartition("/") for entry in tree)
    return tuple(sorted({name for folder, _, name in found if folder in _PATH}))


def _libraries(tree: Iterable[Entry]) -> tuple[str, ...]:
    """Return the names of libraries in the folders that the dynamic loader searches."""
    folders = {"usr/lib", "usr/lib64", *(f"usr/lib/{arch.multiarch}" for arch in Arch)}
    found = (entry.path.rpartition("/") for entry in tree)
    return tuple(sorted({name for folder, _, name in found if folder in folders and ".so" in name}))


def _needed(tree: Tree) -> tuple[str, ...]:
    """Return the sonames that the programs and libraries of a package want from others."""
    from bareboat.facts import wheel as facts  # most builds bring in no package

    return facts.needed(tree.filter(lambda entry: bool(entry.mode & 0o111) or ".so" in entry.path))


def _named(one: DebianPackage, role: Role, bytecode: Bytecode, wanted: tuple[str, ...] = ()) -> str:
    version = bytecode.version if role is Role.INTERPRETER else ""
    return key("package and bytecode", one.sha256, role, version, *wanted)
