import sys

import idna

if __name__ == "__main__":
    print(idna.__version__, "%d.%d" % sys.version_info[:2])
