import re

from bareboat.forms.pins import ACTIONS, DOCKER, GRYPE, SKOPEO, SYFT, TRIVY, action, uv_image
from bareboat.forms.versions import UV


def test_every_action_is_a_commit_and_says_its_release() -> None:
    for name, (commit, version) in ACTIONS.items():
        assert re.fullmatch(r"[0-9a-f]{40}", commit), name
        assert re.fullmatch(r"v\d+\.\d+\.\d+", version), name
        assert (action(name).text, action(name).comment) == (f"{name}@{commit}", version)
    assert len({commit for commit, _ in ACTIONS.values()}) == len(ACTIONS)


def test_every_image_is_one_release() -> None:
    for version in (DOCKER, GRYPE, SKOPEO, SYFT, TRIVY):
        assert re.fullmatch(r"v?\d+\.\d+\.\d+", version)
    assert uv_image("3.14") == f"ghcr.io/astral-sh/uv:{UV}-python3.14-trixie"
