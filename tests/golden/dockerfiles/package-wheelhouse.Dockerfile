# Written by `bareboat dockerfile`, form wheelhouse: a stage of wheels, installed with --no-index.
# Build it with: docker build -t tides .
ARG PYTHON_VERSION=3.13
ARG UV_VERSION=0.13.8

FROM ghcr.io/astral-sh/uv:${UV_VERSION} AS uv

# The lock as a requirements file, for pip.
FROM python:${PYTHON_VERSION}-slim-trixie AS export
COPY --from=uv /uv /usr/local/bin/uv
WORKDIR /src
RUN --mount=type=cache,target=/root/.cache/uv \
    --mount=type=bind,source=uv.lock,target=/src/uv.lock \
    --mount=type=bind,source=pyproject.toml,target=/src/pyproject.toml \
    uv export --locked --no-dev --no-emit-workspace --python-preference only-system --quiet --output-file /requirements.txt

FROM python:${PYTHON_VERSION}-slim-trixie AS wheels
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
COPY --from=export /requirements.txt /requirements.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m pip wheel --wheel-dir /wheels --require-hashes -r /requirements.txt

# The project itself, as a wheel: its sources are not in the image.
FROM wheels AS install
WORKDIR /src
COPY README.md pyproject.toml ./
COPY src ./src/
RUN --mount=type=cache,target=/root/.cache/pip \
    SOURCE_DATE_EPOCH=315532800 python -m pip wheel --wheel-dir /wheels --no-deps .

# No compiler and no index here: only what the wheels before it hold.
FROM python:${PYTHON_VERSION}-slim-trixie AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/venv
RUN --mount=type=bind,from=install,source=/wheels,target=/wheels \
    python -m pip --python /opt/venv/bin/python install --no-compile --no-cache-dir --no-index --find-links=/wheels --no-deps /wheels/*.whl
RUN python -m compileall -qq --invalidation-mode unchecked-hash /opt/venv || true

FROM python:${PYTHON_VERSION}-slim-trixie AS final
RUN groupadd --gid 65532 nonroot && \
    useradd --uid 65532 --gid 65532 --create-home --no-log-init --shell /usr/sbin/nologin nonroot && \
    find / -xdev -type f -perm /6000 -exec chmod a-s {} +
ENV PATH=/opt/venv/bin:$PATH \
    VIRTUAL_ENV=/opt/venv \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=builder /opt/venv /opt/venv
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
