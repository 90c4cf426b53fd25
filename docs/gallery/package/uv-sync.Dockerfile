# Written by `bareboat dockerfile`, form uv-sync: uv sync from uv.lock, the project itself non-editable.
# Build it with: docker build -t tidetable .
ARG PYTHON_VERSION=3.13
ARG UV_VERSION=0.13.8

FROM ghcr.io/astral-sh/uv:${UV_VERSION} AS uv

FROM python:${PYTHON_VERSION}-slim-trixie AS build
COPY --from=uv /uv /usr/local/bin/uv
ENV UV_COMPILE_BYTECODE=1 \
    PYC_INVALIDATION_MODE=UNCHECKED_HASH \
    UV_LINK_MODE=copy \
    UV_PYTHON_DOWNLOADS=never \
    UV_PYTHON=python3 \
    UV_PROJECT_ENVIRONMENT=/opt/venv
WORKDIR /src
# Dependencies alone: a change of the source does not come here.
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=uv.lock,target=/src/uv.lock \
    --mount=type=bind,source=pyproject.toml,target=/src/pyproject.toml \
    uv sync --locked --no-dev --no-install-project && \
    rm -f /opt/venv/.lock

# The project itself, as a wheel: its sources are not in the image.
FROM build AS install
COPY README.md pyproject.toml ./
COPY src ./src/
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=uv.lock,target=/src/uv.lock \
    --mount=type=bind,source=pyproject.toml,target=/src/pyproject.toml \
    uv sync --locked --no-dev --no-editable && \
    rm -f /opt/venv/.lock

FROM python:${PYTHON_VERSION}-slim-trixie AS final
RUN groupadd --gid 65532 nonroot && \
    useradd --uid 65532 --gid 65532 --create-home --no-log-init --shell /usr/sbin/nologin nonroot && \
    find / -xdev -type f -perm /6000 -exec chmod a-s {} +
ENV PATH=/opt/venv/bin:$PATH \
    VIRTUAL_ENV=/opt/venv \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=install /opt/venv /opt/venv
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/opt/venv/bin/python", "-I", "-S", "-c", "import socket,sys;s=socket.create_connection(('127.0.0.1',8000),3);s.sendall(b'GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n');sys.exit(s.makefile('rb').readline(99).split()[1:2]!=[b'200'])"]
ARG VERSION=0.3.0
ARG REVISION=""
LABEL org.opencontainers.image.description="High and low water at a harbour, as a command and as a small service" \
    org.opencontainers.image.licenses=Apache-2.0 \
    org.opencontainers.image.title=tidetable \
    org.opencontainers.image.version=$VERSION \
    org.opencontainers.image.revision=$REVISION
CMD ["tidetable", "serve", "--host", "0.0.0.0", "--port", "8000"]
