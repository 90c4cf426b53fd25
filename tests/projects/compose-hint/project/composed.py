from flask import Flask


def make_app():
    app = Flask(__name__)

    @app.get("/")
    def home():
        return "composed"

    return app
