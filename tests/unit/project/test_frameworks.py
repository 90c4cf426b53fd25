import re

from bareboat.project.frameworks import CONSTRUCTORS, METHODS, ROUTERS, Kind


def test_every_name_is_a_full_dotted_one() -> None:
    names = [*CONSTRUCTORS, *ROUTERS, *(owner for owner, _ in METHODS)]
    assert all(re.fullmatch(r"[a-z_][\w]*(\.\w+)+", name) for name in names)


def test_the_tables_are_sorted_and_serve_the_web() -> None:
    assert list(CONSTRUCTORS) == sorted(CONSTRUCTORS)
    assert list(ROUTERS) == sorted(ROUTERS)
    assert {made.kind for made in (*CONSTRUCTORS.values(), *METHODS.values())} == {Kind.ASGI, Kind.WSGI}
