"""A project that names no dependency and imports some: a requirements file proposed, never installed.

Which distribution has a module is looked up in the Contents index of the signed Debian archive: the
package that has the module also has the distribution's metadata, under its own name. A module that Debian
does not have is taken to be called like its distribution, which is said.
"""

import re
from collections.abc import Callable, Sequence

from packaging.utils import canonicalize_name

from bareboat.errors import InputError
from bareboat.project.fact import Fact

__all__ = ["Lookup", "refusal"]

Lookup = Callable[[str], Sequence[str]]
"""Give the distributions that have a top-level module, empty for none that is known."""

_SHOWN = 5


def refusal(imported: Sequence[Fact[str]], distributions: Lookup) -> InputError:
    """Return the error that names the modules, with the requirements file to paste as its hint."""
    lines = []
    for fact in imported:
        found = distributions(fact.value)
        names = sorted({str(canonicalize_name(name)) for name in found})
        if len(names) == 1:
            lines.append(names[0])
        elif names:
            lines.append(f"{_nearest(fact.value, names)}  # {fact.value} is in {', '.join(names)}: choose")
        else:
            lines.append(
                f"{canonicalize_name(fact.value)}  # a guess: called like the module that is imported"
            )
    names_of = [fact.value for fact in imported]
    shown = ", ".join(names_of[:_SHOWN]) + (
        f" and {len(names_of) - _SHOWN} more" if len(names_of) > _SHOWN else ""
    )
    text = "\n".join(dict.fromkeys(lines))
    return InputError(
        f"imports {shown}, and no file says what to install",
        where=imported[0].where,
        hint=f"nothing is installed by a guess: check this, and put it into requirements.txt\n{text}",
    )


def _nearest(module: str, names: Sequence[str]) -> str:
    """Return the name that is most like the module's."""
    plain = re.sub(r"[^a-z0-9]", "", module.lower())
    return min(names, key=lambda name: (plain not in name.replace("-", ""), len(name), name))
