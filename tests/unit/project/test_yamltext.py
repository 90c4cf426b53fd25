"""YAML read into plain values."""

from bareboat.project.yamltext import loaded


def test_documents_become_values() -> None:
    assert loaded("a: [1, b]\n") == {"a": [1, "b"]}
    assert loaded("") is None


def test_what_is_no_yaml_is_none() -> None:
    assert loaded("a: [") is None
    assert loaded("!!python/object:os.system {}") is None
    assert loaded("[" * 100_000) is None
