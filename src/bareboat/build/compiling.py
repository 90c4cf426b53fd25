"""What builds sources for one base and target, put together; imported where something has to be built."""

from collections.abc import Mapping

from bareboat.build.bases import Bases
from bareboat.build.builder import Builders
from bareboat.build.repositories import Repositories
from bareboat.build.requirements import Resolver
from bareboat.build.sdists import Sdists
from bareboat.build.supplement import supplement
from bareboat.build.tools import Tools
from bareboat.build.unconfined import Unconfined
from bareboat.build.wanted import Wanted
from bareboat.build.workshop import Workshop, limits, memory, processors
from bareboat.build.yard import Works, Yard
from bareboat.lock import BaseLock
from bareboat.plan.settings import Build, Settings
from bareboat.project import read as reading
from bareboat.target import Target

__all__ = ["sdists", "yard"]


def yard(  # noqa: PLR0913, PLR0917 - what a place to build in is made of
    wanted: Wanted, settings: Settings, bases: Bases, base: BaseLock, target: Target, tools: Tools
) -> Yard:
    """Return where wheels are built: in the sandbox, or on the host where that was asked for."""
    resolver = Resolver(tools, target, wanted.environ, wanted.folder, wanted.offline)
    works: Works = Workshop(tools, resolver, limits(memory(), processors()), wanted.created)
    if not wanted.sandboxed:
        works = Unconfined(tools, wanted.environ, wanted.folder, wanted.created, wanted.offline)
    builders = Builders(tools, bases, base, target)
    build = settings.build or Build()
    uv = reading.metadata(wanted.folder).tool.get("uv", {})
    more = supplement(build, uv if isinstance(uv, dict) else {})
    return Yard(builders, works, build.packages, build.env, more)


def sdists(wanted: Wanted, place: Yard, tools: Tools, *, logins: Mapping[str, str]) -> Sdists:
    """Return what builds packages that are locked as sources, `logins` by host for where they are."""
    return Sdists(tools, place, Repositories(tools, wanted.environ, wanted.offline, logins))
