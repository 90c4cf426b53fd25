"""A link shortener that keeps its links in memory."""

import hashlib
import os
import threading
from urllib.parse import urlsplit

from flask import Flask, abort, jsonify, redirect, render_template, request


class Links:
    """Short names and where they lead; safe for the threads of one worker."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._targets: dict[str, str] = {}

    def add(self, target: str) -> str:
        name = hashlib.sha256(target.encode()).hexdigest()[:8]
        with self._lock:
            if name not in self._targets and len(self._targets) >= self._limit:
                raise OverflowError(self._limit)
            self._targets[name] = target
        return name

    def find(self, name: str) -> str | None:
        return self._targets.get(name)

    def __len__(self) -> int:
        return len(self._targets)


def create_app() -> Flask:
    app = Flask(__name__)
    links = Links(limit=int(os.environ.get("LINK_LIMIT", "10000")))

    @app.get("/")
    def home():
        return render_template("home.html", count=len(links))

    @app.get("/healthz")
    def health():
        return jsonify(status="ok", links=len(links))

    @app.post("/links")
    def add():
        target = (request.get_json(silent=True) or {}).get("url", "")
        if urlsplit(target).scheme not in {"http", "https"}:
            abort(400, "url: http or https wanted")
        try:
            return jsonify(name=links.add(target)), 201
        except OverflowError:
            return jsonify(error="no room for another link"), 507

    @app.get("/<name>")
    def follow(name: str):
        target = links.find(name)
        return redirect(target) if target else abort(404)

    return app
