import os

from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.get("/")
    def home():
        return f"berth 7, by {os.environ['THREADS']} threads"

    return app
