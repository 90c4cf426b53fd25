# Written by `bareboat dockerfile`, form poetry-direct: Poetry itself installs, into the project's own .venv.
# Build it with: docker build -t noticeboard .
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim-trixie AS builder
ARG POETRY_VERSION=2.5.1
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/poetry && \
    /opt/poetry/bin/pip install --disable-pip-version-check "poetry==${POETRY_VERSION}"
ENV POETRY_NO_INTERACTION=1 \
    POETRY_VIRTUALENVS_IN_PROJECT=1 \
    POETRY_VIRTUALENVS_OPTIONS_NO_PIP=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /srv
RUN --mount=type=cache,target=/root/.cache/pypoetry \
    --mount=type=bind,source=pyproject.toml,target=/srv/pyproject.toml \
    --mount=type=bind,source=poetry.lock,target=/srv/poetry.lock \
    /opt/poetry/bin/poetry install --no-root --only main
RUN python -m compileall -qq --invalidation-mode unchecked-hash /srv/.venv || true

# The application's own files, compiled once here instead of at every start.
FROM python:${PYTHON_VERSION}-slim-trixie AS app
WORKDIR /app
COPY manage.py pyproject.toml ./
COPY board ./board/
COPY noticeboard ./noticeboard/
RUN python -m compileall -qq --invalidation-mode unchecked-hash /app || true

# Static files; the secret is made for this command alone and ends with it.
FROM builder AS static
WORKDIR /app
COPY --from=app /app /app
RUN DJANGO_SETTINGS_MODULE=noticeboard.settings SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(32))')" /srv/.venv/bin/python manage.py collectstatic --noinput

FROM python:${PYTHON_VERSION}-slim-trixie AS final
RUN groupadd --gid 65532 nonroot && \
    useradd --uid 65532 --gid 65532 --create-home --no-log-init --shell /usr/sbin/nologin nonroot && \
    find / -xdev -type f -perm /6000 -exec chmod a-s {} +
ENV PATH=/srv/.venv/bin:$PATH \
    VIRTUAL_ENV=/srv/.venv \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    DJANGO_SETTINGS_MODULE=noticeboard.settings
WORKDIR /app
COPY --from=builder /srv/.venv /srv/.venv
COPY --from=app /app /app
COPY --from=static /app/staticfiles /app/staticfiles
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/srv/.venv/bin/python", "-I", "-S", "-c", "import socket,sys;s=socket.create_connection(('127.0.0.1',8000),3)"]
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
CMD ["/srv/.venv/bin/gunicorn", "noticeboard.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
