# Written by `bareboat dockerfile`, form single-slim: one stage on the slim image, a baseline to compare with.
# Build it with: docker build -t places .
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim-trixie AS final
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    rm -f /etc/apt/apt.conf.d/docker-clean && \
    apt-get update && \
    apt-get install --yes --no-install-recommends git
WORKDIR /app
COPY . ./
RUN pip install -r requirements.txt && \
    pip install --no-deps .
ENV LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1
USER 65532:65532
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/usr/local/bin/python", "-I", "-S", "-c", "import socket,sys;s=socket.create_connection(('127.0.0.1',8000),3)"]
ARG VERSION=0.3.0
ARG REVISION=""
LABEL org.opencontainers.image.title=shop \
    org.opencontainers.image.version=$VERSION \
    org.opencontainers.image.revision=$REVISION
ENTRYPOINT ["/usr/local/bin/tides", "serve"]
