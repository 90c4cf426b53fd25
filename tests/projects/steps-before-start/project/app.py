"""Shows the table."""

import pathlib

import bottle

app = bottle.Bottle()


@app.get("/")
def table():
    """Return its text."""
    return pathlib.Path("/tmp/table").read_text()
