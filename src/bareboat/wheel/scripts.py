"""Commands that a wheel puts on the PATH: entry points, launchers, rewritten first lines.

Spec: PyPA "Entry points specification", file format; "Binary distribution format", "Recommended
installer features".
"""

import configparser
import re
from collections.abc import Iterator

from msgspec import Struct

from bareboat.errors import InputError
from bareboat.tree.content import Content

__all__ = ["EntryPoint", "Shebang", "entry_points", "launcher", "rewritten"]

_GROUPS = {"console_scripts", "gui_scripts"}
_REFERENCE = re.compile(r"(?P<module>[\w.]+)\s*:\s*(?P<attribute>[\w.]+)\s*(\[[^\]]*\])?")

# The text that installers write, without their clean-up of Windows suffixes: importing `re` for it
# would cost every start a few milliseconds.
_LAUNCHER = """\
#!{interpreter}
import sys

from {module} import {imported}

if __name__ == "__main__":
    sys.exit({attribute}())
"""


class EntryPoint(Struct, frozen=True, order=True):
    """A command by name and the function that it calls; `group` is console_scripts or gui_scripts."""

    name: str
    module: str
    attribute: str
    group: str = "console_scripts"


def entry_points(text: str, *, where: str) -> tuple[EntryPoint, ...]:
    """Return the commands of an entry_points.txt, by name; other groups are passed over.

    Raises InputError for text that is no such file, a name that is no file name, or a reference
    that is not `module:attribute`.
    """
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign] # the documented way to keep case
    try:
        parser.read_string(text)
        items = [
            (name, value or "", group)
            for group in parser.sections()
            if group in _GROUPS
            for name, value in parser.items(group)
        ]
    except (configparser.Error, ValueError, AttributeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"entry_points.txt cannot be read: {reason}", where=where) from error
    found = {name: _entry_point(name, value, group, where) for name, value, group in items}
    return tuple(sorted(found.values()))


def _entry_point(name: str, value: str, group: str, where: str) -> EntryPoint:
    if name in {"", ".", ".."} or re.search(r"[/\\\x00-\x1f\x7f]", name):
        raise InputError(f"entry point {name!r} is no file name", where=where)
    match = _REFERENCE.fullmatch(value.strip())
    parts = f"{match['module']}.{match['attribute']}".split(".") if match else [""]
    if match is None or not all(part.isidentifier() for part in parts):
        raise InputError(
            f"entry point {name!r} refers to {value[:200]!r}, not to module:attribute", where=where
        )
    return EntryPoint(name, match["module"], match["attribute"], group)


def launcher(point: EntryPoint, interpreter: str) -> bytes:
    """Return the executable file for `point`, run by the absolute path `interpreter`."""
    return _LAUNCHER.format(
        interpreter=interpreter,
        module=point.module,
        imported=point.attribute.split(".")[0],
        attribute=point.attribute,
    ).encode()


class Shebang(Struct, frozen=True):
    """A content whose first `skip` bytes are replaced by `head`."""

    content: Content
    head: bytes
    skip: int

    @property
    def size(self) -> int:
        """How many bytes `chunks` yields in all."""
        return self.content.size - self.skip + len(self.head)

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order."""
        yield self.head
        left = self.skip
        for chunk in self.content.chunks():
            if rest := chunk[left:]:
                yield rest
            left -= min(left, len(chunk))


def rewritten(script: Content, interpreter: str, *, where: str) -> Content:
    """Return `script` to be run by `interpreter` where it starts with `#!python`, else as it is.

    The whole first line goes, options too, as in other installers; `#!pythonw` counts.
    """
    first = next(iter(script.chunks()), b"")
    if not first.startswith(b"#!python"):
        return script
    end = first.find(b"\n") + 1
    if not end and len(first) < script.size:
        raise InputError("script has a first line without an end", where=where)
    return Shebang(script, f"#!{interpreter}\n".encode(), end or len(first))
