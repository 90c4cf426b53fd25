from importlib.util import find_spec

if __name__ == "__main__":
    for name in ("tabulate", "wcwidth", "idna", "sortedcontainers", "iniconfig"):
        print(name, find_spec(name) is not None)
