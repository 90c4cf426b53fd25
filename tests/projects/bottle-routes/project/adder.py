from bottle import get, route, run


@route("/add/<a:int>/<b:int>")
def add(a, b):
    return str(a + b)


@get("/health")
def health():
    return {"status": "ok"}


if __name__ == "__main__":
    run(host="0.0.0.0", port=8080, server="waitress")
