# Written by `bareboat dockerfile`, form pip-venv: pip into a virtual environment that is copied whole.
# Build it with: docker build -t flask .
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim-trixie AS builder
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/venv
RUN --mount=type=cache,target=/root/.cache/pip \
    --mount=type=bind,source=requirements.txt,target=/tmp/requirements/requirements.txt \
    python -m pip --python /opt/venv/bin/python install --no-compile --require-hashes -r /tmp/requirements/requirements.txt
RUN python -m compileall -qq --invalidation-mode unchecked-hash /opt/venv || true

# The application's own files, compiled once here instead of at every start.
FROM python:${PYTHON_VERSION}-slim-trixie AS app
WORKDIR /app
COPY requirements.in requirements.txt wsgi.py ./
COPY shortener ./shortener/
RUN python -m compileall -qq --invalidation-mode unchecked-hash /app || true

FROM python:${PYTHON_VERSION}-slim-trixie AS final
RUN groupadd --gid 65532 nonroot && \
    useradd --uid 65532 --gid 65532 --create-home --no-log-init --shell /usr/sbin/nologin nonroot && \
    find / -xdev -type f -perm /6000 -exec chmod a-s {} +
ENV PATH=/opt/venv/bin:$PATH \
    VIRTUAL_ENV=/opt/venv \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app
WORKDIR /app
COPY --from=builder /opt/venv /opt/venv
COPY --from=app /app /app
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/opt/venv/bin/python", "-I", "-S", "-c", "import socket,sys;s=socket.create_connection(('127.0.0.1',8000),3);s.sendall(b'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n');sys.exit(s.makefile('rb').readline(99).split()[1:2]!=[b'200'])"]
ARG REVISION=""
LABEL org.opencontainers.image.revision=$REVISION
# The application reads these when it starts (see env.example):
#   LINK_LIMIT: may be set, read in shortener/__init__.py:36
CMD ["/opt/venv/bin/gunicorn", "wsgi:app", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
