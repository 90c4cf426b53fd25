# Written by `bareboat dockerfile`, form single-slim: one stage on the slim image, a baseline to compare with.
# Build it with: docker build -t linked .
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim-trixie AS final
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    rm -f /etc/apt/apt.conf.d/docker-clean && \
    apt-get update && \
    apt-get install --yes --no-install-recommends git
WORKDIR /app
COPY . ./
ENV POETRY_VIRTUALENVS_CREATE=false \
    POETRY_NO_INTERACTION=1
RUN pip install poetry==2.5.1 && \
    poetry install --only main,web --no-root
ENV LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app \
    GREETING="two words and \$5"
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/usr/local/bin/python", "-I", "-S", "-c", "import socket,sys;s=socket.create_connection(('127.0.0.1',8000),3);s.sendall(b'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n');sys.exit(s.makefile('rb').readline(99).split()[1:2]!=[b'200'])"]
ARG REVISION=""
LABEL org.opencontainers.image.title=shop \
    org.opencontainers.image.revision=$REVISION
# The application reads these when it starts (see env.example):
#   API_TOKEN: must be set, read in shop/client.py:4
#   PAGE_SIZE: may be set, read in shop/views.py:9
CMD ["/usr/local/bin/gunicorn", "web:app", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm"]
