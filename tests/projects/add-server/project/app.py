"""A page."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def page():
    """Return a word."""
    return "added"
