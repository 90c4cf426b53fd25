# Written by `bareboat dockerfile`, form pip-venv: pip into a virtual environment that is copied whole.
# Build it with: docker build -t places .
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim-trixie AS builder
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    rm -f /etc/apt/apt.conf.d/docker-clean && \
    apt-get update && \
    apt-get install --yes --no-install-recommends git
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/venv
WORKDIR /src
COPY libs/near /src/libs/near/
COPY vendor/kept-1.tar.gz /src/vendor/kept-1.tar.gz
# Sources are not in the image: nothing is installed as a link, and the project comes last.
COPY requirements.txt /requirements/requirements.txt
COPY requirements/base.txt /requirements/requirements/base.txt
RUN sed -i -E 's/^[[:space:]]*(-e|--editable)[ =]*//; /^(file:)?\.\/?(\[[^]]*\])?[[:space:]]*(#.*)?$/d' /requirements/requirements.txt /requirements/requirements/base.txt
RUN --mount=type=cache,target=/root/.cache/pip \
    python -m pip --python /opt/venv/bin/python install --no-compile -r /requirements/requirements.txt
RUN python -m compileall -qq --invalidation-mode unchecked-hash /opt/venv || true

# The project itself, as a wheel: its sources are not in the image.
FROM builder AS install
WORKDIR /src
COPY README.md pyproject.toml ./
COPY src ./src/
RUN --mount=type=cache,target=/root/.cache/pip \
    SOURCE_DATE_EPOCH=315532800 python -m pip --python /opt/venv/bin/python install -r /requirements/requirements.txt '.[web]'

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
