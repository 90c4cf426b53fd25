"""The actions and images that generated workflows use, each at one release.

An action is named by the full commit that its version's tag stood on, on the repository's main
branch, when it was taken up: a tag can be moved, a commit cannot. One place to renew them.
"""

from bareboat.forms.versions import UV
from bareboat.forms.yaml import Said

__all__ = ["ACTIONS", "DOCKER", "GRYPE", "SKOPEO", "SYFT", "TRIVY", "action", "uv_image"]

ACTIONS = {
    "actions/cache": ("27d5ce7f107fe9357f9df03efb73ab90386fccae", "v5.0.5"),
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
    "actions/upload-artifact": ("bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "v7.0.0"),
    "anchore/sbom-action": ("e22c389904149dbc22b58101806040fa8d37a610", "v0.24.0"),
    "anchore/scan-action": ("e1165082ffb1fe366ebaf02d8526e7c4989ea9d2", "v7.4.0"),
    "aquasecurity/trivy-action": ("ed142fd0673e97e23eac54620cfb913e5ce36c25", "v0.36.0"),
    "astral-sh/setup-uv": ("20cfd1bf945f4377ade1205e4dbc17946fc9a30d", "v10.0.1"),
    "docker/build-push-action": ("53b7df96c91f9c12dcc8a07bcb9ccacbed38856a", "v7.3.0"),
    "docker/login-action": ("4907a6ddec9925e35a0a9e82d7399ccc52663121", "v4.1.0"),
    "docker/setup-buildx-action": ("37fe631027851001ddb9b187196cc803df7f5f0e", "v4.3.0"),
}

DOCKER = "29.7.2"
TRIVY = "0.74.0"
GRYPE = "v0.116.0"
SYFT = "v1.51.0"
SKOPEO = "v1.20.1"


def action(name: str) -> Said:
    """Return what `uses:` holds: the action at its commit, and its version as a comment."""
    commit, version = ACTIONS[name]
    return Said(f"{name}@{commit}", version)


def uv_image(python: str) -> str:
    """Return the image that has uv, git and a Python version."""
    return f"ghcr.io/astral-sh/uv:{UV}-python{python}-trixie"
