from config.settings.base import *  # noqa: F403

import debug_toolbar  # noqa: F401 - for development alone, and not in the image
