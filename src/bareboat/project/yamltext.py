"""YAML text read into plain values, for files that others read in earnest."""

from typing import Any

__all__ = ["loaded"]


def loaded(text: str) -> Any:
    """Return the document, None for what is no YAML; aliases cannot make it larger than its text allows."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, TypeError, RecursionError, AttributeError):
        return None
