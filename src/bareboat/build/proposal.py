"""A project that names no dependency and imports some: a requirements file proposed, never installed.

Which distribution has a module is looked up in the Contents index of the signed Debian archive: the
package that has the module also has the distribution's metadata, under its own name. A module that Debian
does not have is taken to be called like its distribution, which is said.
"""

import re
from collections.abc import Callable, Sequence

from msgspec import Struct
from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project import conda, imports, script
from bareboat.project.conda import Environment
from bareboat.project.fact import Fact
from bareboat.project.project import Project, SourceKind

__all__ = ["Lacking", "Lookup", "lacking", "refusal"]

Lookup = Callable[[str], Sequence[str]]
"""Give the distributions that have a top-level module, empty for none that is known."""

_SHOWN = 5
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


class Lacking(Struct, frozen=True):
    """What is imported from elsewhere, and what conda would install, of a project that names nothing.

    `scripts` are those of its files that name their own packages.
    """

    imported: tuple[Fact[str], ...]
    listed: Environment | None = None
    scripts: tuple[str, ...] = ()


def lacking(project: Project) -> Lacking | None:
    """Return what a project lacks that no file names a dependency of, None where it lacks nothing."""
    if project.source.kind is not SourceKind.NONE:
        return None
    imported, listed = imports.foreign(project.files), conda.read(project.folder)
    lists = listed is not None and (listed.packages or listed.pip)
    return Lacking(imported, listed, script.among(project.folder)) if imported or lists else None


def refusal(lacks: Lacking, distributions: Lookup | None = None) -> InputError:
    """Return the error that names what is lacking, with the requirements file to paste as its hint.

    conda's lines for pip come first, its versions bound what is imported, and what nothing imports
    is named. Without `distributions` the hint is who proposes that file.
    """
    said, where = _said(lacks)
    alone = (
        f"; or build one that names its packages: `bareboat build {lacks.scripts[0]}`"
        if lacks.scripts
        else ""
    )
    if distributions is None:
        hint = f"nothing is installed by a guess: `bareboat plan` proposes a requirements.txt to check{alone}"
        return InputError(said, where=where, hint=hint)
    imported, listed = lacks.imported, lacks.listed
    held = listed or Environment("")
    by_pip = {str(canonicalize_name(match[0])) for line in held.pip if (match := _NAME.match(line))}
    bounds = {one.name: one.specifier for one in held.packages}
    lines, seen = [*held.pip], set[str]()
    for fact in imported:
        names = sorted({str(canonicalize_name(name)) for name in distributions(fact.value)})
        guess = str(canonicalize_name(fact.value))
        known = {*names, guess} & bounds.keys()
        seen |= known
        if by_pip & {*names, guess}:
            continue
        name, remark = _chosen(fact.value, names)
        lines.append(f"{name}{bounds[min(known)] if known else ''}{remark}")
    left = [one for one in bounds if one not in seen]
    lines += [f"# nothing imports these of {held.file}: {', '.join(left)}"] if left else []
    text = "\n".join(dict.fromkeys(lines))
    return InputError(
        said,
        where=where,
        hint=f"nothing is installed by a guess: check this, and put it into requirements.txt{alone}\n{text}",
    )


def _chosen(module: str, names: Sequence[str]) -> tuple[str, str]:
    """Return the distribution of a module, and a remark where it is not sure."""
    if len(names) == 1:
        return names[0], ""
    if names:
        return _nearest(module, names), f"  # {module} is in {', '.join(names)}: choose"
    return str(canonicalize_name(module)), "  # a guess: called like the module that is imported"


def _said(lacks: Lacking) -> tuple[str, str]:
    """Return what is missing, and where it shows."""
    imported, listed = lacks.imported, lacks.listed
    if listed is None:
        shown = _shown([fact.value for fact in imported])
        return f"imports {shown}, and no file says what to install", imported[0].where
    parts = (
        [f"packages of conda ({_shown([one.name for one in listed.packages])})"] if listed.packages else []
    )
    parts += [f"a section for pip ({_shown(listed.pip)})"] if listed.pip else []
    what = " and ".join(parts) or "nothing to install"
    return f"lists {what}, which conda alone installs, and no other file says what to install", listed.file


def _shown(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _nearest(module: str, names: Sequence[str]) -> str:
    """Return the name that is most like the module's."""
    plain = re.sub(r"[^a-z0-9]", "", module.lower())
    return min(names, key=lambda name: (plain not in name.replace("-", ""), len(name), name))
