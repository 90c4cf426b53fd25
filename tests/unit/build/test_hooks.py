"""The driver's own part: what is not installed. The rest of it runs in test_workshop."""

from bareboat.build.hooks import missing, normal


def test_what_is_installed_is_not_missing() -> None:
    assert missing(["PyTest>=1", "no.such_thing[x]>2; python_version>'3'"]) == [
        "no.such_thing[x]>2; python_version>'3'"
    ]


def test_names_are_compared_as_the_index_writes_them() -> None:
    assert normal("Zope.Interface_x--y") == "zope-interface-x-y"
