import falcon.asgi


class Reading:
    async def on_get(self, req, resp):
        celsius = req.get_param_as_float("celsius", default=20.0)
        resp.media = {"celsius": celsius, "fahrenheit": celsius * 9 / 5 + 32}


app = falcon.asgi.App()
app.add_route("/", Reading())
