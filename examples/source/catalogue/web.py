"""The HTTP interface; `app` is what gunicorn starts."""

import psycopg2
from flask import Flask, jsonify, request

from catalogue import shelf

app = Flask(__name__)


@app.get("/health")
def health():
    """Answers without a database; with one that is configured, it must answer too."""
    answer = {"status": "ok", "libpq": shelf.libpq_version()}
    if shelf.database_url() is None:
        return jsonify(answer)
    try:
        return jsonify(answer | {"books": len(shelf.books())})
    except psycopg2.Error as error:
        return jsonify(answer | {"status": "failed", "database": type(error).__name__}), 503


@app.get("/books")
def books():
    return jsonify(shelf.books())


@app.post("/books")
def add():
    book = request.get_json(silent=True) or {}
    if not book.get("isbn") or not book.get("title"):
        return jsonify(error="isbn and title wanted"), 400
    shelf.add(book["isbn"], book["title"])
    return jsonify(book), 201


@app.errorhandler(psycopg2.OperationalError)
def unreachable(_: psycopg2.OperationalError):
    return jsonify(error="the database does not answer"), 503
