"""The project: settings, addresses, and what gunicorn starts."""
