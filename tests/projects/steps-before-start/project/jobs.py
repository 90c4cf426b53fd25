"""Works off what is there."""

import pathlib

if __name__ == "__main__":
    print("worked with" if pathlib.Path("/tmp/table").exists() else "worked without a migration")
