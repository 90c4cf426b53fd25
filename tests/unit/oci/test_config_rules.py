"""Each fault of a config is found by its code."""

from typing import Any

import pytest

from images import Draft

FIELDS: list[tuple[str, dict[str, object]]] = [
    ("OCI307", {"Env": ["=x"]}),
    ("OCI307", {"Env": ["PATH"]}),
    ("OCI307", {"Env": {"PATH": "/bin"}}),
    ("OCI307", {"Env": ["A=\0"]}),
    ("OCI307", {"Entrypoint": "python -m app"}),
    ("OCI307", {"Cmd": [1]}),
    ("OCI307", {"User": 65532}),
    ("OCI307", {"WorkingDir": []}),
    ("OCI307", {"ExposedPorts": ["8000/tcp"]}),
    ("OCI307", {"Volumes": {"/data": "rw"}}),
    ("OCI307", {"Labels": {"a": 1}}),
    ("OCI307", {"StopSignal": 15}),
    ("OCI308", {"User": "nonroot"}),
    ("OCI308", {"User": "65532:nonroot"}),
    ("OCI309", {"ExposedPorts": {"http": {}}}),
    ("OCI309", {"ExposedPorts": {"0/tcp": {}}}),
    ("OCI309", {"ExposedPorts": {"70000": {}}}),
    ("OCI310", {"Env": ["A=1", "B=2", "A=3"]}),
    ("OCI311", {"WorkingDir": "app"}),
    ("OCI312", {"Healthcheck": []}),
    ("OCI312", {"Healthcheck": {"Test": ["python", "-c", "0"]}}),
    ("OCI312", {"Healthcheck": {"Test": "CMD true"}}),
    ("OCI312", {"Healthcheck": {"Interval": 5}}),
    ("OCI312", {"Healthcheck": {"Timeout": "5s"}}),
    ("OCI312", {"Healthcheck": {"StartPeriod": -1}}),
    ("OCI312", {"Healthcheck": {"Retries": 1.5}}),
]


@pytest.mark.parametrize(("code", "fields"), FIELDS)
def test_a_fault_of_a_field_is_found(code: str, fields: dict[str, object]) -> None:
    found = Draft(config=lambda written: written["config"].update(fields)).findings()
    assert [finding.code for finding in found] == [code]
    assert next(iter(fields)) in found[0].where


TOP: list[tuple[str, dict[str, Any]]] = [
    ("OCI301", {"rootfs": {"type": "overlay", "diff_ids": []}}),
    ("OCI301", {"rootfs": None}),
    ("OCI302", {"rootfs": {"type": "layers"}}),
    ("OCI302", {"rootfs": {"type": "layers", "diff_ids": ["sha256:12", 7]}}),
    ("OCI303", {"rootfs": {"type": "layers", "diff_ids": []}}),
    ("OCI304", {"history": [{}]}),
    ("OCI304", {"history": [{}, {}, {}]}),
    ("OCI304", {"history": [{}, {"empty_layer": True}]}),
    ("OCI304", {"history": {}}),
    ("OCI304", {"history": ["a", "b"]}),
    ("OCI305", {"created": "yesterday"}),
    ("OCI305", {"created": 0}),
    ("OCI305", {"history": [{"created": "now"}, {}]}),
    ("OCI306", {"architecture": ""}),
    ("OCI306", {"os": None}),
    ("OCI307", {"config": []}),
]


@pytest.mark.parametrize(("code", "fields"), TOP)
def test_a_fault_outside_the_fields_is_found(code: str, fields: dict[str, Any]) -> None:
    found = {finding.code for finding in Draft(config=lambda written: written.update(fields)).findings()}
    assert code in found
    assert found <= {code, "OCI401", "OCI503"}  # a wrong diff_id, an empty platform are seen twice


@pytest.mark.parametrize(
    "fields",
    [
        {"history": [{"created": "2026-01-02T03:04:05.678+01:00"}, {"empty_layer": True}, {}]},
        {"history": None},
        {"history": []},
        {"created": None},
        {"config": None},
        {"config": {"ExposedPorts": {"8000-8010/udp": {}, "53": {}}, "User": "0", "OnBuild": []}},
        {"config": {"Healthcheck": {"Test": ["NONE"]}, "Env": None}},
        {"os.version": "10", "author": "somebody"},
    ],
)
def test_what_the_specification_allows_is_no_finding(fields: dict[str, Any]) -> None:
    assert Draft(config=lambda written: written.update(fields)).findings() == ()
