from site_.live import *  # noqa: F403

INSTALLED_APPS = ["debug_toolbar"]
