"""Usage: greet.py greet NAME"""

from docopt import docopt

if __name__ == "__main__":
    found = docopt(__doc__, argv=["greet", "sea"])
    print(dict(sorted(found.items())))
