"""Pipelines for the small projects of blueprints.py: what the golden files hold."""

from collections.abc import Iterator

from msgspec.structs import replace

import blueprints
import sources
from bareboat.forms import github, gitlab
from bareboat.forms.pipeline import Builder, Pipeline, Scan
from bareboat.plan.blueprint import Blueprint, Origin

__all__ = ["GOLDEN", "PYLOCK", "UPDATE", "cases", "pipeline"]

GOLDEN = sources.ROOT / "tests" / "golden" / "pipelines"
UPDATE = "BAREBOAT_UPDATE_GOLDEN"
PYLOCK = replace(
    blueprints.PACKAGE,
    dependencies=replace(blueprints.PACKAGE.dependencies, origin=Origin.PYLOCK, files=("pylock.toml",)),
)
_PICKED = (
    ("package", Builder.NATIVE, Scan.TRIVY),
    ("flask", Builder.NATIVE, Scan.PIP_AUDIT),
    ("workspace", Builder.DOCKER, Scan.GRYPE),
    ("django", Builder.DOCKER, Scan.TRIVY),
)


def pipeline(blueprint: Blueprint, builder: Builder = Builder.NATIVE, scan: Scan = Scan.TRIVY) -> Pipeline:
    """Return a pipeline of release 1.2.3; a project in a workspace lies where its Blueprint says."""
    return Pipeline(blueprint, "1.2.3", builder, scan, folder=blueprint.context, is_locked=True)


def cases() -> Iterator[tuple[str, str]]:
    """Yield name and text of every golden file."""
    for name, builder, scan in _PICKED:
        for forge, write in (("github", github.github), ("gitlab", gitlab.gitlab)):
            yield f"{forge}-{name}-{builder}-{scan}.yml", write(pipeline(blueprints.ALL[name], builder, scan))
