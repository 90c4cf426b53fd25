# Written by `bareboat dockerfile`, form single-full: one stage on the full image, a baseline to compare with.
# Build it with: docker build -f backend/Dockerfile -t backend .
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-trixie AS final
WORKDIR /app
COPY . ./
ENV UV_PROJECT_ENVIRONMENT=/opt/venv \
    UV_PYTHON_DOWNLOADS=never
RUN pip install uv==0.13.8 && \
    uv sync --locked --no-dev --no-editable --package backend
ENV PATH=/opt/venv/bin:$PATH \
    VIRTUAL_ENV=/opt/venv \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1
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
