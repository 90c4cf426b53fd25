"""The command."""

import signal
from datetime import UTC, datetime

import click

from tidetable.harbours import harbours
from tidetable.server import server
from tidetable.tide import turns


@click.group()
def main() -> None:
    """High and low water at a harbour."""


@main.command()
@click.argument("harbour")
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), default=lambda: datetime.now(UTC).date().isoformat()
)
def show(harbour: str, day: datetime) -> None:
    """Print the turns of a day."""
    if harbour not in harbours():
        raise click.BadParameter(f"one of {', '.join(sorted(harbours()))}", param_hint="HARBOUR")
    for turn in turns(harbours()[harbour], day.date()):
        click.echo(f"{turn.moment:%H:%M}  {turn.height:5.2f} m  {'high' if turn.is_high else 'low'}")


@main.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000)
def serve(host: str, port: int) -> None:
    """Serve /tides/<harbour>?day=… and /health."""

    def end(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    with server(host, port) as running:
        click.echo(f"tidetable on {host}:{running.server_port}")
        running.serve_forever()
