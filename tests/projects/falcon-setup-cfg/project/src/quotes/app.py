import falcon


class Quote:
    def on_get(self, req, resp):
        resp.media = {"quote": "No man is an island", "author": "John Donne"}


app = falcon.App()
app.add_route("/quote", Quote())
