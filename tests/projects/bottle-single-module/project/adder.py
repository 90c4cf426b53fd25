from bottle import Bottle

app = Bottle()


@app.route("/add/<a:int>/<b:int>")
def add(a, b):
    return str(a + b)
