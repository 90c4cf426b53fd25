from flask import Flask

wsgi = Flask(__name__)


@wsgi.get("/")
def home():
    return "the fairway of uwsgi.ini"
