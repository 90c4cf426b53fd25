# Written by `bareboat dockerfile`, form uv-pip: uv pip install into a virtual environment.
# Build it with: docker build -t linked .
ARG PYTHON_VERSION=3.13
ARG UV_VERSION=0.13.8

FROM ghcr.io/astral-sh/uv:${UV_VERSION} AS uv

# The lock as a requirements file with its hashes, for pip.
FROM python:${PYTHON_VERSION}-slim-trixie AS export
ARG POETRY_VERSION=2.5.1
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m venv /opt/poetry && \
    /opt/poetry/bin/pip install --disable-pip-version-check "poetry==${POETRY_VERSION}" poetry-plugin-export==1.10.1
WORKDIR /src
COPY libs/near /src/libs/near/
RUN --mount=type=cache,target=/root/.cache/pypoetry \
    --mount=type=bind,source=pyproject.toml,target=/src/pyproject.toml \
    --mount=type=bind,source=poetry.lock,target=/src/poetry.lock \
    /opt/poetry/bin/poetry export --no-interaction --only main,web --format requirements.txt --output /requirements.txt

FROM python:${PYTHON_VERSION}-slim-trixie AS builder
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    rm -f /etc/apt/apt.conf.d/docker-clean && \
    apt-get update && \
    apt-get install --yes --no-install-recommends git
COPY --from=uv /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 \
    PYC_INVALIDATION_MODE=UNCHECKED_HASH \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    UV_PYTHON=python3
RUN uv venv --quiet /opt/venv
WORKDIR /src
COPY libs/near /src/libs/near/
COPY --from=export /requirements.txt /requirements.txt
RUN --mount=type=cache,target=/root/.cache/uv \
    uv pip install --python /opt/venv -r /requirements.txt && \
    rm -f /opt/venv/.lock

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
ENV PATH=/opt/venv/bin:$PATH \
    VIRTUAL_ENV=/opt/venv \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    GREETING="two words and \$5"
WORKDIR /app
COPY --from=builder /opt/venv /opt/venv
COPY --from=app /app /app
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/opt/venv/bin/python", "-I", "-S", "-c", "import socket,sys;s=socket.create_connection(('127.0.0.1',8000),3);s.sendall(b'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n');sys.exit(s.makefile('rb').readline(99).split()[1:2]!=[b'200'])"]
ARG REVISION=""
LABEL org.opencontainers.image.title=shop \
    org.opencontainers.image.revision=$REVISION
# The application reads these when it starts (see env.example):
#   API_TOKEN: must be set, read in shop/client.py:4
#   PAGE_SIZE: may be set, read in shop/views.py:9
CMD ["/opt/venv/bin/gunicorn", "web:app", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]
