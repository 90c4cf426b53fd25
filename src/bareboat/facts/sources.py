"""The Python files of an artifact's tree, each with the module that it is when it runs."""

from collections.abc import Iterator

from bareboat.tree.content import Content
from bareboat.tree.entry import Kind
from bareboat.tree.tree import Tree

__all__ = ["sources"]

_SITE = "/site-packages/"
_APP = "app/"


def sources(tree: Tree) -> Iterator[tuple[str, str, Content]]:
    """Yield path, module and text of each source that can be imported, its path below where imports begin.

    That is site-packages for a wheel, /app for the application's files.
    """
    for entry in tree:
        if entry.kind is not Kind.FILE or entry.content is None or not entry.path.endswith(".py"):
            continue
        _, is_installed, path = entry.path.partition(_SITE)
        if not is_installed:
            if not entry.path.startswith(_APP):
                continue
            path = entry.path.removeprefix(_APP)
        parts = path.removesuffix(".py").split("/")
        if parts[-1] == "__init__" and len(parts) > 1:
            parts.pop()
        if all(part.isidentifier() for part in parts) or not is_installed:
            yield path, ".".join(parts), entry.content
