"""Where results go: outputs and result files, checked before any work and written whole or not at all."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bareboat.store.archive import check_archive
from bareboat.store.disk import Disk
from bareboat.store.layout import check_layout
from bareboat.store.output import refuse, require_parent, write_text

__all__ = ["check", "moved", "write"]


def check(outputs: Sequence[Path], files: Sequence[Path | None], *, force: bool) -> None:
    """Raise InputError unless every output and every result file can be written."""
    for output in outputs:
        if output.suffix == ".tar":
            check_archive(output, force=force)
        else:
            check_layout(output, force=force)
    for file in files:
        if file is not None:
            require_parent(file.absolute())
            if file.is_dir():
                raise refuse(file, "a folder", "name a file")


def write(file: Path | None, text: str) -> None:
    """Write `text` to `file`, whole or not at all; what is no ordinary file (a pipe) is written to."""
    if file is None:
        return
    if not file.exists() or file.is_file():
        write_text(file.absolute(), text)
        return
    with Disk(file):
        file.write_text(text, encoding="utf-8")


@contextmanager
def moved(outputs: Sequence[Path]) -> Iterator[tuple[Path, ...]]:
    """Give a place beside each output for another program to write to; all move there if all goes well.

    The places have the endings of the outputs and are not there yet. What stood at an output is
    replaced: it was `check`ed.
    """
    with ExitStack() as stack:
        pairs = []
        for output in outputs:
            target = output.absolute()
            with Disk(target):
                beside = TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent)
            name = "image.tar" if target.suffix == ".tar" else "layout"
            pairs.append((Path(stack.enter_context(beside)) / name, target))
        yield tuple(place for place, _ in pairs)
        for place, target in pairs:
            with Disk(target):
                if target.is_dir():
                    shutil.rmtree(target)
                place.replace(target)
