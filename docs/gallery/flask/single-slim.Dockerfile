# Written by `bareboat dockerfile`, form single-slim: one stage on the slim image, a baseline to compare with.
# Build it with: docker build -t flask .
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim-trixie AS final
WORKDIR /app
COPY . ./
RUN pip install -r requirements.txt
ENV LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/usr/local/bin/python", "-I", "-S", "-c", "import socket,sys;s=socket.create_connection(('127.0.0.1',8000),3);s.sendall(b'GET /healthz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n');sys.exit(s.makefile('rb').readline(99).split()[1:2]!=[b'200'])"]
ARG REVISION=""
LABEL org.opencontainers.image.revision=$REVISION
# The application reads these when it starts (see env.example):
#   LINK_LIMIT: may be set, read in shortener/__init__.py:36
CMD ["/usr/local/bin/gunicorn", "wsgi:app", "--bind", "0.0.0.0:8000", "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
