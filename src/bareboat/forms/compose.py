"""`compose.yaml`: the image as it is meant to run, with nothing more than it needs."""

import json
from collections.abc import Sequence

from bareboat.forms.source import APP
from bareboat.plan.blueprint import Blueprint

__all__ = ["compose"]

_BIN = "/opt/venv/bin/"


def compose(blueprint: Blueprint, *, dockerfile: str = "Dockerfile") -> str:
    """Return the file's text; `dockerfile` is relative to the build context.

    Each further command of the image is a service of its own. Strings are in double quotes as in
    JSON, which is YAML too.
    """
    name = blueprint.name.rpartition("/")[2].partition(":")[0]
    depth = blueprint.context.count("/") + 1 if blueprint.context else 0
    built = [
        "    build:",
        f"      context: {json.dumps('/'.join(['..'] * depth) or '.')}",
        f"      dockerfile: {json.dumps(blueprint.path(dockerfile))}",
    ]
    port = blueprint.start.port
    published = ["    ports:", f'      - "127.0.0.1:{port}:{port}"'] if port is not None else []
    volumes = {path: path.removeprefix(f"{APP}/").strip("/").replace("/", "-") for path in blueprint.writable}
    mounted = ["    volumes:", *(f"      - {volume}:{path}" for path, volume in volumes.items())]
    held = mounted if volumes else []
    lines = ["# Written by `bareboat dockerfile --compose`.", "services:"]
    lines += _service(blueprint, name, built, (*published, *held))
    for title, words in blueprint.start.commands:
        lines += _service(blueprint, f"{name}-{title}", (), (*_command(words), *held))
    if volumes:
        lines += ["volumes:", *(f"  {volume}:" for volume in sorted(volumes.values()))]
    return "\n".join(lines) + "\n"


def _service(blueprint: Blueprint, name: str, built: Sequence[str], more: Sequence[str]) -> list[str]:
    lines = [
        f"  {name}:",
        *built,
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
    return [*lines, *more]


def _command(words: Sequence[str]) -> tuple[str, ...]:
    """Return what starts another command of the image; its own check is for the default one alone.

    A program of the environment is named alone, as PATH finds it, for not every form has the
    environment at the same place. A dollar sign is doubled, or Compose would look for a variable.
    """
    named = [word.removeprefix(_BIN).replace("$", "$$") for word in words]
    return (
        f"    command: {json.dumps(named, ensure_ascii=False)}",
        "    healthcheck:",
        "      disable: true",
    )
