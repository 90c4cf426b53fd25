# Written by `bareboat dockerfile`, form poetry-direct: Poetry itself installs, into the project's own .venv.
# Build it with: docker build -t linked .
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim-trixie AS builder
ARG POETRY_VERSION=2.5.1
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/poetry && \
    /opt/poetry/bin/pip install --disable-pip-version-check "poetry==${POETRY_VERSION}"
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    rm -f /etc/apt/apt.conf.d/docker-clean && \
    apt-get update && \
    apt-get install --yes --no-install-recommends git
ENV POETRY_NO_INTERACTION=1 \
    POETRY_VIRTUALENVS_IN_PROJECT=1 \
    POETRY_VIRTUALENVS_OPTIONS_NO_PIP=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /srv
COPY libs/near /srv/libs/near/
RUN --mount=type=cache,target=/root/.cache/pypoetry \
    --mount=type=bind,source=pyproject.toml,target=/srv/pyproject.toml \
    --mount=type=bind,source=poetry.lock,target=/srv/poetry.lock \
    /opt/poetry/bin/poetry install --no-root --only main,web
RUN python -m compileall -qq --invalidation-mode unchecked-hash /srv/.venv || true

# The application's own files, compiled once here instead of at every start.
FROM python:${PYTHON_VERSION}-slim-trixie AS app
WORKDIR /app
COPY manage.py ./
COPY board ./board/
RUN python -m compileall -qq --invalidation-mode unchecked-hash /app || true

FROM python:${PYTHON_VERSION}-slim-trixie AS final
RUN groupadd --gid 65532 nonroot && \
    useradd --uid 65532 --gid 65532 --create-home --no-log-init --shell /usr/sbin/nologin nonroot && \
    find / -xdev -type f -perm /6000 -exec chmod a-s {} +
ENV PATH=/srv/.venv/bin:$PATH \
    VIRTUAL_ENV=/srv/.venv \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    GREETING="two words and \$5"
WORKDIR /app
COPY --from=builder /srv/.venv /srv/.venv
COPY --from=builder /srv/libs/near /srv/libs/near
COPY --from=app /app /app
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/srv/.venv/bin/python", "-I", "-S", "-c", "import socket,sys;s=socket.create_connection(('127.0.0.1',8000),3);s.sendall(b'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n');sys.exit(s.makefile('rb').readline(99).split()[1:2]!=[b'200'])"]
ARG REVISION=""
LABEL org.opencontainers.image.title=shop \
    org.opencontainers.image.revision=$REVISION
# The application reads these when it starts (see env.example):
#   API_TOKEN: must be set, read in shop/client.py:4
#   PAGE_SIZE: may be set, read in shop/views.py:9
CMD ["/srv/.venv/bin/gunicorn", "web:app", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]
