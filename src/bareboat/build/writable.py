"""The folders that the application may write to: those of the settings, else volumes that files state."""

from bareboat.plan.settings import Settings
from bareboat.project.decision import Decision
from bareboat.project.place import moved
from bareboat.project.project import Project

__all__ = ["folders"]


def folders(project: Project, settings: Settings) -> tuple[tuple[str, ...], tuple[Decision, ...]]:
    """Return absolute paths in the image, in order, and why they are taken.

    What a Dockerfile has below its WORKDIR stands below the application's folder here.
    """
    if settings.writable is not None:
        reason = Decision("writable", ", ".join(settings.writable), "the writable setting")
        return settings.writable, (reason,) if settings.writable else ()
    found: dict[str, str] = {}
    for fact in project.container.volumes:
        found.setdefault(moved(fact.value, project.container.folder), fact.where)
    if not found:
        return (), ()
    where = next(iter(found.values()))
    return tuple(found), (Decision("writable", ", ".join(found), "a volume there: the user's own", where),)
