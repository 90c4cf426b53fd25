import falcon


class Quote:
    def on_get(self, req, resp):
        resp.media = {"quote": "No man is an island", "author": "John Donne"}


class Health:
    def on_get(self, req, resp):
        resp.media = {"status": "ok"}


app = falcon.App()
app.add_route("/health", Health())
app.add_route("/quote", Quote())
