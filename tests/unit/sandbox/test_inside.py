"""The helper is tried as the process that it is; what it builds is looked at in test_namespaces."""

import json
import os
import subprocess
import sys
from pathlib import Path

import sources


def helper(specification: object) -> tuple[int, object]:
    """Start the helper as `namespaces` does; return its exit code and its answer."""
    reader, writer = os.pipe()
    answer, outgoing = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "bareboat.sandbox.inside", str(reader), str(outgoing)],
        pass_fds=(reader, outgoing),
        env={"PYTHONPATH": str(sources.SOURCE)},
    )
    os.close(reader)
    os.close(outgoing)
    with os.fdopen(writer, "wb") as request:
        request.write(json.dumps(specification).encode())
    with os.fdopen(answer, "rb") as source:
        said = source.read()
    return process.wait(20), json.loads(said) if said else None


def specification(root: Path, **more: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "root": str(root),
        "command": ["x"],
        "env": {},
        "working_dir": "/",
        "user": 65532,
        "hostname": "bareboat",
        "is_probe": False,
        "has_network": True,
        "bounds": [],
        "limits": None,
    }
    return {**usual, **more}


def test_a_folder_that_is_not_there_is_named_as_a_step(tmp_path: Path) -> None:
    code, answer = helper(specification(tmp_path / "none"))
    assert code == 70
    assert isinstance(answer, list)
    # Where namespaces are closed the refusal comes one step earlier; both are lines of this form.
    assert answer[0] in {"open the root folder", "make the namespaces", "map the user"}
    assert isinstance(answer[1], int)
    assert isinstance(answer[2], str)


def test_a_root_without_mount_points_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    code, answer = helper(specification(tmp_path))
    assert code == 70
    assert isinstance(answer, list)
    assert answer[0] in {"mount /proc", "make the namespaces", "map the user", "bind the root folder"}
