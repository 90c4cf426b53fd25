import re

from bareboat.project.frameworks import CONSTRUCTORS, KINDS_OF_SCRIPT, METHODS, OBJECTS, ROUTERS, Kind


def test_every_name_is_a_full_dotted_one() -> None:
    names = [*CONSTRUCTORS, *ROUTERS, *(owner for owner, _ in METHODS)]
    assert all(re.fullmatch(r"[a-z_][\w]*(\.\w+)+", name) for name in names)


def test_the_tables_are_sorted_and_start_what_is_made() -> None:
    assert list(CONSTRUCTORS) == sorted(CONSTRUCTORS)
    assert list(ROUTERS) == sorted(ROUTERS)
    kinds = {made.kind for made in (*CONSTRUCTORS.values(), *METHODS.values())}
    assert kinds == {Kind.ASGI, Kind.WSGI, Kind.AIOHTTP, Kind.WORKER}
    assert {kind for kind in Kind if kind.is_served} == {Kind.ASGI, Kind.WSGI, Kind.AIOHTTP, Kind.PASTE}


def test_what_hands_out_an_application_is_a_known_object() -> None:
    assert {owner for owner, _ in METHODS} <= OBJECTS
    assert all(what.startswith(("a ", "an ")) for what in KINDS_OF_SCRIPT.values())
