"""Run by the target's interpreter inside the sandbox: asks a backend for its needs, then for a wheel.

Knows nothing of bareboat; pyproject_hooks lies beside it. The answer is a JSON file: `more` lists
requirements that are not installed yet, and then nothing was built; else `wheel` names the file.

Spec: PEP 517; the backend runs in a process of its own, which pyproject_hooks starts.
"""

import json
import re
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from subprocess import CalledProcessError

__all__ = ["main", "missing", "normal"]


def missing(requirements: Sequence[str]) -> list[str]:
    """Return the requirements whose distribution is not installed, whatever its version."""
    installed = {normal(name) for held in metadata.distributions() if (name := held.metadata["Name"])}
    return [
        line
        for line in requirements
        if normal(re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0]) not in installed
    ]


def normal(name: str) -> str:
    """Return a distribution's name as the index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def main(told: str) -> None:
    """Do what the JSON object `told` asks for."""
    sys.path.append(str(Path(__file__).parent))
    from pyproject_hooks import BackendUnavailable, BuildBackendHookCaller

    asked = json.loads(told)
    caller = BuildBackendHookCaller(asked["source"], asked["backend"], asked["backend_path"])
    answer: dict[str, object] = {}
    try:
        wanted = caller.get_requires_for_build_wheel()
        answer["wanted"] = wanted
        answer["more"] = [] if asked.get("whole") else missing(wanted)
        if asked["builds"] and not answer["more"]:
            answer["wheel"] = caller.build_wheel(asked["out"])
    except BackendUnavailable as error:
        words = (error.traceback or "").strip().splitlines()
        answer["unavailable"] = words[-1] if words else str(error)
    except CalledProcessError as error:  # the backend has said why
        sys.exit(error.returncode if error.returncode > 0 else 1)
    Path(asked["answer"]).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
