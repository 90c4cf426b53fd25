import os

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

SPECIES = os.environ.get("SPECIES", "herring")


async def home(request):
    return PlainTextResponse(f"12 kg of {SPECIES}")


app = Starlette(routes=[Route("/", home)])
