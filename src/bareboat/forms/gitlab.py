"""A pipeline for GitLab CI: test, build, scan, push as stages, in images of one release each.

Credentials are the job's own variables, which GitLab masks; none stands in the text.
Spec: GitLab CI/CD YAML syntax reference; Predefined CI/CD variables.
"""

from bareboat.forms.pins import DOCKER, GRYPE, SKOPEO, SYFT, TRIVY, uv_image
from bareboat.forms.pipeline import ARCHIVE, Builder, Pipeline, Scan, audit, build, locks, trials
from bareboat.forms.yaml import Value, yaml

__all__ = ["PLACE", "gitlab"]

PLACE = ".gitlab-ci.yml"
"""Where GitLab looks for it, from the repository's root."""

Job = dict[str, Value]

_SBOM = "sbom.spdx.json"
_HEAD = """\
# Tests, builds, scans and pushes the image; a merge request does all but the push.
# Written by `bareboat ci gitlab`: its --diff shows what another release would change.

"""
_IS_REQUEST = '$CI_PIPELINE_SOURCE == "merge_request_event"'
_RULES: Value = [
    {"if": _IS_REQUEST},
    {"if": "$CI_COMMIT_TAG"},
    {"if": "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH"},
]
_LOGIN = (
    'printf %s "$CI_REGISTRY_PASSWORD" | '
    '{} login --username "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY"'
)
_COPY = (
    "skopeo copy --preserve-digests --digestfile digest.txt "
    f'oci-archive:{ARCHIVE} "docker://$CI_REGISTRY_IMAGE:{{}}"'
)

_CACHE = "$CI_REGISTRY_IMAGE:buildcache"
_STORED = (
    f'if [ "$CI_PIPELINE_SOURCE" != merge_request_event ]; then '
    f'set -- --cache-to "type=registry,ref={_CACHE},mode=max"; fi'
)


def gitlab(pipeline: Pipeline) -> str:
    """Return the pipeline as text, to be put at PLACE.

    Raises InputError where the scan does not fit the project.
    """
    commands = trials(pipeline)
    stages = [*(["test"] if commands else []), "build", "scan", "push"]
    document: dict[str, Value] = {
        "stages": stages,
        "workflow": {"auto_cancel": {"on_new_commit": "interruptible"}, "rules": _RULES},
        "default": {"interruptible": True, "timeout": "30 minutes"},
    }
    if commands:
        document["test"] = _test(pipeline, commands)
    document["build"] = _native(pipeline) if pipeline.builder is Builder.NATIVE else _docker(pipeline)
    document["sbom"] = _sbom(pipeline)
    document["scan"] = _scan(pipeline)
    document["push"] = _push()
    return _HEAD + yaml(document)


def _test(pipeline: Pipeline, commands: tuple[str, ...]) -> Job:
    return {
        "stage": "test",
        "image": uv_image(str(pipeline.blueprint.python)),
        "script": _inside(pipeline, commands),
    }


def _native(pipeline: Pipeline) -> Job:
    folder = ".cache/bareboat"
    files = list(locks(pipeline))[:2]
    key: Value = {"files": files, "prefix": "bareboat"} if files else "bareboat"
    return {
        "stage": "build",
        "image": uv_image("3.13"),
        "variables": {"BAREBOAT_CACHE_DIR": f"$CI_PROJECT_DIR/{folder}"},
        "cache": {"key": key, "paths": [folder]},
        "script": [build(pipeline, out=ARCHIVE)],
        "artifacts": _kept(ARCHIVE),
    }


def _docker(pipeline: Pipeline) -> Job:
    # The builder takes the daemon's TLS settings from a context alone.
    words = [
        "docker buildx build",
        f'--cache-from "type=registry,ref={_CACHE}" "$@" --provenance=false',
        f"--output type=docker,dest={ARCHIVE},oci-mediatypes=true",
        f"--file {pipeline.path('Dockerfile')} {pipeline.context or '.'}",
    ]
    return {
        "stage": "build",
        "image": f"docker:{DOCKER}",
        "services": [f"docker:{DOCKER}-dind"],
        "variables": {"DOCKER_TLS_CERTDIR": "/certs"},
        "script": [
            _LOGIN.format("docker"),
            "docker context create ci",
            "docker buildx create --use --driver docker-container ci",
            "set --\n" + _STORED + "\n" + " \\\n  ".join(words) + "\n",
        ],
        "artifacts": _kept(ARCHIVE),
    }


def _sbom(pipeline: Pipeline) -> Job:
    if pipeline.scan is Scan.TRIVY:
        image, command = _trivy_image(), f"trivy image --input {ARCHIVE} --format spdx-json --output {_SBOM}"
    else:
        image, command = (
            f"ghcr.io/anchore/syft:{SYFT}-debug",
            f"/syft scan oci-archive:{ARCHIVE} -o spdx-json={_SBOM}",
        )
    return {
        "stage": "scan",
        "image": _bare(image),
        "needs": ["build"],
        "script": [command],
        "artifacts": {"paths": [_SBOM]},
    }


def _scan(pipeline: Pipeline) -> Job:
    if pipeline.scan is Scan.PIP_AUDIT:
        image: Value = uv_image(str(pipeline.blueprint.python))
        return {"stage": "scan", "image": image, "needs": [], "script": _inside(pipeline, audit(pipeline))}
    if pipeline.scan is Scan.GRYPE:
        image, script = (
            _bare(f"ghcr.io/anchore/grype:{GRYPE}-debug"),
            f"/grype sbom:{_SBOM} --fail-on high --only-fixed",
        )
        return {"stage": "scan", "image": image, "needs": ["sbom"], "script": [script]}
    words = f"trivy image --input {ARCHIVE} --severity HIGH,CRITICAL --ignore-unfixed --exit-code 1"
    return {"stage": "scan", "image": _bare(_trivy_image()), "needs": ["build"], "script": [words]}


def _push() -> Job:
    return {
        "stage": "push",
        "image": _bare(f"quay.io/skopeo/stable:{SKOPEO}"),
        "interruptible": False,
        "resource_group": "push",
        "rules": [{"if": _IS_REQUEST, "when": "never"}, {"when": "on_success"}],
        "script": [
            _LOGIN.format("skopeo"),
            _COPY.format("sha-$CI_COMMIT_SHA"),
            _COPY.format("${CI_COMMIT_TAG:-$CI_COMMIT_REF_SLUG}"),
            f'if [ "$CI_COMMIT_BRANCH" = "$CI_DEFAULT_BRANCH" ]; then {_COPY.format("latest")}; fi',
            'echo "IMAGE=$CI_REGISTRY_IMAGE@$(cat digest.txt)" | tee image.env',
        ],
        "artifacts": {"reports": {"dotenv": "image.env"}},
    }


def _trivy_image() -> str:
    return f"ghcr.io/aquasecurity/trivy:{TRIVY}"


def _bare(image: str) -> Value:
    """Return an image whose entry point is put out of the shell's way."""
    return {"name": image, "entrypoint": [""]}


def _inside(pipeline: Pipeline, commands: tuple[str, ...]) -> list[Value]:
    return [*([f"cd {pipeline.folder}"] if pipeline.folder else []), *commands]


def _kept(path: str) -> Value:
    return {"paths": [path], "expire_in": "1 day"}
