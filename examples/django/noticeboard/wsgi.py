"""What gunicorn starts; the schema is brought up to date first, by one worker at a time."""

import fcntl
import os
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "noticeboard.settings")

application = get_wsgi_application()

with Path(f"{settings.DATABASES['default']['NAME']}.lock").open("w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    call_command("migrate", interactive=False, verbosity=0)
