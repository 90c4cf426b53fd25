"""What a project without a lock asks the resolver for: its requirements, extras and groups, places looked at.

Spec: PEP 621, PEP 735; uv's `[tool.uv.sources]`.
"""

from collections.abc import Callable, Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from bareboat.build.metadata import Metadata, of_extra
from bareboat.build.placed import Placed
from bareboat.build.sdists import Sdists
from bareboat.errors import InputError
from bareboat.index.standin import StandIn
from bareboat.project import read, uvplaces
from bareboat.project.project import Project, SourceKind

__all__ = ["Asked"]

Lines = tuple[str, ...]
_UNKNOWN = "0"


class Asked:
    """One project's question. The calls fill what `placed` returns."""

    def __init__(
        self, project: Project, extras: Sequence[str], groups: Sequence[str], sdists: Callable[[], Sdists]
    ) -> None:
        self._project = project
        self._extras = tuple(str(canonicalize_name(name)) for name in extras)
        self._groups = tuple(str(canonicalize_name(name)) for name in groups)
        self._places = Placed(sdists, project.folder)
        self._own: StandIn | None = None

    def declared(self) -> tuple[Lines, Lines]:
        """Return the requirements that the project declares, and bounds: none.

        A backend that alone can tell them is asked. Raises InputError for an extra or a group that
        the project does not have.
        """
        project = self._project
        if project.is_dynamic:
            return self._itself(self._places.own(project.folder)), ()
        lines = [*self._placed([fact.value for fact in project.dependencies])]
        if self._extras or self._groups:
            for name in self._groups:
                lines += self._placed(_of("group", name, project.groups))
            for name in self._extras:
                _of("extra", name, project.extras)
            return (*lines, *self._itself(self._metadata(lines))), ()
        return tuple(lines), ()

    def listed(self, lines: Sequence[str], bounds: Sequence[str]) -> tuple[Lines, Lines]:
        """Return what a requirements file lists, and what bounds versions, places looked at.

        The project's own requirements come along where the file installs the project.
        """
        where = self._project.source.path.name
        folder = self._project.folder
        held = self._places.lines(lines, folder, where=where)
        bounded = self._places.lines(bounds, folder, where=where)
        if self._project.is_dynamic:
            held = (*held, *self._itself(self._places.own(folder)))
        # a bound on what comes from a place would ask for it by its bare name, and that bounds nothing
        return held, tuple(
            line for line in bounded if canonicalize_name(_name(line)) not in self._places.found
        )

    def table(self) -> str:
        """Return the table that binds names to indexes, for a project that its manifest speaks for."""
        project = self._project
        if project.source.kind is SourceKind.REQUIREMENTS:
            return ""
        return uvplaces.indexes(read.metadata(project.folder, project.script).tool, project.folder)

    def placed(self) -> tuple[StandIn, ...]:
        """Return what stands for the packages that come from a place."""
        own = (self._own,) if self._own is not None else ()
        return (*(one for name, one in sorted(self._places.found.items()) if one not in own), *own)

    def _placed(self, lines: Sequence[str]) -> Lines:
        folder = self._project.folder
        tool = read.metadata(folder, self._project.script).tool
        where = self._project.source.path.name
        return self._places.lines(uvplaces.placed(lines, tool, folder), folder, where=where)

    def _itself(self, said: Metadata) -> Lines:
        """Return the line that asks for the project itself with its extras; it is in no lock."""
        self._own = StandIn("", said.name, said.version or _UNKNOWN, said.text())
        extras = f"[{','.join(self._extras)}]" if self._extras else ""
        return (f"{said.name}{extras}",)

    def _metadata(self, lines: Sequence[str]) -> Metadata:
        project = self._project
        requires = list(lines)
        for name, held in project.extras:
            requires += [of_extra(line, name) for line in self._placed(held)]
        named = project.name.value if project.name is not None else "project"
        return Metadata(named, _UNKNOWN, tuple(requires), tuple(name for name, _ in project.extras))


def _of(kind: str, name: str, held: Sequence[tuple[str, tuple[str, ...]]]) -> Lines:
    table = dict(held)
    if name not in table:
        known = ", ".join(sorted(table)) or "none"
        raise InputError(f"the project has no {kind} {name!r} (it has: {known})", where="pyproject.toml")
    return table[name]


def _name(line: str) -> str:
    try:
        return Requirement(line).name
    except InvalidRequirement:
        return ""
