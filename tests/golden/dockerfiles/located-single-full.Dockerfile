# Written by `bareboat dockerfile`, form single-full: one stage on the full image, a baseline to compare with.
# Build it with: docker build -t located .
# warning: psycopg2: has no wheel for musl
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-trixie AS final
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    rm -f /etc/apt/apt.conf.d/docker-clean && \
    apt-get update && \
    apt-get install --yes --no-install-recommends gcc git libc6-dev libpq-dev
WORKDIR /app
COPY . ./
ENV UV_PROJECT_ENVIRONMENT=/opt/venv \
    UV_PYTHON_DOWNLOADS=never
RUN pip install uv==0.13.8 && \
    uv sync --locked --no-dev --no-editable
ENV PATH=/opt/venv/bin:$PATH \
    VIRTUAL_ENV=/opt/venv \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app
RUN mkdir -p /app/media && \
    chown 65532:65532 /app/media
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
