"""What gunicorn starts; the schema is brought up to date first, since SQLite is this process's own."""

import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "noticeboard.settings")

application = get_wsgi_application()
call_command("migrate", interactive=False, verbosity=0)
