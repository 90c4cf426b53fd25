"""The service: JSON over the standard library's HTTP server."""

import json
from datetime import UTC, date, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tidetable.harbours import harbours
from tidetable.tide import turns


def answer(target: str) -> tuple[HTTPStatus, dict[str, Any]]:
    """What a request's target answers."""
    url = urlsplit(target)
    parts = url.path.strip("/").split("/")
    if parts == ["health"]:
        return HTTPStatus.OK, {"status": "ok", "harbours": sorted(harbours())}
    if len(parts) == 2 and parts[0] == "tides" and parts[1] in harbours():
        asked = parse_qs(url.query).get("day", [datetime.now(UTC).date().isoformat()])[0]
        try:
            day = date.fromisoformat(asked)
        except ValueError:
            return HTTPStatus.BAD_REQUEST, {"error": f"not a day: {asked}"}
        found = turns(harbours()[parts[1]], day)
        rows = [
            {"at": turn.moment.isoformat(), "metres": turn.height, "water": "high" if turn.is_high else "low"}
            for turn in found
        ]
        return HTTPStatus.OK, {"harbour": parts[1], "turns": rows}
    return HTTPStatus.NOT_FOUND, {"error": f"nothing at {url.path}"}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, document = answer(self.path)
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def server(host: str, port: int) -> ThreadingHTTPServer:
    return ThreadingHTTPServer((host, port), Handler)
