import os

from flask import Flask

server = Flask(__name__)
admin = Flask("admin")


@server.get("/")
def home():
    return f"as on heroku, port {os.environ.get('PORT', 'unset')}"
