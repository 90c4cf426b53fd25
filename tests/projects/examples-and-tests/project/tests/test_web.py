from starlette.applications import Starlette

from store.web import app

other = Starlette()


def test_app():
    assert app is not other
