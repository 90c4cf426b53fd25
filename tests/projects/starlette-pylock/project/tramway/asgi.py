import contextlib

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route

from .lines import LINES


async def line(request):
    number = request.path_params["number"]
    if number not in LINES:
        raise HTTPException(404)
    return JSONResponse({"line": number, "stops": LINES[number]})


async def live(request):
    return PlainTextResponse("ok")


@contextlib.asynccontextmanager
async def lifespan(app):
    app.state.started = True
    yield


app = Starlette(
    routes=[Mount("/internal", routes=[Route("/livez", live)]), Mount("/lines", routes=[Route("/{number:int}", line)])],
    lifespan=lifespan,
)
