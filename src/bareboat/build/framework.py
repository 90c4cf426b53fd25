"""What the framework of a project takes of a build: for Django its settings module and static files."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from bareboat.build import starting
from bareboat.build.collected import Collected
from bareboat.build.ready import Ready
from bareboat.build.tools import Tools
from bareboat.build.wanted import Wanted
from bareboat.finding import Finding, Severity
from bareboat.plan.make import Start, environment
from bareboat.plan.settings import Build, Settings
from bareboat.project import django, djangosettings
from bareboat.project.command import Decision
from bareboat.project.django import MODULE, Statics
from bareboat.project.project import Project
from bareboat.target import Target

__all__ = ["NO_SETTINGS", "Framework", "read"]

NO_SETTINGS = "BB944"
"""The code of the finding for a Django project whose settings module nothing names."""


class Framework(Struct, frozen=True):
    """What was found: `django` is None for another framework; `env` are variables of the image."""

    django: Statics | None = None
    env: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()

    def collected(  # noqa: PLR0913 - the values of one build, each made by a step before
        self,
        wanted: Wanted,
        project: Project,
        settings: Settings,
        *,
        start: Start,
        ready: Sequence[Ready],
        target: Target,
        tools: Tools,
    ) -> Collected:
        """Return the static files of the project, none where it has none or that is switched off."""
        if self.django is None:
            return Collected(findings=self.findings)
        # a build that collects nothing imports nothing of it
        from bareboat.build import statics
        from bareboat.build.collecting import Asked
        from bareboat.build.workshop import limits, memory, processors
        from bareboat.sandbox.limits import Limits

        build = settings.build or Build()
        said = statics.decisions(self.django)
        if not self.django.where:
            return Collected(decisions=said)
        if build.collectstatic is False:
            off = Decision("static files", "none", "the build.collectstatic setting")
            return Collected(decisions=(*said, off))
        asked = Asked(
            tools,
            self.django,
            ready,
            env=environment(start, self.env, settings),
            given=build.env,
            known=[one.name for one in project.application.variables],
            target=target,
            limits=Limits(memory=limits(memory(), processors()).memory),
            epoch=wanted.created,
            sandboxed=wanted.sandboxed,
        )
        collected = statics.collect(asked)
        return replace(collected, decisions=(*said, *collected.decisions))


def read(project: Project, settings: Settings, packages: Mapping[str, str]) -> Framework:
    """Return what the framework takes; `packages` are the versions in the lock by name."""
    if "django" not in packages:
        return Framework()
    served = starting.served(project, settings, packages)
    found = django.read(
        project.files,
        project.application.variables,
        served=served,
        given=(settings.env or {}).get(MODULE, ""),
        hinted=djangosettings.hints(project.folder),
    )
    if found is None:
        return Framework(findings=(_unnamed(project, served),) if served else ())
    return Framework(found, ((MODULE, found.settings),))


def _unnamed(project: Project, served: str) -> Finding:
    names = [fact.value for fact in djangosettings.candidates(project.files, "")]
    which = f"; settings here: {', '.join(names)}" if names else ""
    return Finding(
        NO_SETTINGS,
        served,
        "starts Django, and nothing names its settings module",
        Severity.WARNING,
        hint=f'write env = {{ {MODULE} = "…" }} in [tool.bareboat]{which}',
    )
