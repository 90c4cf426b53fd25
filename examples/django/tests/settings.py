"""The production settings with a key, which they refuse to start without."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests")

from noticeboard.settings import *  # noqa: F403
