from quart import Blueprint, Quart, render_template

app = Quart(__name__)
notes = ["first", "second"]


internal = Blueprint("internal", __name__, url_prefix="/internal")


@internal.get("/healthz")
async def health():
    return {"status": "ok"}


app.register_blueprint(internal)


@app.route("/")
async def index():
    return await render_template("index.html", notes=notes)
