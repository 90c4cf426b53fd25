# Written by `bareboat dockerfile`, form single-slim: one stage on the slim image, a baseline to compare with.
# Build it with: docker build -t noticeboard .
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim-trixie AS final
WORKDIR /app
COPY . ./
ENV POETRY_VIRTUALENVS_CREATE=false \
    POETRY_NO_INTERACTION=1
RUN pip install poetry==2.5.1 && \
    poetry install --only main --no-root
ENV LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    DJANGO_SETTINGS_MODULE=noticeboard.settings
RUN DJANGO_SETTINGS_MODULE=noticeboard.settings SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(32))')" /usr/local/bin/python manage.py collectstatic --noinput
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/usr/local/bin/python", "-I", "-S", "-c", "import socket,sys;s=socket.create_connection(('127.0.0.1',8000),3)"]
ARG VERSION=1.2.0
ARG REVISION=""
LABEL org.opencontainers.image.description="A notice board with an administration" \
    org.opencontainers.image.title=noticeboard \
    org.opencontainers.image.version=$VERSION \
    org.opencontainers.image.revision=$REVISION
# The application reads these when it starts (see env.example):
#   ALLOWED_HOSTS: may be set, read in noticeboard/settings.py:18
#   DATABASE_PATH: may be set, read in noticeboard/settings.py:62
#   DEBUG: may be set, read in noticeboard/settings.py:17
#   DJANGO_SETTINGS_MODULE: may be set, read in manage.py:10
#   SECRET_KEY: may be set, read in noticeboard/settings.py:13
#   STATIC_ROOT: may be set, read in noticeboard/settings.py:90
#   TRUSTED_ORIGINS: may be set, read in noticeboard/settings.py:19
CMD ["/usr/local/bin/gunicorn", "noticeboard.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
