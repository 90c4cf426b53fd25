import humanize
import requests


def main():
    assert requests.__version__
    print(humanize.naturalsize(1000))
