"""A folder given to a user with all that is in it."""

import os
from pathlib import Path

__all__ = ["give"]


def give(folder: Path, user: int) -> None:
    """Make `user`, and the group of that number, the owner of everything in `folder`; links are not followed.

    Takes root's rights.
    """
    os.chown(folder, user, user, follow_symlinks=False)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(os.path.join(parent, name), user, user, follow_symlinks=False)  # noqa: PTH118
