from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route


def home(request):
    return PlainTextResponse("the store")


app = Starlette(routes=[Route("/", home)])
