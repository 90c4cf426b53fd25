"""`python -m bareboat` is the console script."""

from bareboat.cli.main import run

__all__: list[str] = []

if __name__ == "__main__":
    run()
