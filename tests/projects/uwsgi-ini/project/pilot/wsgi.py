import os

from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return f"pilot on board: {os.environ['PILOT']}"
