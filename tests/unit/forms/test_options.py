"""Options ask for nothing unless told."""

from blueprints import options


def test_nothing_is_on() -> None:
    held = options()
    assert (held.has_tests, held.has_scan, held.has_secrets) == (False, False, False)
    assert held.base.name == "slim"
