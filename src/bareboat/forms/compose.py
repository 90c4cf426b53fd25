"""`compose.yaml`: the image as it is meant to run, with nothing more than it needs."""

import json

from bareboat.forms.source import APP
from bareboat.plan.blueprint import Blueprint

__all__ = ["compose"]


def compose(blueprint: Blueprint, *, dockerfile: str = "Dockerfile") -> str:
    """Return the file's text; `dockerfile` is relative to the build context.

    Strings are in double quotes as in JSON, which is YAML too.
    """
    name = blueprint.name.rpartition("/")[2].partition(":")[0]
    depth = blueprint.context.count("/") + 1 if blueprint.context else 0
    lines = [
        "# Written by `bareboat dockerfile --compose`.",
        "services:",
        f"  {name}:",
        "    build:",
        f"      context: {json.dumps('/'.join(['..'] * depth) or '.')}",
        f"      dockerfile: {json.dumps(blueprint.path(dockerfile))}",
        f"    image: {json.dumps(blueprint.name)}",
        "    init: true",
        "    restart: unless-stopped",
        "    read_only: true",
        "    tmpfs:",
        "      - /tmp",
        "    cap_drop:",
        "      - ALL",
        "    security_opt:",
        "      - no-new-privileges:true",
    ]
    if blueprint.variables:
        lines += ["    env_file:", "      - path: .env", "        required: false"]
    if blueprint.start.port is not None:
        lines += ["    ports:", f'      - "127.0.0.1:{blueprint.start.port}:{blueprint.start.port}"']
    volumes = {path: path.removeprefix(f"{APP}/").strip("/").replace("/", "-") for path in blueprint.writable}
    if volumes:
        lines += ["    volumes:", *(f"      - {volume}:{path}" for path, volume in volumes.items())]
        lines += ["volumes:", *(f"  {volume}:" for volume in sorted(volumes.values()))]
    return "\n".join(lines) + "\n"
