import click


@click.group()
def main():
    """Counts words."""


@main.command()
@click.argument("text")
def count(text):
    click.echo(len(text.split()))
