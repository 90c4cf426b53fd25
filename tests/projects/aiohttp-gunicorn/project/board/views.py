from aiohttp import web

NOTES = web.AppKey("notes", list)
routes = web.RouteTableDef()


@routes.get("/notes")
async def notes(request: web.Request) -> web.Response:
    return web.json_response(request.app[NOTES])


@routes.view("/health")
class Health(web.View):
    async def get(self) -> web.Response:
        return web.json_response({"status": "ok"})
