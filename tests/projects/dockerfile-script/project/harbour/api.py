"""The berths of a harbour."""

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def berths(request):
    """Return them."""
    return PlainTextResponse("12 berths")


app = Starlette(routes=[Route("/", berths)])
