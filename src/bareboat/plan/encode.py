"""A Plan as JSON for programs, under a schema with a version.

A field is never renamed or dropped within a version; new fields may come.
"""

from typing import Any

import msgspec

from bareboat.plan.plan import LayerPlan, Plan

__all__ = ["VERSION", "document", "schema"]

VERSION = "bareboat.plan/1"


class _Target(msgspec.Struct, frozen=True):
    architecture: str
    python: str
    glibc: str


class _Decision(msgspec.Struct, frozen=True):
    subject: str
    value: str
    reason: str
    where: str


class _Artifact(msgspec.Struct, frozen=True):
    role: str
    name: str
    version: str
    size: int
    files: int
    because: str
    dropped: dict[str, int]


class _Layer(msgspec.Struct, frozen=True):
    name: str
    role: str
    size: int
    part: int
    parts: int
    artifacts: list[_Artifact]


class _Package(msgspec.Struct, frozen=True):
    name: str
    version: str
    sha256: str


class _Finding(msgspec.Struct, frozen=True):
    code: str
    severity: str
    where: str
    message: str
    hint: str


class _Document(msgspec.Struct, frozen=True):
    """A plan: sizes in bytes of files as they lie on disk, layers from the lowest up."""

    schema: str
    reference: str
    target: _Target
    suite: str
    lock: str
    size: int
    compression: str
    created: int
    config: dict[str, Any]
    decisions: list[_Decision]
    layers: list[_Layer]
    debian: list[_Package]
    python: list[_Package]
    findings: list[_Finding]


def document(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON values."""
    target = plan.target
    built = _Document(
        schema=VERSION,
        reference=plan.reference,
        target=_Target(target.arch.value, target.python_full, ".".join(map(str, target.glibc))),
        suite=plan.base.suite,
        lock=plan.lock.origin,
        size=plan.size,
        compression=plan.compression.value,
        created=plan.created,
        config=plan.config.document(),
        decisions=[_Decision(one.subject, one.value, one.reason, one.where) for one in plan.decisions],
        layers=[_layer(layer) for layer in plan.layers],
        debian=[_Package(one.name, one.version, one.sha256) for one in plan.base.packages],
        python=[_Package(one.name, one.version, one.artifact.sha256) for one in plan.lock.packages],
        findings=[
            _Finding(one.code, one.severity.value, one.where, one.message, one.hint) for one in plan.findings
        ],
    )
    result: dict[str, Any] = msgspec.to_builtins(built)
    return result


def schema() -> dict[str, Any]:
    """Return the JSON schema of `document`."""
    return msgspec.json.schema(_Document)


def _layer(layer: LayerPlan) -> _Layer:
    artifacts = [
        _Artifact(
            one.role.value,
            one.name,
            one.version,
            one.size,
            one.files,
            one.because,
            dict(one.dropped),
        )
        for one in layer.artifacts
    ]
    return _Layer(layer.name, layer.role.value, layer.size, layer.part, layer.parts, artifacts)
