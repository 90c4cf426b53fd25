import sys

if __name__ == "__main__":
    print("%d.%d" % sys.version_info[:2])
