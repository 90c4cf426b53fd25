from flask import Flask, jsonify

try:
    import requests
except ImportError:
    requests = None

app = Flask(__name__)


@app.get("/")
def home():
    return jsonify(made_by="pdm's lock", http=requests is not None)
