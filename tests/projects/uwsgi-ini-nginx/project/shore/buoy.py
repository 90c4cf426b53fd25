from flask import Flask

app = Flask(__name__)


@app.get("/")
def home():
    import uwsgi  # is there where uWSGI runs this

    return f"buoy 4 of {uwsgi.opt['threads'].decode()} threads"
