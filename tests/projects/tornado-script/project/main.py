import asyncio
import signal

import tornado.web


class MainHandler(tornado.web.RequestHandler):
    def get(self):
        self.write("Hello from Tornado")


class HealthHandler(tornado.web.RequestHandler):
    def get(self):
        self.finish({"status": "ok"})


def make_app():
    return tornado.web.Application([(r"/", MainHandler), (r"/health/?", HealthHandler)])


async def main():
    app = make_app()
    app.listen(8888)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())
