# Written by `bareboat dockerfile`, form uv-sync: uv sync from uv.lock, the project itself non-editable.
# Build it with: docker build -f backend/Dockerfile -t backend .
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
    --mount=type=bind,source=backend/pyproject.toml,target=/src/backend/pyproject.toml \
    uv sync --locked --no-dev --package backend --no-install-workspace && \
    rm -f /opt/venv/.lock

# The project itself, as a wheel: its sources are not in the image.
FROM build AS install
WORKDIR /src/backend
COPY backend/README.md backend/pyproject.toml ./
COPY backend/src ./src/
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=uv.lock,target=/src/uv.lock \
    --mount=type=bind,source=pyproject.toml,target=/src/pyproject.toml \
    --mount=type=bind,source=backend/pyproject.toml,target=/src/backend/pyproject.toml \
    uv sync --locked --no-dev --package backend --no-editable && \
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
    CMD ["/opt/venv/bin/python", "-I", "-S", "-c", "import socket,sys;s=socket.create_connection(('127.0.0.1',8000),3)"]
ARG VERSION=0.3.0
ARG REVISION=""
LABEL org.opencontainers.image.title=shop \
    org.opencontainers.image.version=$VERSION \
    org.opencontainers.image.revision=$REVISION
ENTRYPOINT ["/opt/venv/bin/tides", "serve"]
