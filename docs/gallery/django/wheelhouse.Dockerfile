# Written by `bareboat dockerfile`, form wheelhouse: a stage of wheels, installed with --no-index.
# Build it with: docker build -t noticeboard .
ARG PYTHON_VERSION=3.13

# The lock as a requirements file with its hashes, for pip.
FROM python:${PYTHON_VERSION}-slim-trixie AS export
ARG POETRY_VERSION=2.5.1
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/poetry && \
    /opt/poetry/bin/pip install --disable-pip-version-check "poetry==${POETRY_VERSION}" poetry-plugin-export==1.10.1
WORKDIR /src
RUN --mount=type=cache,target=/root/.cache/pypoetry \
    --mount=type=bind,source=pyproject.toml,target=/src/pyproject.toml \
    --mount=type=bind,source=poetry.lock,target=/src/poetry.lock \
    /opt/poetry/bin/poetry export --no-interaction --only main --format requirements.txt --output /requirements.txt

FROM python:${PYTHON_VERSION}-slim-trixie AS wheels
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
COPY --from=export /requirements.txt /requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m pip wheel --wheel-dir /wheels --require-hashes -r /requirements.txt

# No compiler and no index here: only what the wheels before it hold.
FROM python:${PYTHON_VERSION}-slim-trixie AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/venv
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    python -m pip --python /opt/venv/bin/python install --no-compile --no-cache-dir --no-index --find-links=/wheels --no-deps /wheels/*.whl
RUN python -m compileall -qq --invalidation-mode unchecked-hash /opt/venv || true

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
RUN DJANGO_SETTINGS_MODULE=noticeboard.settings SECRET_KEY="$(python -c 'import secrets; print(secrets.token_hex(32))')" /opt/venv/bin/python manage.py collectstatic --noinput

FROM python:${PYTHON_VERSION}-slim-trixie AS final
RUN groupadd --gid 65532 nonroot && \
    useradd --uid 65532 --gid 65532 --create-home --no-log-init --shell /usr/sbin/nologin nonroot && \
    find / -xdev -type f -perm /6000 -exec chmod a-s {} +
ENV PATH=/opt/venv/bin:$PATH \
    VIRTUAL_ENV=/opt/venv \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    DJANGO_SETTINGS_MODULE=noticeboard.settings
WORKDIR /app
COPY --from=builder /opt/venv /opt/venv
COPY --from=app /app /app
COPY --from=static /app/staticfiles /app/staticfiles
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/opt/venv/bin/python", "-I", "-S", "-c", "import socket,sys;s=socket.create_connection(('127.0.0.1',8000),3)"]
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
CMD ["/opt/venv/bin/gunicorn", "noticeboard.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
