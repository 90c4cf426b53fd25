"""A workflow for GitHub Actions: test, build, scan, push, each a job with the least rights.

Only the last job pushes the image, and it runs nobody else's code: the scanners of the job before
it see the image and no token that could change it. Docker's build writes its cache besides.
Spec: Workflow syntax for GitHub Actions; Contexts; Automatic token authentication.
"""

from bareboat.forms.pins import TRIVY, action
from bareboat.forms.pipeline import ARCHIVE, Builder, Pipeline, Scan, audit, build, locks, trials
from bareboat.forms.versions import UV
from bareboat.forms.yaml import Said, Value, yaml

__all__ = ["PLACE", "github"]

PLACE = ".github/workflows/image.yml"
"""Where GitHub looks for it, from the repository's root."""

Step = dict[str, Value]

_RUNNER = "ubuntu-24.04"  # it brings Docker and skopeo
_REGISTRY = "ghcr.io"
_SBOM = "sbom.spdx.json"
_HEAD = """\
# Tests, builds, scans and pushes the image; a pull request does all but the push.
# Written by `bareboat ci github`: its --diff shows what another release would change.

"""

_PUSH = """\
image="ghcr.io/${GITHUB_REPOSITORY,,}"
printf '%s' "$TOKEN" | skopeo login --username "$GITHUB_ACTOR" --password-stdin ghcr.io
tags=("sha-$GITHUB_SHA" "${GITHUB_REF_NAME//[^A-Za-z0-9_.-]/-}")
if [ "$GITHUB_REF" = "refs/heads/$BRANCH" ]; then tags+=(latest); fi
for tag in "${tags[@]}"; do
  skopeo copy --preserve-digests --digestfile digest.txt oci-archive:image.tar "docker://$image:$tag"
done
digest=$(cat digest.txt)
echo "image=$image@$digest" >> "$GITHUB_OUTPUT"
echo "digest=$digest" >> "$GITHUB_OUTPUT"
echo "Pushed \\`$image@$digest\\` as ${tags[*]}" >> "$GITHUB_STEP_SUMMARY"
"""


def github(pipeline: Pipeline) -> str:
    """Return the workflow as text, to be put at PLACE.

    Raises InputError where the scan does not fit the project.
    """
    jobs: dict[str, Value] = {}
    commands = trials(pipeline)
    if commands:
        jobs["test"] = _test(pipeline, commands)
    after = ["test"] if commands else []
    jobs["build"] = (
        _native(pipeline, after) if pipeline.builder is Builder.NATIVE else _docker(pipeline, after)
    )
    jobs["scan"] = _scan(pipeline)
    jobs["push"] = _push(pipeline)
    document: dict[str, Value] = {
        "name": "image",
        "on": {"push": {"branches": [pipeline.branch], "tags": ["v*"]}, "pull_request": {}},
        "permissions": {},
        "concurrency": {
            "group": "${{ github.workflow }}-${{ github.ref }}",
            "cancel-in-progress": "${{ github.event_name == 'pull_request' }}",
        },
        "jobs": jobs,
    }
    return _HEAD + yaml(document, apart=("jobs",))


def _job(steps: list[Step], *, permissions: dict[str, Value], **more: Value) -> dict[str, Value]:
    before = {key.replace("_", "-"): value for key, value in more.items() if value}
    head = {"if": before.pop("when")} if "when" in before else {}
    return {
        **head,
        **before,
        "runs-on": _RUNNER,
        "timeout-minutes": 30,
        "permissions": permissions,
        "steps": steps,
    }


def _test(pipeline: Pipeline, commands: tuple[str, ...]) -> dict[str, Value]:
    steps = [_checkout(), _uv()]
    steps += [{"run": one, **_inside(pipeline)} for one in commands]
    env: Value = {"UV_PYTHON": str(pipeline.blueprint.python)}
    return _job(steps, permissions={"contents": "read"}, env=env)


def _native(pipeline: Pipeline, after: list[str]) -> dict[str, Value]:
    prefix = "bareboat-${{ runner.os }}-${{ runner.arch }}-"
    files = ", ".join(f"'{name}'" for name in locks(pipeline))
    cache: Value = {
        "path": "~/.cache/bareboat",
        "key": prefix + (f"${{{{ hashFiles({files}) }}}}" if files else "${{ github.sha }}"),
        "restore-keys": prefix,
    }
    steps: list[Step] = [
        _checkout(),
        _uv(),
        {"uses": action("actions/cache"), "with": cache},
        {"name": "Build", "run": build(pipeline, out=ARCHIVE)},
        _kept("image", ARCHIVE, days=1),
    ]
    return _job(steps, permissions={"contents": "read"}, needs=after)


