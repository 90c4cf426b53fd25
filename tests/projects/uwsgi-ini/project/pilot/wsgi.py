from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    import uwsgi  # is there where uWSGI runs this

    return f"pilot on board, with {uwsgi.opt['threads'].decode()} threads"
