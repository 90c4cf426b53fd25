"""A plan as JSON, held against its own schema."""

import json

import jsonschema
import pytest

from bareboat.plan.encode import VERSION, document, schema
from plans import plan


def test_the_document_is_valid_by_its_schema() -> None:
    made = json.loads(json.dumps(document(plan())))
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(made, schema())


@pytest.mark.parametrize("field", ["schema", "reference", "layers", "config", "decisions", "findings"])
def test_the_schema_demands_every_field(field: str) -> None:
    made = document(plan())
    del made[field]
    with pytest.raises(jsonschema.ValidationError, match=field):
        jsonschema.validate(made, schema())


def test_the_document_says_what_the_plan_says() -> None:
    made = document(plan())
    assert made["schema"] == VERSION == "bareboat.plan/1"
    assert made["target"] == {"architecture": "amd64", "python": "3.13.5", "glibc": "2.41"}
    assert (made["suite"], made["lock"], made["compression"], made["created"]) == (
        *("trixie", "pylock.toml", "gzip"),
        60,
    )
    assert made["size"] == sum(layer["size"] for layer in made["layers"])
    first = made["layers"][0]
    assert first["artifacts"][0]["dropped"] == {"documentation": 700, "locales": 90}
    assert made["layers"][3]["artifacts"][0]["because"] == "uvicorn"
    assert made["debian"] == [{"name": "libc6", "version": "2.41-12", "sha256": "c" * 64}]
    assert made["python"] == [{"name": "click", "version": "8.5", "sha256": "d" * 64}]
    assert made["findings"][0] == {
        "code": "BB910",
        "severity": "warning",
        "where": "numpy",
        "message": "wants libx.so.1",
        "hint": "install it",
    }
    assert made["config"]["User"] == "65532:65532"
