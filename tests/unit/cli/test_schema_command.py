"""`bareboat schema` prints what editors and programs read."""

import json

import jsonschema
import pytest

from bareboat.cli.main import main


@pytest.mark.parametrize(("which", "key"), [("settings", "port"), ("plan", "layers"), ("compare", "rows")])
def test_a_schema_is_printed(capsys: pytest.CaptureFixture[str], which: str, key: str) -> None:
    assert main(["schema", which]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(found)
    assert any(key in one.get("properties", {}) for one in found["$defs"].values())


def test_only_these(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "lock"]) == 2
    assert "'settings', 'plan', 'compare'" in capsys.readouterr().err
