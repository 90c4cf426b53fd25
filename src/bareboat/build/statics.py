"""Django's static files as a layer: collected once for all their inputs, and what is said of them."""

import json

import msgspec

from bareboat.build import collecting, staticfiles
from bareboat.build.collected import Collected
from bareboat.build.collecting import OFF, Asked
from bareboat.build.keys import key
from bareboat.build.packages import APP
from bareboat.build.ready import Ready
from bareboat.facts.artifact import Artifact, Role
from bareboat.finding import Finding, Severity
from bareboat.oci.digest import Digest
from bareboat.project.command import Decision
from bareboat.project.django import MODULE, Statics
from bareboat.store.trees import find_tree, put_tree
from bareboat.tree.tree import Tree

__all__ = ["ELSEWHERE", "Collected", "collect", "decisions"]

ELSEWHERE = "BB943"
"""The code of the finding for static files that the image cannot hold."""

_KIND = "static-files"
_FORMAT = "1"
_SUBJECT = "static files"


class _Kept(msgspec.Struct, frozen=True):
    state: str
    root: str
    storage: str
    reason: str
    made: tuple[str, ...]
    key: str


def collect(asked: Asked) -> Collected:
    """Return what collectstatic gives, recalled where the same inputs gave it before.

    A STATIC_ROOT that is committed with its manifest is left alone. Raises as `collecting.run` does.
    """
    found, store = asked.found, asked.tools.store
    if found.committed:
        return Collected(decisions=(_committed(f"/{APP}/{found.committed}", found),))
    named = _named(asked)
    held = find_tree(store, _KIND, named)
    if held is not None:
        return _told(asked, held[0], msgspec.json.decode(held[1], type=_Kept))
    asked.tools.progress.note(f"static files are collected with {found.settings}")
    with store.scratch() as scratch:
        made = collecting.run(asked, scratch)
        content = staticfiles.key_of(made.tree)
        kept = _Kept(made.state, made.root, made.storage, made.reason, made.made, content)
        tree = put_tree(store, _KIND, named, made.tree, meta=msgspec.json.encode(kept))
    return _told(asked, tree, kept)


def decisions(found: Statics) -> tuple[Decision, ...]:
    """Return what is decided about a Django project beside its static files."""
    return (Decision("settings", found.settings, f"{MODULE} of the image", found.named),)


def _named(asked: Asked) -> str:
    """Return the name of all that the files depend on."""
    return key(
        _KIND,
        _FORMAT,
        Digest.of(collecting.driver()).hex,
        *(one.artifact.key for one in asked.ready),
        json.dumps([sorted(asked.env.items()), sorted(asked.given.items()), sorted(asked.known)]),
        repr(asked.found),
        str(asked.epoch),
        repr(asked.sandboxed),
    )


def _told(asked: Asked, tree: Tree, kept: _Kept) -> Collected:
    found = asked.found
    if kept.state == "committed":
        return Collected(decisions=(_committed(kept.root, found),))
    if kept.state == "collected":
        made = f"; made up for it alone: {', '.join(kept.made)}" if kept.made else ""
        reason = f"collected in the build with {found.settings}{made}"
        count = sum(1 for entry in tree if entry.content is not None)
        said = Decision(_SUBJECT, f"{count} files in {kept.root}", reason, found.where)
        if not tree.entries:
            return Collected(decisions=(said,))
        artifact = Artifact(Role.STATIC, _SUBJECT, "", kept.key, tree.size, len(tree))
        return Collected(Ready(artifact, lambda: tree), (said,))
    if kept.state == "remote":
        reason = f"{kept.storage} keeps them elsewhere: run collectstatic as a step of the release"
        return Collected(decisions=(Decision(_SUBJECT, "not in the image", reason, found.where),))
    if kept.state == "elsewhere":
        reason = f"STATIC_ROOT is {kept.root}, where an image cannot hold static files"
        finding = Finding(ELSEWHERE, found.where, reason, Severity.WARNING, hint=_elsewhere(asked))
        return Collected(decisions=(Decision(_SUBJECT, "none", reason, found.where),), findings=(finding,))
    return Collected(decisions=(Decision(_SUBJECT, "none", kept.reason, found.where),))


def _elsewhere(asked: Asked) -> str:
    ways = f"let STATIC_ROOT be a folder below the project, as in BASE_DIR / 'staticfiles'; {OFF}"
    return ways if asked.sandboxed else f"build in the sandbox, or {ways}"


def _committed(path: str, found: Statics) -> Decision:
    return Decision(_SUBJECT, path, "committed with its manifest: left as it is", found.where)
