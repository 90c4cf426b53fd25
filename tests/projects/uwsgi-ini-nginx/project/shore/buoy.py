import os

from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    return f"buoy 4 of {os.environ['THREADS']} threads"
