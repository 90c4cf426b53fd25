"""The stages that test and scan.

A stage that nothing needs is never built, so the final one copies an empty folder from each: it
adds nothing, and without it there is no image.
"""

import shlex

from bareboat.dockerfile.make import comment, frm, run, workdir
from bareboat.dockerfile.syntax import Item
from bareboat.forms import mounts, source
from bareboat.forms.final import Installed
from bareboat.forms.options import Options
from bareboat.forms.versions import AUDIT, PYTEST
from bareboat.plan.blueprint import Blueprint

__all__ = ["scanned", "stages", "tested"]

_PASSED = "mkdir /passed"


def stages(
    blueprint: Blueprint, options: Options, installed: Installed
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return the stages asked for, and their names."""
    items: list[Item] = []
    names: list[str] = []
    if options.has_tests:
        items += tested(blueprint, options, installed)
        names.append("test")
    if options.has_scan:
        items += scanned(options, installed)
        names.append("scan")
    return tuple(items), tuple(names)


def tested(blueprint: Blueprint, options: Options, installed: Installed) -> tuple[Item, ...]:
    """Return the stage `test`: the project's own tests against what will be shipped."""
    wanted = shlex.join(blueprint.tests.requirements or (f"pytest>={PYTEST}",))
    names = tuple(dict.fromkeys((*blueprint.entries, *blueprint.sources, *blueprint.tests.entries)))
    return (
        comment("The tests run against what is shipped; what they need stays in this stage."),
        frm(installed.running, "test"),
        run(
            f"python -m pip --python {installed.bin}/python install --disable-pip-version-check {wanted}",
            mounts=(*mounts.caches("pip"), *mounts.secrets(options, "pip")),
        ),
        workdir(source.APP),
        *source.copies(blueprint, names),
        run(f"{installed.bin}/python -m pytest", _PASSED),
    )


def scanned(options: Options, installed: Installed) -> tuple[Item, ...]:
    """Return the stage `scan`: pip-audit on what will be shipped.

    Its answer is kept like any other step's: build with `--no-cache-filter scan` to ask again.
    """
    return (
        comment("Known vulnerabilities; `docker build --no-cache-filter scan` asks again."),
        frm(installed.running, "scan"),
        run(
            "python -m venv /opt/audit",
            f"/opt/audit/bin/pip install --disable-pip-version-check pip-audit=={AUDIT}",
            mounts=(*mounts.caches("pip"), *mounts.secrets(options, "pip")),
        ),
        run(
            f'/opt/audit/bin/pip-audit --path "$({installed.bin}/python -c '
            '\'import sysconfig; print(sysconfig.get_path("purelib"))\')"',
            _PASSED,
        ),
    )
