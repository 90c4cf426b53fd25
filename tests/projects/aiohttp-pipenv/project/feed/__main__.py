from aiohttp import web

from feed.render import rss


async def feed(request):
    return web.Response(text=rss("News", request.app["items"]), content_type="application/rss+xml")


async def health(request):
    return web.json_response({"status": "ok"})


def create_app():
    app = web.Application()
    app["items"] = ["One", "Two"]
    app.add_routes([web.get("/feed", feed)])
    internal = web.Application()
    internal.router.add_get("/health", health)
    app.add_subapp("/internal/", internal)
    return app


if __name__ == "__main__":
    web.run_app(create_app(), port=8080)
