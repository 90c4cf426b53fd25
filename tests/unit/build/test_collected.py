"""What collecting gives is empty unless something is said."""

from bareboat.build.collected import Collected


def test_nothing_is_collected_unless_it_is_said() -> None:
    assert Collected() == Collected(None, (), ())
