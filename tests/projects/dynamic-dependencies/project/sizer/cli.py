import humanize

from sizer import __version__


def main():
    print(f"sizer {__version__}: {humanize.naturalsize(1000)}")