def _docker(pipeline: Pipeline, after: list[str]) -> dict[str, Value]:
    ref = "type=registry,ref=${{ steps.names.outputs.cache }}"
    stored = "format('type=registry,ref={0},mode=max', steps.names.outputs.cache)"
    built: Value = {
        "context": pipeline.context or ".",
        "file": pipeline.path("Dockerfile"),
        "provenance": False,
        "outputs": f"type=docker,dest={ARCHIVE},oci-mediatypes=true",
        "cache-from": ref,
        "cache-to": f"${{{{ github.event_name == 'push' && {stored} || '' }}}}",
    }
    name = f'echo "cache={_REGISTRY}/${{GITHUB_REPOSITORY,,}}:buildcache" >> "$GITHUB_OUTPUT"'
    login: Value = {
        "registry": _REGISTRY,
        "username": "${{ github.actor }}",
        "password": "${{ github.token }}",
    }
    steps: list[Step] = [
        _checkout(),
        {"uses": action("docker/setup-buildx-action")},
        {"uses": action("docker/login-action"), "with": login},
        {"id": "names", "run": name},
        {"uses": action("docker/build-push-action"), "with": built},
        _kept("image", ARCHIVE, days=1),
    ]
    rights: dict[str, Value] = {"contents": "read", "packages": Said("write", "the cache is in the registry")}
    return _job(steps, permissions=rights, needs=after)


def _scan(pipeline: Pipeline) -> dict[str, Value]:
    steps: list[Step] = [_checkout()] if pipeline.scan is Scan.PIP_AUDIT else []
    steps.append(_fetched())
    if pipeline.scan is Scan.TRIVY:
        steps += [_trivy_sbom(), _kept("sbom", _SBOM), _trivy()]
    else:
        steps += [_syft(), _kept("sbom", _SBOM)]
        steps += [_grype()] if pipeline.scan is Scan.GRYPE else _pip_audit(pipeline)
    return _job(steps, permissions={"contents": "read"}, needs=["build"])


def _trivy_sbom() -> Step:
    asked: Value = {"version": f"v{TRIVY}", "input": ARCHIVE, "format": "spdx-json", "output": _SBOM}
    return {"name": "SBOM", "uses": action("aquasecurity/trivy-action"), "with": asked}


def _trivy() -> Step:
    asked: Value = {
        "skip-setup-trivy": True,
        "input": ARCHIVE,
        "severity": "HIGH,CRITICAL",
        "ignore-unfixed": True,
        "exit-code": "1",
    }
    return {"name": "Scan", "uses": action("aquasecurity/trivy-action"), "with": asked}


def _syft() -> Step:
    asked: Value = {
        "image": f"oci-archive:{ARCHIVE}",
        "format": "spdx-json",
        "output-file": _SBOM,
        "upload-artifact": False,
        "upload-release-assets": False,
    }
    return {"name": "SBOM", "uses": action("anchore/sbom-action"), "with": asked}


def _grype() -> Step:
    asked: Value = {"sbom": _SBOM, "severity-cutoff": "high", "only-fixed": True, "output-format": "table"}
    return {"name": "Scan", "uses": action("anchore/scan-action"), "with": asked}


def _pip_audit(pipeline: Pipeline) -> list[Step]:
    commands: list[Step] = [{"run": one, **_inside(pipeline)} for one in audit(pipeline)]
    return [_uv(), *commands]


def _push(pipeline: Pipeline) -> dict[str, Value]:
    env: Value = {"BRANCH": pipeline.branch, "TOKEN": "${{ github.token }}"}
    steps: list[Step] = [_fetched(), {"name": "Push", "id": "push", "env": env, "run": _PUSH}]
    outputs: Value = {
        "digest": "${{ steps.push.outputs.digest }}",
        "image": "${{ steps.push.outputs.image }}",
    }
    return _job(
        steps,
        permissions={"packages": "write"},
        when="github.event_name == 'push'",
        needs=["build", "scan"],
        outputs=outputs,
    )


def _checkout() -> Step:
    return {"uses": action("actions/checkout"), "with": {"persist-credentials": False}}


def _uv() -> Step:
    return {"uses": action("astral-sh/setup-uv"), "with": {"version": UV}}


def _inside(pipeline: Pipeline) -> Step:
    return {"working-directory": pipeline.folder} if pipeline.folder else {}


def _kept(name: str, path: str, *, days: int = 0) -> Step:
    more: Step = {"retention-days": days, "compression-level": 0} if days else {}
    asked: Value = {"name": name, "path": path, "if-no-files-found": "error", **more}
    return {"uses": action("actions/upload-artifact"), "with": asked}


def _fetched() -> Step:
    return {"uses": action("actions/download-artifact"), "with": {"name": "image"}}
