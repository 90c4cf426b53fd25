from aiohttp import web

from board import views


async def create_app() -> web.Application:
    app = web.Application()
    app[views.NOTES] = ["first", "second"]
    app.add_routes(views.routes)
    return app
